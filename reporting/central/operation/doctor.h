// Looks at everything that a centre needs to run, and says what to do where something is wrong.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/operation/config.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

enum class Health { ok, warning, problem };

struct Finding {
    std::string check;  ///< "disk_space"
    Health health = Health::ok;
    Text found;   ///< what was seen
    Text advice;  ///< what to do; empty when all is well
};

/// The checks of a centre that runs: database writable, disk space (at least so many bytes), certificates not over.
/// Quick.
std::vector<Finding> look_at_running(sql::Database database, const DataFolder& folder, Instant now,
                                     std::uintmax_t least_free = least_free_space);

/// Everything, also of a centre that does not run: rights of the data folder, the database's integrity, disk space,
/// certificates, whether the ports are free or served, clock, mail, syslog. May take a minute.
std::vector<Finding> examine(const CentralConfig& config, const DataFolder& folder, Instant now);

bool all_well(const std::vector<Finding>& findings);

}  // namespace wardwatch
