// How often PCs were revoked: who was let in before the last time has to be looked at again, and nobody else.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "reporting/central/sql/database.h"
#include "reporting/central/sql/news.h"

namespace wardwatch {

/// News (sql/news.h) of a PC that was revoked; without a text.
inline constexpr const char* revocation_news = "revocation";

/// May be used from several threads at once.
class Revocations {
public:
    explicit Revocations(sql::Database database);

    /// Never 0. Another number after each revocation: one by this process is seen at once; one by another process after
    /// a moment where the database is a server, and after noticed_within at the latest.
    std::uint64_t count() const;
    std::chrono::milliseconds noticed_within() const { return noticed_within_; }

private:
    sql::Database database_;
    const std::chrono::milliseconds noticed_within_;
    std::atomic<std::uint64_t> told_{0};  ///< how often news came
    mutable std::mutex mutex_;
    mutable std::uint64_t count_ = 0;  ///< 0: not asked for yet
    mutable std::uint64_t told_when_asked_ = 0;
    mutable std::chrono::steady_clock::time_point asked_at_;
    sql::Subscription news_;
};

}  // namespace wardwatch
