// The people's API: PCs, their verdicts and reports.
#include "reporting/central/api_people.h"

namespace wardwatch {

std::vector<Route> device_routes(PeopleContext& context) {
    const auto about_one = [&context](nlohmann::json (*describe)(const View&, const Device&)) {
        return [&context, describe](const Call& call) {
            return json_response(200, describe(context.view(call), context.device_of(call)));
        };
    };
    return {
        {"GET", "/api/v1/devices",
         [&context](const Call& call) {
             return json_response(200, devices_json(context.view(call), query_number(call, "unit")));
         },
         Right::read, "listDevices"},
        {"GET", "/api/v1/devices/{}", about_one(device_details_json), Right::read, "getDevice", true},
        {"GET", "/api/v1/devices/{}/verdicts", about_one(verdicts_json), Right::read, "listVerdicts", true},
        {"GET", "/api/v1/devices/{}/reports", about_one(reports_json), Right::read, "listReports", true},
    };
}

}  // namespace wardwatch
