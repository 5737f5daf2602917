// Settings are single values; whoever keeps many of a kind has a table.
#include "reporting/central/sql/setting_store.h"

namespace wardwatch {

std::optional<std::string> Settings::get(const std::string& name) const {
    const sql::Reader reader = database_.reader();
    sql::Rows row = reader.query("SELECT value FROM settings WHERE name = $1", name);
    if (!row.next()) return std::nullopt;
    return row.text(0);
}

void Settings::set(const std::string& name, const std::string& value) {
    sql::Writer writer = database_.writer();
    writer.run("INSERT INTO settings(name, value) VALUES ($1, $2) ON CONFLICT(name) DO UPDATE SET value = $2", name,
               value);
}

Instant since_setting(sql::Database database, const std::string& name, Instant now) {
    Settings settings{std::move(database)};
    if (const std::optional<std::string> since = settings.get(name)) return parse_instant(*since);
    settings.set(name, format_instant(now));
    return now;
}

}  // namespace wardwatch
