// Goes through all PCs, and through the few tables in which people stand by name.
#include "reporting/central/privacy/person_data_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "reporting/central/notes/store.h"
#include "reporting/central/privacy/named_report_store.h"
#include "reporting/central/privacy/person_rows_store.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

struct KnownDevice {
    std::string device_id;
    std::string host_name;
    bool revoked = false;
};

std::vector<KnownDevice> known_devices(const sql::Reader& reader) {
    auto rows = reader.query(
        "SELECT device_id, host_name, CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END FROM devices ORDER BY device_id");
    std::vector<KnownDevice> devices;
    while (rows.next()) devices.push_back({rows.text(0), rows.text(1), rows.boolean(2)});
    return devices;
}

json reports_json(const std::vector<NamedReport>& reports) {
    json list = json::array();
    for (const NamedReport& report : reports)
        list.push_back({{"report_id", report.report_id},
                        {"taken_at", format_instant(report.taken_at)},
                        {"newest", report.newest},
                        {"facts", report.facts}});
    return list;
}

json verdicts_json(const sql::Reader& reader, const std::string& device_id, const PersonNames& names) {
    auto rows = reader.query(
        "SELECT rule, instance, status, since FROM verdicts WHERE device_id = $1 AND instance <> '' ORDER BY position",
        device_id);
    json list = json::array();
    while (rows.next()) {
        if (!names.own_subject(rows.view(1))) continue;
        list.push_back({{"rule", rows.text(0)},
                        {"instance", rows.text(1)},
                        {"status", rows.text(2)},
                        {"since", format_instant(rows.instant(3))}});
    }
    return list;
}

json changes_json(const sql::Reader& reader, const std::string& device_id, const PersonNames& names) {
    auto rows = reader.query(
        "SELECT rule, instance, from_status, to_status, at FROM verdict_changes WHERE device_id = $1 AND "
        "instance <> '' ORDER BY at, id",
        device_id);
    json list = json::array();
    while (rows.next()) {
        if (!names.own_subject(rows.view(1))) continue;
        list.push_back({{"rule", rows.text(0)},
                        {"instance", rows.text(1)},
                        {"from", rows.text(2)},
                        {"to", rows.text(3)},
                        {"at", format_instant(rows.instant(4))}});
    }
    return list;
}

json waivers_json(const sql::Reader& reader, const PersonNames& names) {
    auto rows = reader.query(
        "SELECT rule, instance, reason, approved_by, created_at, ends_at FROM waivers WHERE instance IS NOT NULL "
        "ORDER BY id");
    json list = json::array();
    while (rows.next()) {
        if (!names.own_subject(rows.view(1))) continue;
        list.push_back({{"rule", rows.text(0)},
                        {"instance", rows.text(1)},
                        {"reason", rows.text(2)},
                        {"approved_by", rows.text(3)},
                        {"created_at", format_instant(rows.instant(4))},
                        {"ends_at", format_instant(rows.instant(5))}});
    }
    return list;
}

std::int64_t erase_changes(sql::Writer& writer, const PersonNames& names) {
    std::vector<std::pair<std::string, std::string>> subjects;
    {
        auto rows = writer.query("SELECT DISTINCT device_id, instance FROM verdict_changes WHERE instance <> ''");
        while (rows.next()) {
            if (names.own_subject(rows.view(1))) subjects.emplace_back(rows.text(0), rows.text(1));
        }
    }
    std::int64_t erased = 0;
    for (const auto& [device_id, instance] : subjects)
        erased += writer.run("DELETE FROM verdict_changes WHERE device_id = $1 AND instance = $2", device_id, instance);
    return erased;
}

std::int64_t erase_ended_waivers(sql::Writer& writer, const PersonNames& names, Instant now,
                                 std::vector<PersonData::Left>& left) {
    struct Found {
        std::int64_t id;
        std::string device_id;
        bool over;
    };
    std::vector<Found> found;
    {
        auto rows = writer.query(
            "SELECT w.id, w.instance, coalesce(w.device_id, ''), CASE WHEN (w.ended_at IS NOT NULL OR w.ends_at <= $1) "
            "AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.waiver_id = w.id) THEN 1 ELSE 0 END "
            "FROM waivers w WHERE w.instance IS NOT NULL ORDER BY w.id",
            now);
        while (rows.next()) {
            if (names.own_subject(rows.view(1))) found.push_back({rows.integer(0), rows.text(2), rows.boolean(3)});
        }
    }
    std::int64_t erased = 0;
    for (const Found& waiver : found) {
        if (waiver.over) {
            erased += writer.run("DELETE FROM waivers WHERE id = $1", waiver.id);
        } else {
            left.push_back({"waiver", waiver.device_id, std::to_string(waiver.id)});
        }
    }
    return erased;
}

