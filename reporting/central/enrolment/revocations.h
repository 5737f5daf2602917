// How often PCs were revoked: who was let in before the last time has to be looked at again, and nobody else.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// May be used from several threads at once.
class Revocations {
public:
    explicit Revocations(sql::Database database) : database_(std::move(database)) {}

    /// Never 0. Another number after each revocation: one by this process is seen at once, one by another process on
    /// the same database (the command line, another centre) after noticed_within at the latest.
    std::uint64_t count() const;
    static constexpr std::chrono::milliseconds noticed_within{250};

    /// A revocation by this process was committed.
    static void happened_here();

private:
    sql::Database database_;
    mutable std::mutex mutex_;
    mutable std::uint64_t count_ = 0;  ///< 0: not asked for yet
    mutable std::uint64_t here_ = 0;   ///< what had happened here when it was asked for
    mutable std::chrono::steady_clock::time_point asked_at_;
};

}  // namespace wardwatch
