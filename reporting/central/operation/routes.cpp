// The people's API: readiness and metrics.
#include "reporting/central/operation/routes.h"

#include <memory>
#include <mutex>
#include <optional>

namespace wardwatch {

namespace {

using nlohmann::json;

/// Looking takes the database's one writer, and anybody may ask: once a second is enough for all.
class LastLook {
public:
    std::vector<Finding> findings(const CentreProbes& probes, Instant now) {
        const std::lock_guard lock{mutex_};
        if (looked_ != now && probes.readiness) findings_ = probes.readiness(now);
        looked_ = now;
        return findings_;
    }

private:
    std::mutex mutex_;  ///< of the following
    std::optional<Instant> looked_;
    std::vector<Finding> findings_;
};

HttpResponse readiness(const std::vector<Finding>& findings) {
    json checks = json::array();
    for (const Finding& finding : findings)
        checks.push_back({{"name", finding.check}, {"ok", finding.health != Health::problem}});
    return json_response(all_well(findings) ? 200 : 503,
                         {{"ready", all_well(findings)}, {"checks", std::move(checks)}});
}

HttpResponse metrics(const ApiContext& context, const CentreProbes& probes, const Call& call) {
    if (!probes.metrics) throw ApiError(404, "not_found", "Only a running centre has metrics.");
    HttpResponse response;
    response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8";
    response.headers["Cache-Control"] = "no-store";
    response.body = probes.metrics(context.view(call));
    return response;
}

}  // namespace

std::vector<Route> operation_routes(const ApiContext& context, const CentreProbes& probes) {
    const auto last = std::make_shared<LastLook>();
    return {
        {"GET", "/readyz", [probes, last](const Call& call) { return readiness(last->findings(probes, call.now)); },
         Right::none, "getReadiness"},
        {"GET", "/metrics", [&context, probes](const Call& call) { return metrics(context, probes, call); },
         Right::read, "getMetrics"},
    };
}

}  // namespace wardwatch
