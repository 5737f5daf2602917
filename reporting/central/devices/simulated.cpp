#include "reporting/central/devices/simulated.h"

#include "reporting/central/sql/statements.h"

namespace wardwatch {

void mark_simulated(CentralStore& store) { store.set_setting(simulated_setting, "true"); }

bool is_simulated(const CentralStore& store) { return store.setting(simulated_setting) == "true"; }

DatedBack date_back_simulated(CentralStore& store) {
    if (!is_simulated(store)) {
        throw StoreError(
            "This centre is not marked as one of simulated PCs, and its history stays as it is; "
            "`simulated mark` marks it.");
    }
    sql::Connection& connection = store.connection();
    const std::lock_guard lock{connection.mutex};
    SQLite::Database& database = connection.database;
    sql::Write write{database};
    DatedBack changed;
    changed.reports = sql::run(database,
                               "UPDATE reports SET received_at = taken_at, ordered_at = taken_at "
                               "WHERE trigger = 'simulated' AND received_at > taken_at");
    // Between two reports the simulated PC told each day that nothing had changed.
    sql::run(database,
             "UPDATE reports SET confirmed_at = (SELECT min(later.taken_at) - 1 FROM reports later WHERE "
             "later.device_id = reports.device_id AND later.taken_at > reports.taken_at) WHERE trigger = 'simulated'");
    changed.devices =
        sql::run(database,
                 "UPDATE devices SET enrolled_at = (SELECT min(r.taken_at) - 600 FROM reports r WHERE r.device_id = "
                 "devices.device_id), confirmed_at = (SELECT r.received_at FROM reports r WHERE r.id = newest_report), "
                 "last_seen_at = (SELECT r.received_at FROM reports r WHERE r.id = newest_report) "
                 "WHERE agent_version LIKE '%-simulated' AND newest_report IS NOT NULL");
    write.commit();
    return changed;
}

}  // namespace wardwatch
