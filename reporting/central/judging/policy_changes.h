// Another version of the policy: what may be changed, and the text that comes of it. The API and the command line share
// it.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/judging/current_policy.h"
#include "reporting/central/judging/policy_store.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

struct PolicyChange {
    std::map<std::string, std::int64_t> parameters;  ///< new thresholds by name
    std::map<std::string, std::string> severities;   ///< rule → "grave", "violation" or "advice"
    std::optional<std::set<std::string>> disabled;   ///< all that are to be off; empty: as before
    bool from_built_in = false;                      ///< starts from the built-in policy, not from the one in force
};

/// The changed policy, under the version `number`, with its text. Throws PolicyError, which says what may be changed,
/// for a parameter or rule that is not there, a threshold below 0 or above 100,000, and all that parse_policy refuses.
struct ChangedPolicy {
    PolicyInForce policy;
    std::string text;
};
ChangedPolicy changed_policy(const std::string& base_text, const PolicyChange& change, std::int64_t number);

/// The text that the change starts from: of the version in force, or the built-in one.
std::string base_text(const sql::Database& database, const PolicyChange& change, std::int64_t in_force);

enum class Publishing { published, changed_meanwhile, nothing_changed };

/// Publishes and puts it in force here. The version's number and own version are filled in. `version.number` - 1 is
/// what the change starts from. With `rejudged` the history is judged again from the day before `created_at` on.
Publishing publish(sql::Database& database, CurrentPolicy& current, const PolicyChange& change, PolicyVersion& version);

nlohmann::json version_json(const PolicyVersion& version, std::int64_t in_force);

/// All versions, and what is still to be judged.
struct PolicyVersions {
    std::vector<PolicyVersion> versions;  ///< the newest first
    std::int64_t in_force = 0;            ///< its number
    std::int64_t devices_left = 0;        ///< PCs that are still to be judged with it
    std::string day_left;                 ///< the past day that is judged again next; empty: none
};
PolicyVersions policy_versions(const sql::Database& database, const PolicyInForce& in_force);
nlohmann::json versions_json(const PolicyVersions& versions);

/// The policy with its number, its official hosts and the rules that are off.
nlohmann::json policy_in_force_json(const PolicyInForce& in_force);

}  // namespace wardwatch
