// The database's count, asked for when it may be another: a heartbeat is not worth a question to the database.
#include "reporting/central/enrolment/revocations.h"

#include <string>

#include "reporting/central/devices/store.h"
#include "reporting/central/sql/setting_store.h"

namespace wardwatch {

namespace {

// A file's other processes tell nothing; a server's news may be lost.
constexpr std::chrono::milliseconds of_a_file{250};
constexpr std::chrono::milliseconds of_a_server{3000};

}  // namespace

Revocations::Revocations(sql::Database database)
    : database_(std::move(database)),
      noticed_within_(database_.source().is_server() ? of_a_server : of_a_file),
      news_(database_, revocation_news, [this](std::string_view) { ++told_; }) {}

std::uint64_t Revocations::count() const {
    const std::lock_guard lock{mutex_};
    const auto now = std::chrono::steady_clock::now();
    // Before the question: what comes in between asks again.
    const std::uint64_t told = told_;
    if (count_ != 0 && told == told_when_asked_ && now - asked_at_ < noticed_within_) return count_;
    const std::optional<std::string> stored = Settings{database_}.get(revocations_setting);
    count_ = 1 + (stored ? std::stoull(*stored) : 0);
    told_when_asked_ = told;
    asked_at_ = now;
    return count_;
}

}  // namespace wardwatch
