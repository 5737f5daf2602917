// Counts answers as they are given, those that were waited for when their wait is over.
#include "reporting/central/operation/metered.h"

namespace wardwatch {

namespace {

std::string line_of_request(const std::string& listener, const HttpRequest& request, unsigned status,
                            std::chrono::milliseconds took) {
    // The query is left out: nothing that a person typed belongs there.
    return "listener=" + listener + " method=" + request.method +
           " path=" + request.target.substr(0, request.target.find('?')) + " status=" + std::to_string(status) +
           " milliseconds=" + std::to_string(took.count()) + " from=" + request.remote_address;
}

}  // namespace

Handler metered(std::string listener, RequestMeter& meter, Log log, std::chrono::milliseconds slow, Handler handler) {
    return [listener = std::move(listener), &meter, log = std::move(log), slow,
            handler = std::move(handler)](const HttpRequest& request) -> std::variant<HttpResponse, LaterAnswer> {
        const auto began = std::chrono::steady_clock::now();
        std::variant<HttpResponse, LaterAnswer> answer = handler(request);
        if (auto* const later = std::get_if<LaterAnswer>(&answer)) {
            later->finish = [finish = std::move(later->finish), &meter, listener](bool woken) {
                HttpResponse response = finish(woken);
                meter.count(listener, response.status, std::nullopt);
                return response;
            };
            return answer;
        }
        const std::chrono::steady_clock::duration took = std::chrono::steady_clock::now() - began;
        const unsigned status = std::get<HttpResponse>(answer).status;
        meter.count(listener, status, took);
        if (status == 201 && request.target == "/v1/reports") meter.count_report();
        const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took);
        if (status >= 500) {
            log("request failed " + line_of_request(listener, request, status, milliseconds));
        } else if (took > slow) {
            log("request slow " + line_of_request(listener, request, status, milliseconds));
        }
        return answer;
    };
}

}  // namespace wardwatch
