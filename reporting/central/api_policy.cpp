// The people's API: the policy in force.
#include "reporting/central/api_people.h"

namespace wardwatch {

std::vector<Route> policy_routes(PeopleContext& context) {
    return {
        {"GET", "/api/v1/policy", [&context](const Call&) { return json_response(200, policy_json(context.policy)); },
         Right::read, "getPolicy"},
    };
}

}  // namespace wardwatch
