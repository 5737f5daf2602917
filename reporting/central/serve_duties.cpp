// What wraps the handlers and what the periodic tasks do, as objects of their own.
#include "reporting/central/serve_duties.h"

#include "reporting/central/reports/schedules.h"

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

ServedCertificates::ServedCertificates(DataFolder folder, std::vector<std::string> names, Instant now)
    : folder_(std::move(folder)), names_(std::move(names)) {
    renew(now);
}

KeyAndCertificate ServedCertificates::authority() const {
    const std::lock_guard lock{mutex_};
    return authority_;
}

KeyAndCertificate ServedCertificates::server() const {
    const std::lock_guard lock{mutex_};
    return server_;
}

Instant ServedCertificates::authority_ends() const {
    return inspect_certificate(authority().certificate_pem).not_after;
}

Instant ServedCertificates::server_ends() const { return inspect_certificate(server().certificate_pem).not_after; }

bool ServedCertificates::renew(Instant now) {
    const std::lock_guard lock{mutex_};
    folder_.renew_authority(now);
    KeyAndCertificate authority = folder_.authority();
    KeyAndCertificate server = folder_.server_certificate(names_, now);
    const bool changed =
        authority.certificate_pem != authority_.certificate_pem || server.certificate_pem != server_.certificate_pem;
    authority_ = std::move(authority);
    server_ = std::move(server);
    return changed;
}

}  // namespace wardwatch
