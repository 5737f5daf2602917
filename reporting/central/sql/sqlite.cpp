// Statements in SQLite's own way, and the functions that PostgreSQL has and SQLite has not.
#include "reporting/central/sql/sqlite.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <stdexcept>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/central/sql/error.h"

namespace wardwatch::sql {

namespace {

/// As long as a CLI command or another process may hold the write lock.
constexpr int busy_milliseconds = 10'000;

template <class Work>
auto in_our_words(Work work) {
    try {
        return work();
    } catch (const SQLite::Exception& error) {
        throw DatabaseError(error.what());
    }
}

/// PostgreSQL has functions that give rows; here a list is a table.
std::string in_sqlite(std::string_view text) {
    std::string own{text};
    for (const std::string_view name : {"texts_of(", "numbers_of("}) {
        for (auto at = own.find(name); at != std::string::npos; at = own.find(name))
            own.replace(at, name.size(), "value FROM json_each(");
    }
    return own;
}

class SqlitePrepared : public Prepared {
public:
    SqlitePrepared(SQLite::Database& database, std::string_view text)
        : database_(database), statement_(database, in_sqlite(text)) {
        // $1 is a name here; which place it has depends on where it stands first.
        int place = 0;
        for (int value = 1; (place = statement_.getIndex(("$" + std::to_string(value)).c_str())) != 0; ++value)
            places_.push_back(place);
        if (statement_.getBindParameterCount() != static_cast<int>(places_.size()))
            throw DatabaseError("the values of a statement are not $1, $2, … without a gap: " + std::string{text});
    }

    void start(std::span<const Parameter> parameters) override {
        // NULL in place of one that was forgotten would be an answer, and a wrong one.
        if (parameters.size() != places_.size())
            throw DatabaseError("a statement has " + std::to_string(places_.size()) + " values, and " +
                                std::to_string(parameters.size()) + " were given: " + statement_.getQuery());
        in_our_words([&] {
            for (std::size_t i = 0; i < parameters.size(); ++i) bind(places_.at(i), parameters[i]);
        });
    }
    bool next() override {
        return in_our_words([&] { return statement_.executeStep(); });
    }
    void finish() noexcept override {
        statement_.tryReset();
        try {
            statement_.clearBindings();  // values may be as large as a report
        } catch (const SQLite::Exception&) {
            // They are replaced by the next run.
        }
    }
    std::int64_t changed() const override { return sqlite3_changes(database_.getHandle()); }

    bool is_null(int column) const override { return statement_.getColumn(column).isNull(); }
    std::int64_t integer(int column) const override { return statement_.getColumn(column).getInt64(); }
    double real(int column) const override { return statement_.getColumn(column).getDouble(); }
    std::string_view text(int column) const override {
        const SQLite::Column value = statement_.getColumn(column);
        const char* bytes = value.getText("");
        return {bytes, static_cast<std::size_t>(value.getBytes())};
    }

private:
    void bind(int place, const Parameter& parameter) {
        if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
            statement_.bind(place, *number);
        } else if (const auto* text = std::get_if<std::string_view>(&parameter)) {
            statement_.bind(place, std::string{*text});
        } else if (const auto* blob = std::get_if<Blob>(&parameter)) {
            statement_.bind(place, blob->bytes.data(), static_cast<int>(blob->bytes.size()));
        } else {
            statement_.bind(place);
        }
    }

    SQLite::Database& database_;
    mutable SQLite::Statement statement_;  // reading a column is not const there
    std::vector<int> places_;
};

constexpr std::int64_t pages_at_once = 1000;

class SqliteConnection : public Connection {
public:
    SqliteConnection(const std::filesystem::path& file, Access access)
        : database_(file, access == Access::read ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE,
                    busy_milliseconds) {
        add_functions();
        if (access == Access::read) return;
        // Before the first table of a new database; what retention removes is then given back to the disk (tidy).
        database_.exec("PRAGMA auto_vacuum = INCREMENTAL");
        database_.exec("PRAGMA journal_mode = WAL");
        // 16 MiB between two checkpoints are faster than SQLite's 4; a WAL that a long write let grow shrinks again.
        database_.exec("PRAGMA wal_autocheckpoint = 4000");
        database_.exec("PRAGMA journal_size_limit = 67108864");
        database_.exec("PRAGMA synchronous = FULL");
        database_.exec("PRAGMA foreign_keys = ON");
    }

