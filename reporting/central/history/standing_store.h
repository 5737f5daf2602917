// How PCs stand with rules, read for many PCs at once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "reporting/central/sql/database.h"
#include "reporting/policy/standing.h"

namespace wardwatch {

using RuleIds = std::vector<std::string>;
using DeviceSet = std::unordered_set<std::string>;

/// Reads the verdicts of all PCs, revoked ones too; of some PCs only when `devices` is given and they are few.
class RuleStandings {
public:
    explicit RuleStandings(sql::Database database) : database_(std::move(database)) {}

    /// For each PC of `devices` one standing for each group of rules.
    std::unordered_map<std::string, std::vector<Standing>> by_group(const std::vector<RuleIds>& groups,
                                                                    const DeviceSet& devices) const;

    /// Tells the subjects of these rules' verdicts ("an.nguyen", "an.nguyen/chrome/Default"), PC by PC; the same ones
    /// may come again. `tell` does not use the store.
    void each_subject(const RuleIds& rules,
                      const std::function<void(std::string_view device_id, std::string_view subject)>& tell) const;

private:
    sql::Database database_;
};

}  // namespace wardwatch
