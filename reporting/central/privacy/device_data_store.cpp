// The tables that hang on a PC. A new one that does is named here, or its rows keep a PC from being erased.
#include "reporting/central/privacy/device_data_store.h"

#include <array>
#include <vector>

#include "reporting/central/devices/body_store.h"
#include "reporting/central/privacy/listing_store.h"

namespace wardwatch {

using nlohmann::json;

namespace {

const std::vector<Listing>& device_listings() {
    using enum ListedColumn::Kind;
    static const std::vector<Listing> listings{
        {"device",
         "SELECT d.device_id, d.host_name, d.unit_id, d.agent_version, d.public_key_sha256, d.enrolled_at, "
         "d.last_seen_at, d.revoked_at, d.confirmed_at, d.judged_at, d.status FROM devices d WHERE d.device_id = $1",
         {{"device_id"},
          {"host_name"},
          {"unit_id", number},
          {"agent_version"},
          {"public_key_sha256"},
          {"enrolled_at", instant},
          {"last_seen_at", instant},
          {"revoked_at", instant},
          {"confirmed_at", instant},
          {"judged_at", instant},
          {"status"}}},
        {"certificates",
         "SELECT sha256, serial, issued_at, not_after FROM certificates WHERE device_id = $1 ORDER BY issued_at",
         {{"sha256"}, {"serial"}, {"issued_at", instant}, {"not_after", instant}}},
        {"enrolled_with",
         "SELECT token_id, used_at FROM token_uses WHERE device_id = $1 ORDER BY used_at",
         {{"token_id", number}, {"used_at", instant}}},
        {"card",
         "SELECT owner, room, telephone, changed_by, changed_at FROM device_cards WHERE device_id = $1",
         {{"owner"}, {"room"}, {"telephone"}, {"changed_by"}, {"changed_at", instant}}},
        {"notes",
         "SELECT text, written_by, written_at FROM device_notes WHERE device_id = $1 ORDER BY id",
         {{"text"}, {"written_by"}, {"written_at", instant}}},
        {"moves",
         "SELECT from_unit, to_unit, at, actor FROM device_moves WHERE device_id = $1 ORDER BY id",
         {{"from_unit", number}, {"to_unit", number}, {"at", instant}, {"actor"}}},
        {"waivers",
         "SELECT rule, instance, reason, approved_by, created_at, ends_at, ended_at, ended_by FROM waivers "
         "WHERE device_id = $1 ORDER BY id",
         {{"rule"},
          {"instance"},
          {"reason"},
          {"approved_by"},
          {"created_at", instant},
          {"ends_at", instant},
          {"ended_at", instant},
          {"ended_by"}}},
        {"verdicts",
         "SELECT rule, instance, status, observed, reason, since FROM verdicts WHERE device_id = $1 ORDER BY position",
         {{"rule"}, {"instance"}, {"status"}, {"observed"}, {"reason"}, {"since", instant}}},
        {"verdict_changes",
         "SELECT rule, instance, from_status, to_status, at FROM verdict_changes WHERE device_id = $1 ORDER BY at, id",
         {{"rule"}, {"instance"}, {"from"}, {"to"}, {"at", instant}}},
        {"hardware",
         "SELECT system, disk, machine, first_seen_at, last_seen_at, reports FROM device_hardware WHERE device_id = $1 "
         "ORDER BY place",
         {{"system"},
          {"disk"},
          {"machine"},
          {"first_seen_at", instant},
          {"last_seen_at", instant},
          {"reports", number}}},
        {"notices",
         "SELECT kind, about, first_at, last_at, times, settled_at, settled_by FROM device_notices WHERE device_id = "
         "$1 "
         "ORDER BY kind",
         {{"kind"},
          {"about"},
          {"first_at", instant},
          {"last_at", instant},
          {"times", number},
          {"settled_at", instant},
          {"settled_by"}}},
        {"commands",
         "SELECT kind, created_by, created_at, state, changed_at FROM commands WHERE device_id = $1 "
         "ORDER BY created_at",
         {{"kind"}, {"created_by"}, {"created_at", instant}, {"state"}, {"changed_at", instant}}},
        {"antivirus_products",
         "SELECT product, state, licence_expires_at FROM antivirus_products WHERE device_id = $1 ORDER BY product",
         {{"product"}, {"state"}, {"licence_expires_at", instant}}},
    };
    return listings;
}

std::string written_out(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

void write_reports(const sql::Reader& reader, const std::string& device_id, std::int64_t most_bytes,
                   const WriteText& write) {
    auto rows = reader.query(
        "SELECT r.report_id, r.trigger, r.taken_at, r.received_at, r.body, b.body FROM "
        "reports r" WARDWATCH_BODY_BASES "WHERE r.device_id = $1 ORDER BY r.ordered_at DESC, r.id DESC",
        device_id);
    StoredBodies bodies;
    std::int64_t written = 0;
    std::int64_t left_out = 0;
    write("\"reports\":[");
    const char* between = "";
    while (rows.next()) {
        if (written > most_bytes) {
            ++left_out;
            continue;
        }
        const json head = {{"report_id", rows.text(0)},
                           {"trigger", rows.text(1)},
                           {"taken_at", format_instant(rows.instant(2))},
                           {"received_at", format_instant(rows.instant(3))}};
        // The report as it came is JSON already.
        std::string body = bodies.at(rows, 4);
        written += static_cast<std::int64_t>(body.size());
        write(between + std::string{"{\"received\":"} + written_out(head) +
              ",\"report\":" + (body.empty() ? "null" : body) + "}");
        between = ",\n";
    }
    write("],\n\"reports_left_out\":" + std::to_string(left_out));
}

void require_known(const sql::Reader& reader, const std::string& device_id) {
    if (!reader.any("SELECT 1 FROM devices WHERE device_id = $1", device_id))
        throw StoreError("There is no PC " + device_id + "; `device list` shows all.");
}

}  // namespace

void export_device(const sql::Database& database, const std::string& device_id, std::int64_t most_bytes,
                   const WriteText& write) {
    const sql::Reader reader = database.reader();
    require_known(reader, device_id);
    write("{\n");
    for (const Listing& listing : device_listings())
        write("\"" + std::string{listing.member} + "\":" + written_out(listed(reader, listing, device_id)) + ",\n");
    write_reports(reader, device_id, most_bytes, write);
    write("\n}\n");
}

ErasedDevice erase_device(sql::Database& database, const std::string& device_id) {
    sql::Writer writer = database.writer();
    sql::Transaction transaction{writer};
    require_known(writer, device_id);
    if (!writer.any("SELECT 1 FROM devices WHERE device_id = $1 AND revoked_at IS NOT NULL", device_id))
        throw StoreError("This PC is in use: revoke it first (`device revoke`), so that it sends nothing more.");
    ErasedDevice erased;
    erased.notes = writer.run("DELETE FROM device_notes WHERE device_id = $1", device_id) +
                   writer.run("DELETE FROM device_cards WHERE device_id = $1", device_id);
    erased.verdict_changes = writer.run("DELETE FROM verdict_changes WHERE device_id = $1", device_id);
    erased.dead_letters =
        writer.run("DELETE FROM webhook_deliveries WHERE dead_at IS NOT NULL AND strpos(body, $1) > 0", device_id);
    writer.run("UPDATE devices SET newest_report = NULL WHERE device_id = $1", device_id);
    erased.reports = writer.run("DELETE FROM reports WHERE device_id = $1", device_id);
    // Waivers behind the verdicts that name them.
    constexpr std::array others{"DELETE FROM device_hardware WHERE device_id = $1",
                                "DELETE FROM device_notices WHERE device_id = $1 OR about = $1",
                                "DELETE FROM device_checks WHERE device_id = $1",
                                "DELETE FROM report_bases WHERE device_id = $1",
                                "DELETE FROM verdicts WHERE device_id = $1",
                                "DELETE FROM waivers WHERE device_id = $1",
                                "DELETE FROM antivirus_products WHERE device_id = $1",
                                "DELETE FROM antivirus_reports WHERE device_id = $1",
                                "DELETE FROM commands WHERE device_id = $1",
                                "DELETE FROM device_moves WHERE device_id = $1",
                                "DELETE FROM token_uses WHERE device_id = $1",
                                "DELETE FROM certificates WHERE device_id = $1",
                                "DELETE FROM devices WHERE device_id = $1"};
    for (const char* statement : others) writer.run(statement, device_id);
    transaction.commit();
    return erased;
}

std::int64_t erase_revoked_devices(sql::Database& database, Instant before, bool count_only) {
    std::vector<std::string> due;
    {
        const sql::Reader reader = database.reader();
        auto rows = reader.query("SELECT device_id FROM devices WHERE revoked_at < $1", before);
        while (rows.next()) due.push_back(rows.text(0));
    }
    // One at a time: others get their turn in between.
    if (!count_only) {
        for (const std::string& device_id : due) erase_device(database, device_id);
    }
    return static_cast<std::int64_t>(due.size());
}

}  // namespace wardwatch