    std::unique_ptr<Prepared> prepare(std::string_view text) override {
        return in_our_words([&] { return std::make_unique<SqlitePrepared>(database_, text); });
    }
    void execute(const std::string& script) override {
        in_our_words([&] { database_.exec(script); });
    }
    void begin() override { execute("BEGIN IMMEDIATE"); }
    void wait_for_the_disk(bool wait) override {
        execute(wait ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    }
    bool give_space_back() override {
        return in_our_words([&] {
            // A tenth stays for what comes next. In a file that an older program made there is nothing to give back.
            const std::int64_t pages = database_.execAndGet("PRAGMA page_count").getInt64();
            const std::int64_t free = database_.execAndGet("PRAGMA freelist_count").getInt64();
            const bool incremental = database_.execAndGet("PRAGMA auto_vacuum").getInt() == 2;
            if (!incremental || free <= std::max(pages / 10, pages_at_once)) return false;
            database_.exec("PRAGMA incremental_vacuum(" + std::to_string(pages_at_once) + ")");
            return true;
        });
    }
    std::string schema_step(int /*number*/, std::string_view text) const override { return std::string{text}; }
    std::int64_t schema_version() override {
        return in_our_words([&] { return database_.execAndGet("PRAGMA user_version").getInt64(); });
    }
    void set_schema_version(std::int64_t version) override {
        execute("PRAGMA user_version = " + std::to_string(version));
    }
    std::int64_t version_of_others() override {
        return in_our_words([&] { return database_.execAndGet("PRAGMA data_version").getInt64(); });
    }

private:
    void add_functions();
    SQLite::Database database_;
};

std::string_view text_of(sqlite3_value* value) {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {bytes == nullptr ? "" : bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

bool any_null(int count, sqlite3_value** values) {
    for (int i = 0; i < count; ++i) {
        if (sqlite3_value_type(values[i]) == SQLITE_NULL) return true;
    }
    return false;
}

/// NULLs are passed over, as PostgreSQL does.
template <bool greatest>
void extreme(sqlite3_context* context, int count, sqlite3_value** values) {
    sqlite3_value* best = nullptr;
    for (int i = 0; i < count; ++i) {
        if (sqlite3_value_type(values[i]) == SQLITE_NULL) continue;
        const bool better = best == nullptr || (sqlite3_value_int64(values[i]) > sqlite3_value_int64(best)) == greatest;
        if (better) best = values[i];
    }
    if (best != nullptr) sqlite3_result_value(context, best);
}

void strpos(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    const std::size_t at = text_of(values[0]).find(text_of(values[1]));
    // In bytes, not letters: it is asked only whether it is there.
    sqlite3_result_int64(context, at == std::string_view::npos ? 0 : static_cast<std::int64_t>(at) + 1);
}

void give_text(sqlite3_context* context, const std::string& text) {
    sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
}

std::string day_of(Instant instant) { return format_instant(instant).substr(0, std::string_view{"2026-11-22"}.size()); }

/// Dates are of the years 0 to 9999; from values that lie further away no day can be reckoned.
constexpr std::int64_t most_days = 2'932'896;  // from 1970 to 9999-12-31

std::int64_t within(std::int64_t value, std::int64_t most) {
    if (value < -most || value > most) throw std::out_of_range("no day lies so far away: " + std::to_string(value));
    return value;
}

/// An exception must not pass through SQLite: it becomes the statement's failure.
template <class Work>
void answer(sqlite3_context* context, Work work) {
    try {
        give_text(context, work());
    } catch (const std::exception& error) {
        sqlite3_result_error(context, error.what(), -1);
    }
}

/// Vietnam's time, which knows no summer time.
void office_day(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    answer(context, [&] {
        const std::int64_t seconds = within(sqlite3_value_int64(values[0]), most_days * 86'400);
        return day_of(Instant{std::chrono::seconds{seconds} + std::chrono::hours{7}});
    });
}

void days_before(sqlite3_context* context, int count, sqlite3_value** values) {
    if (any_null(count, values)) return;
    answer(context, [&] {
        const Instant day = parse_instant(std::string{text_of(values[0])} + "T00:00:00Z");
        return day_of(day - std::chrono::days{within(sqlite3_value_int64(values[1]), most_days)});
    });
}

void SqliteConnection::add_functions() {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    sqlite3* handle = database_.getHandle();
    sqlite3_create_function_v2(handle, "greatest", -1, flags, nullptr, extreme<true>, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(handle, "least", -1, flags, nullptr, extreme<false>, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(handle, "office_day", 1, flags, nullptr, office_day, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(handle, "days_before", 2, flags, nullptr, days_before, nullptr, nullptr, nullptr);
    sqlite3_create_function_v2(handle, "strpos", 2, flags, nullptr, strpos, nullptr, nullptr, nullptr);
}

}  // namespace

std::unique_ptr<Connection> open_sqlite(const std::filesystem::path& file, Access access) {
    return in_our_words([&] { return std::make_unique<SqliteConnection>(file, access); });
}

}  // namespace wardwatch::sql
