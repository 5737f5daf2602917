// The database's count, asked for when it may be another: a heartbeat is not worth a question to the database.
#include "reporting/central/enrolment/revocations.h"

#include <atomic>
#include <string>

#include "reporting/central/devices/store.h"
#include "reporting/central/sql/setting_store.h"

namespace wardwatch {

namespace {

// Of all databases of the process: one question too many is all that another's revocation costs.
std::atomic<std::uint64_t> revoked_here{0};

}  // namespace

void Revocations::happened_here() { ++revoked_here; }

std::uint64_t Revocations::count() const {
    const std::lock_guard lock{mutex_};
    const auto now = std::chrono::steady_clock::now();
    const std::uint64_t here = revoked_here;
    if (count_ != 0 && here == here_ && now - asked_at_ < noticed_within) return count_;
    const std::optional<std::string> stored = Settings{database_}.get(revocations_setting);
    count_ = 1 + (stored ? std::stoull(*stored) : 0);
    here_ = here;
    asked_at_ = now;
    return count_;
}

}  // namespace wardwatch
