// What a verb shows: as the running centre sees it, by the policy that is in force now.
#pragma once

#include "reporting/central/api/view.h"
#include "reporting/central/judging/current_policy.h"

namespace wardwatch {

/// The policy that a view needs, before the view.
struct PolicyOfView {
    CurrentPolicy current;
};

/// With the days that `serve` was started with, and all units. Stays as it is as long as this. Throws StoreError when
/// this program cannot read the policy in force.
struct OfficeView : private PolicyOfView, View {
    explicit OfficeView(const sql::Database& of);
    OfficeView(const OfficeView&) = delete;
    OfficeView& operator=(const OfficeView&) = delete;
    const PolicyInForce& in_force() const { return current.get(); }
};

}  // namespace wardwatch
