// One setting holds the day that is next.
#include "reporting/central/judging/days_to_judge.h"

#include "reporting/central/formats/office_time.h"
#include "reporting/central/sql/setting_store.h"

namespace wardwatch {

namespace {

/// Empty or not there: none.
constexpr const char* day_setting = "history_day";

}  // namespace

void DaysToJudge::ask(Instant now) { Settings{database_}.set(day_setting, add_days(office_day(now), -1)); }

std::string DaysToJudge::next() const { return Settings{database_}.get(day_setting).value_or(""); }

void DaysToJudge::judged(const std::string& last, const std::string& first) {
    if (next() == last) Settings{database_}.set(day_setting, add_days(first, -1));
}

void DaysToJudge::end() { Settings{database_}.set(day_setting, ""); }

}  // namespace wardwatch
