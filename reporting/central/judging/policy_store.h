// Published versions of the policy, whole, in the centre's database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reporting/central/sql/database.h"

namespace wardwatch {

struct PolicyVersion {
    std::int64_t number = 1;            ///< 1: the built-in one, as it was when another was first published
    std::string version;                ///< the policy's own: "2026-11-1+2"
    std::optional<Instant> created_at;  ///< of the built-in one: nothing
    std::string created_by;
    std::string reason;
    bool rejudged = false;  ///< the history was to be judged again with it
};

/// News (sql/news.h) of a version that was published; without a text.
inline constexpr const char* policy_news = "policy";

/// A store over the centre's, under its rules. The newest version is in force.
class Policies {
public:
    explicit Policies(sql::Database database) : database_(std::move(database)) {}

    std::int64_t newest() const;
    /// The newest first; the built-in one is the last.
    std::vector<PolicyVersion> all() const;
    /// The policy's JSON; nothing when there is no such version.
    std::optional<std::string> text(std::int64_t number) const;
    /// Tells policy_news. False, and nothing is stored, when version.number - 1 is no longer the newest: somebody else
    /// was faster.
    bool publish(const PolicyVersion& version, const std::string& text);
    /// PCs that are still to be judged with the policy of this hash.
    std::int64_t devices_left(const std::string& policy_hash) const;

private:
    bool insert(const PolicyVersion& version, const std::string& text);

    sql::Database database_;
};

}  // namespace wardwatch
