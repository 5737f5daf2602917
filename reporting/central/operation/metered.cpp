// Counts answers as they are given, those that were waited for when their wait is over.
#include "reporting/central/operation/metered.h"

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

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

/// How many were told to come later and stand in no log yet: a flood must not fill the disk with lines.
class PutOff {
public:
    /// Zero when a line was written less than a second ago.
    std::size_t refused(std::chrono::steady_clock::time_point now) {
        const std::lock_guard lock{mutex_};
        ++count_;
        if (now < told_ + std::chrono::seconds{1}) return 0;
        told_ = now;
        return std::exchange(count_, 0);
    }

private:
    std::mutex mutex_;  ///< of the following
    std::size_t count_ = 0;
    std::chrono::steady_clock::time_point told_{};
};

Asked asked(const std::string& listener, const HttpRequest& request) {
    // The query is left out: nothing that a person typed belongs there.
    return {listener, request.method, request.target.substr(0, request.target.find('?')), request.remote_address,
            request.target == "/v1/reports"};
}

}  // namespace

Handler metered(std::string listener, RequestMeter& meter, Log log, Milliseconds slow, Handler handler) {
    // A PC that waits for news makes nothing slow: only that such a request was answered is counted.
    const auto later = std::make_shared<PutOff>();
    const auto tell = [&meter, later, log = std::move(log), slow](const Asked& request, unsigned status,
                                                                  bool waits_for_news) {
        const auto took = std::chrono::steady_clock::now() - request.began;
        const auto milliseconds = std::chrono::duration_cast<Milliseconds>(took);
        meter.count(request.listener, status, waits_for_news ? std::nullopt : std::optional{took});
        if (status == 201 && request.is_report) meter.count_report();
        if (status == 503) {
            const std::size_t refused = later->refused(std::chrono::steady_clock::now());
            if (refused > 0)
                log("requests put off: " + std::to_string(refused) + ", the last " +
                    request.line(status, milliseconds));
        } else if (status >= 500) {
            log("request failed " + request.line(status, milliseconds));
        } else if (took > slow && !waits_for_news) {
            log("request slow " + request.line(status, milliseconds));
        }
    };
    return [listener = std::move(listener), tell,
            handler = std::move(handler)](const HttpRequest& request) -> std::variant<HttpResponse, LaterAnswer> {
        const Asked now = asked(listener, request);
        std::variant<HttpResponse, LaterAnswer> answer = handler(request);
        if (auto* const waiting = std::get_if<LaterAnswer>(&answer)) {
            waiting->finish = [finish = std::move(waiting->finish), tell, now,
                               waits_for_news = !waiting->is_work](bool woken) {
                HttpResponse response = finish(woken);
                tell(now, response.status, waits_for_news);
                return response;
            };
        } else {
            tell(now, std::get<HttpResponse>(answer).status, false);
        }
        return answer;
    };
}

}  // namespace wardwatch
