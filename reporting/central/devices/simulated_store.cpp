// Dates back what simulated PCs have done, so that their history lies in the past.
#include "reporting/central/devices/simulated_store.h"
#include "reporting/central/sql/setting_store.h"

#include "reporting/central/sql/database.h"

namespace wardwatch {

void mark_simulated(sql::Database& database) { Settings{database}.set(simulated_setting, "true"); }

bool is_simulated(const sql::Database& database) { return Settings{database}.get(simulated_setting) == "true"; }

DatedBack date_back_simulated(sql::Database& database) {
    if (!is_simulated(database)) {
        throw StoreError(
            "This centre is not marked as one of simulated PCs, and its history stays as it is; "
            "`simulated mark` marks it.");
    }
    sql::Writer writer = database.writer();
    sql::Transaction transaction{writer};
    DatedBack changed;
    changed.reports = writer.run(
        "UPDATE reports SET received_at = taken_at, ordered_at = taken_at "
        "WHERE trigger = 'simulated' AND received_at > taken_at");
    // Between two reports the simulated PC told each day that nothing had changed.
    writer.run(
        "UPDATE reports SET confirmed_at = (SELECT min(later.taken_at) - 1 FROM reports later WHERE "
        "later.device_id = reports.device_id AND later.taken_at > reports.taken_at) WHERE trigger = 'simulated'");
    changed.devices = writer.run(
        "UPDATE devices SET enrolled_at = (SELECT min(r.taken_at) - 600 FROM reports r WHERE r.device_id = "
        "devices.device_id), confirmed_at = (SELECT r.received_at FROM reports r WHERE r.id = newest_report), "
        "last_seen_at = (SELECT r.received_at FROM reports r WHERE r.id = newest_report) "
        "WHERE agent_version LIKE '%-simulated' AND newest_report IS NOT NULL");
    transaction.commit();
    return changed;
}

}  // namespace wardwatch
