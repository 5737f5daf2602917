// The one list of what follows a unit that is moved or merged, and the routes of units, which need it.
#include "reporting/central/unit_followers.h"

#include "reporting/central/api/people_api.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/people/api_token_store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/registers/licences.h"
#include "reporting/central/registers/web_register.h"
#include "reporting/central/reports/schedule_store.h"
#include "reporting/central/units/routes.h"
#include "reporting/central/updates/store.h"
#include "reporting/central/views/units.h"

namespace wardwatch {

UnitFollowers unit_followers() {
    return {
        {devices_follow_merge, nullptr},          {users_follow_merge, nullptr},
        {api_tokens_follow_merge, nullptr},       {web_register_follows_merge, nullptr},
        {licences_follow_merge, nullptr},         {report_schedules_follow_merge, nullptr},
        {enrolment_tokens_follow_merge, nullptr}, {offers_follow_merge, nullptr},
        {waivers_follow_merge, judge_unit_soon},  // other waivers may hold there
    };
}

std::vector<Route> unit_routes(PeopleContext& context) {
    return unit_routes(context, {unit_followers(), counted_unit_json});
}

}  // namespace wardwatch
