// The policy in force at the centre, which may change while it runs.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "reporting/central/judging/judging.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// May be used from any thread. What get() returned stays valid as long as this: policies are few and small, and
/// whoever began with one ends with it.
class CurrentPolicy {
public:
    /// The built-in one.
    CurrentPolicy();
    /// The newest that was published. Throws StoreError when this program cannot read it.
    explicit CurrentPolicy(const sql::Database& database);

    const PolicyInForce& get() const;
    /// Looks for a newer one in the database; true when another is in force from now on. Throws like the constructor,
    /// and the old one stays in force.
    bool refresh(const sql::Database& database);

private:
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<const PolicyInForce>> versions_;  ///< that were in force; the last one is
};

}  // namespace wardwatch
