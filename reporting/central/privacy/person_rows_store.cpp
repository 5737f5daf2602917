// Whole tables are read: they have a row for each PC or account of the office, not for each report.
#include "reporting/central/privacy/person_rows_store.h"

namespace wardwatch {

using nlohmann::json;

json cards_json(const sql::Reader& reader, const PersonNames& names) {
    auto rows = reader.query("SELECT device_id, owner, room, telephone FROM device_cards ORDER BY device_id");
    json list = json::array();
    while (rows.next()) {
        if (names.are(rows.view(1)))
            list.push_back({{"device_id", rows.text(0)},
                            {"owner", rows.text(1)},
                            {"room", rows.text(2)},
                            {"telephone", rows.text(3)}});
    }
    return list;
}

json notes_json(const sql::Reader& reader, const PersonNames& names) {
    auto rows = reader.query("SELECT device_id, id, text, written_by, written_at FROM device_notes ORDER BY id");
    json list = json::array();
    while (rows.next()) {
        if (names.stand_in(rows.view(2)))
            list.push_back({{"device_id", rows.text(0)},
                            {"id", rows.integer(1)},
                            {"text", rows.text(2)},
                            {"written_by", rows.text(3)},
                            {"written_at", format_instant(rows.instant(4))}});
    }
    return list;
}

std::vector<WebAccountRow> web_accounts_of(const sql::Reader& reader, const PersonNames& names) {
    auto rows = reader.query(
        "SELECT a.id, s.name, a.account, a.owner, a.gone_at FROM web_accounts a JOIN web_systems s ON s.id = "
        "a.system_id ORDER BY a.id");
    std::vector<WebAccountRow> accounts;
    while (rows.next()) {
        if (names.are(rows.view(2)) || names.are(rows.view(3)))
            accounts.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.text(3), rows.maybe_instant(4)});
    }
    return accounts;
}

json web_accounts_json(const sql::Reader& reader, const PersonNames& names) {
    json list = json::array();
    for (const WebAccountRow& account : web_accounts_of(reader, names))
        list.push_back({{"system", account.system},
                        {"account", account.account},
                        {"owner", account.owner},
                        {"gone", account.gone_at.has_value()}});
    return list;
}

namespace {

json sessions_json(const sql::Reader& reader, const std::string& user) {
    auto rows = reader.query(
        "SELECT began_at, used_at, address, browser FROM sessions WHERE user_name = $1 ORDER BY began_at", user);
    json list = json::array();
    while (rows.next())
        list.push_back({{"began_at", format_instant(rows.instant(0))},
                        {"used_at", format_instant(rows.instant(1))},
                        {"address", rows.text(2)},
                        {"browser", rows.text(3)}});
    return list;
}

}  // namespace

json users_json(const sql::Reader& reader, const PersonNames& names) {
    auto rows = reader.query(
        "SELECT name, full_name, email, role, source, created_at, last_login_at, disabled_at, "
        "CASE WHEN totp_secret = '' THEN 0 ELSE 1 END FROM users ORDER BY name");
    const auto instant = [&](int column) {
        return rows.is_null(column) ? json() : json(format_instant(rows.instant(column)));
    };
    json list = json::array();
    while (rows.next()) {
        if (!names.are(rows.view(0)) && !names.are(rows.view(1))) continue;
        list.push_back({{"name", rows.text(0)},
                        {"full_name", rows.text(1)},
                        {"email", rows.text(2)},
                        {"role", rows.text(3)},
                        {"source", rows.text(4)},
                        {"created_at", instant(5)},
                        {"last_login_at", instant(6)},
                        {"disabled_at", instant(7)},
                        {"second_factor", rows.boolean(8)},
                        {"sessions", sessions_json(reader, rows.text(0))}});
    }
    return list;
}

std::vector<std::string> users_of(const sql::Reader& reader, const PersonNames& names) {
    auto rows = reader.query("SELECT name, full_name FROM users ORDER BY name");
    std::vector<std::string> users;
    while (rows.next()) {
        if (names.are(rows.view(0)) || names.are(rows.view(1))) users.push_back(rows.text(0));
    }
    return users;
}

}  // namespace wardwatch
