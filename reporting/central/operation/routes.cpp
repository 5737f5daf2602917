// The people's API: readiness and metrics.
#include "reporting/central/operation/routes.h"

namespace wardwatch {

namespace {

using nlohmann::json;

HttpResponse readiness(const CentreProbes& probes, const Call& call) {
    const std::vector<Finding> findings = probes.readiness ? probes.readiness(call.now) : std::vector<Finding>{};
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
    return {
        {"GET", "/readyz", [probes](const Call& call) { return readiness(probes, call); }, Right::none, "getReadiness"},
        {"GET", "/metrics", [&context, probes](const Call& call) { return metrics(context, probes, call); },
         Right::read, "getMetrics"},
    };
}

}  // namespace wardwatch
