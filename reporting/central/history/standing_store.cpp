// One pass over the verdicts.
#include "reporting/central/history/standing_store.h"

#include "reporting/central/sql/database.h"

namespace wardwatch {

void RuleStandings::each_subject(
    const RuleIds& rules, const std::function<void(std::string_view device_id, std::string_view subject)>& tell) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT device_id, instance FROM verdicts WHERE instance <> '' AND rule IN (SELECT texts_of($1)) ORDER BY "
        "device_id",
        sql::list_of(rules));
    while (rows.next()) {
        tell(rows.view(0), rows.view(1));
    }
}

}  // namespace wardwatch
