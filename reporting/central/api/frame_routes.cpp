// Health, the OpenAPI document of all routes, and the dashboard's files.
#include "reporting/central/api/frame_routes.h"

#include <memory>

#include "reporting/central/api/openapi.h"
#include "reporting/central/api/static_files.h"

namespace wardwatch {

void add_frame_routes(std::vector<Route>& routes) {
    routes.push_back({"GET", "/healthz",
                      [](const Call&) {
                          return json_response(200, {{"ok", true}});
                      },
                      Right::none, "getHealth"});
    const auto document = std::make_shared<nlohmann::json>();
    routes.push_back({"GET", "/api/v1/openapi.json", [document](const Call&) { return json_response(200, *document); },
                      Right::none, "getOpenApi"});
    *document = openapi_document(routes);
    for (const StaticFile& file : static_files()) {
        routes.push_back({"GET", file.path, [&file](const Call& call) { return static_response(file, call.request); }});
    }
}

}  // namespace wardwatch