/// A message of changed verdicts; one about several people goes as a whole.
bool tells_of(const PersonNames& names, const json& message) {
    if (!message.contains("changes")) return false;  // one of what administrators did
    const json& changes = message.at("changes");
    return std::any_of(changes.begin(), changes.end(),
                       [&](const json& change) { return names.own_subject(change.at("instance").get<std::string>()); });
}

std::int64_t erase_dead_letters(sql::Writer& writer, const PersonNames& names) {
    std::vector<std::int64_t> found;
    {
        auto rows = writer.query("SELECT id, body FROM webhook_deliveries WHERE dead_at IS NOT NULL");
        while (rows.next()) {
            if (names.may_stand_in_json(rows.view(1)) && tells_of(names, parse_own(rows.view(1))))
                found.push_back(rows.integer(0));
        }
    }
    std::int64_t erased = 0;
    for (const std::int64_t id : found) erased += writer.run("DELETE FROM webhook_deliveries WHERE id = $1", id);
    return erased;
}

std::int64_t erase_gone_web_accounts(sql::Writer& writer, const PersonNames& names,
                                     std::vector<PersonData::Left>& left) {
    std::int64_t erased = 0;
    for (const WebAccountRow& account : web_accounts_of(writer, names)) {
        if (account.gone_at) {
            erased += writer.run("DELETE FROM web_accounts WHERE id = $1", account.id);
        } else {
            left.push_back({"web_account", "", account.system});
        }
    }
    return erased;
}

}  // namespace

json PersonData::found(const PersonNames& names) const {
    const sql::Reader reader = database_.reader();
    json devices = json::array();
    for (const KnownDevice& device : known_devices(reader)) {
        const std::vector<NamedReport> reports = reports_naming(reader, device.device_id, names);
        json verdicts = verdicts_json(reader, device.device_id, names);
        json changes = changes_json(reader, device.device_id, names);
        if (reports.empty() && verdicts.empty() && changes.empty()) continue;
        devices.push_back({{"device_id", device.device_id},
                           {"host_name", device.host_name},
                           {"revoked", device.revoked},
                           {"reports", reports_json(reports)},
                           {"verdicts", std::move(verdicts)},
                           {"verdict_changes", std::move(changes)}});
    }
    return {{"devices", std::move(devices)},
            {"waivers", waivers_json(reader, names)},
            {"cards", cards_json(reader, names)},
            {"notes", notes_json(reader, names)},
            {"web_accounts", web_accounts_json(reader, names)},
            {"users", users_json(reader, names)}};
}

void PersonData::erase_from_reports(const PersonNames& names, Erased& erased) {
    for (const KnownDevice& device : known_devices(database_.reader())) {
        const std::vector<NamedReport> named = reports_naming(database_.reader(), device.device_id, names);
        if (named.empty()) continue;
        if (named.front().newest) erased.left.push_back({"newest_report", device.device_id, device.host_name});
        if (named.size() == 1 && named.front().newest) continue;
        // Read again: meanwhile another report may have become the newest.
        sql::Writer writer = database_.writer();
        sql::Transaction transaction{writer};
        erased.reports += take_out_of_reports(writer, device.device_id, names);
        transaction.commit();
    }
}

void PersonData::erase_from_tables(const PersonNames& names, const ChangedBy& by, Erased& erased) {
    {
        sql::Writer writer = database_.writer();
        sql::Transaction transaction{writer};
        erased.verdict_changes = erase_changes(writer, names);
        erased.waivers = erase_ended_waivers(writer, names, by.at, erased.left);
        erased.web_accounts = erase_gone_web_accounts(writer, names, erased.left);
        erased.dead_letters = erase_dead_letters(writer, names);
        transaction.commit();
    }
    Notes notes{database_};
    for (const json& card : cards_json(database_.reader(), names)) {
        notes.describe(card.at("device_id").get<std::string>(), {"", {}, ""}, std::nullopt, by);
        ++erased.cards;
    }
    for (const json& note : notes_json(database_.reader(), names))
        erased.left.push_back(
            {"note", note.at("device_id").get<std::string>(), std::to_string(note.at("id").get<std::int64_t>())});
    for (const std::string& user : users_of(database_.reader(), names)) erased.left.push_back({"user", "", user});
}

PersonData::Erased PersonData::erase(const PersonNames& names, const ChangedBy& by) {
    Erased erased;
    erase_from_reports(names, erased);
    erase_from_tables(names, by, erased);
    return erased;
}

}  // namespace wardwatch
