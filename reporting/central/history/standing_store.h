// What rules say about which subjects, read for many PCs at once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "reporting/central/sql/database.h"
#include "reporting/policy/standing.h"

namespace wardwatch {

using RuleIds = std::vector<std::string>;

/// Reads the verdicts of all PCs, revoked ones too.
class RuleStandings {
public:
    explicit RuleStandings(sql::Database database) : database_(std::move(database)) {}

    /// Tells the subjects of these rules' verdicts ("an.nguyen", "an.nguyen/chrome/Default"), PC by PC; the same ones
    /// may come again. `tell` does not use the store.
    void each_subject(const RuleIds& rules,
                      const std::function<void(std::string_view device_id, std::string_view subject)>& tell) const;

private:
    sql::Database database_;
};

}  // namespace wardwatch
