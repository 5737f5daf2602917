// The people's API: the tree of units.
#include "reporting/central/api_people.h"

namespace wardwatch {

std::vector<Route> unit_routes(PeopleContext& context) {
    return {
        {"GET", "/api/v1/units",
         [&context](const Call& call) { return json_response(200, units_json(context.view(call))); }, Right::read,
         "listUnits"},
    };
}

}  // namespace wardwatch
