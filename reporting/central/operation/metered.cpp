// Counts answers as they are given, those that were waited for when their wait is over.
#include "reporting/central/operation/metered.h"

namespace wardwatch {

namespace {

using Milliseconds = std::chrono::milliseconds;

/// What is told of a request when its answer is there; its body is not kept for that.
struct Asked {
    std::string listener, method, path, remote_address;
    bool is_report = false;
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();

    std::string line(unsigned status, Milliseconds took) const {
        return "listener=" + listener + " method=" + method + " path=" + path + " status=" + std::to_string(status) +
               " milliseconds=" + std::to_string(took.count()) + " from=" + remote_address;
    }
};

Asked asked(const std::string& listener, const HttpRequest& request) {
    // The query is left out: nothing that a person typed belongs there.
    return {listener, request.method, request.target.substr(0, request.target.find('?')), request.remote_address,
            request.target == "/v1/reports"};
}

}  // namespace

Handler metered(std::string listener, RequestMeter& meter, Log log, Milliseconds slow, Handler handler) {
    // A PC that waits for news makes nothing slow: only that such a request was answered is counted.
    const auto tell = [&meter, log = std::move(log), slow](const Asked& request, unsigned status, bool waits_for_news) {
        const auto took = std::chrono::steady_clock::now() - request.began;
        const auto milliseconds = std::chrono::duration_cast<Milliseconds>(took);
        meter.count(request.listener, status, waits_for_news ? std::nullopt : std::optional{took});
        if (status == 201 && request.is_report) meter.count_report();
        if (status >= 500) {
            log("request failed " + request.line(status, milliseconds));
        } else if (took > slow && !waits_for_news) {
            log("request slow " + request.line(status, milliseconds));
        }
    };
    return [listener = std::move(listener), tell,
            handler = std::move(handler)](const HttpRequest& request) -> std::variant<HttpResponse, LaterAnswer> {
        const Asked now = asked(listener, request);
        std::variant<HttpResponse, LaterAnswer> answer = handler(request);
        if (auto* const later = std::get_if<LaterAnswer>(&answer)) {
            later->finish = [finish = std::move(later->finish), tell, now](bool woken) {
                HttpResponse response = finish(woken);
                tell(now, response.status, !now.is_report);
                return response;
            };
        } else {
            tell(now, std::get<HttpResponse>(answer).status, false);
        }
        return answer;
    };
}

}  // namespace wardwatch
