// The one list of what follows a unit that is moved or merged.
#include "reporting/central/unit_followers.h"

#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/people/api_token_store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/registers/licences.h"
#include "reporting/central/registers/web_register.h"
#include "reporting/central/reports/schedule_store.h"
#include "reporting/central/updates/store.h"

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

}  // namespace wardwatch
