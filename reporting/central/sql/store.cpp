#include "reporting/central/sql/store.h"

#include "reporting/central/sql/statements.h"

namespace wardwatch {

namespace sql {

Status status_from(std::string_view name) {
    for (const Status status : {Status::pass, Status::fail, Status::unknown, Status::not_applicable}) {
        if (name == name_of(status)) return status;
    }
    throw StoreError("The database holds an unknown status: " + std::string{name});
}

Severity severity_from(std::string_view name) {
    for (const Severity severity : {Severity::grave, Severity::violation, Severity::advice}) {
        if (name == name_of(severity)) return severity;
    }
    throw StoreError("The database holds an unknown severity: " + std::string{name});
}

}  // namespace sql

CentralStore::CentralStore(const std::filesystem::path& file) {
    // As long as a CLI command or another process may hold the write lock.
    constexpr int busy_milliseconds = 10'000;
    try {
        connection_ =
            std::make_unique<sql::Connection>(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_milliseconds);
        SQLite::Database& database = connection_->database;
        database.exec("PRAGMA journal_mode = WAL");
        // With NORMAL, a power cut may take back reports that were acknowledged.
        database.exec("PRAGMA synchronous = FULL");
        database.exec("PRAGMA foreign_keys = ON");
        sql::migrate(database, file.string());
        reading_ = std::make_unique<sql::Connection>(file, SQLite::OPEN_READONLY, busy_milliseconds);
    } catch (const SQLite::Exception& error) {
        throw StoreError("The database " + file.string() + " cannot be opened: " + error.what());
    }
}

CentralStore::~CentralStore() = default;

}  // namespace wardwatch
