// The policy behind a shared pointer that is exchanged whole.
#include "reporting/central/judging/current_policy.h"

#include "reporting/central/judging/policy_store.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

CurrentPolicy::CurrentPolicy() { versions_.push_back(std::make_unique<const PolicyInForce>(built_in_policy())); }

CurrentPolicy::CurrentPolicy(const sql::Database& database) : CurrentPolicy() { refresh(database); }

const PolicyInForce& CurrentPolicy::get() const {
    const std::lock_guard lock{mutex_};
    return *versions_.back();
}

bool CurrentPolicy::refresh(const sql::Database& database) {
    const Policies policies{database};
    const std::int64_t newest = policies.newest();
    const std::lock_guard lock{mutex_};
    if (newest <= versions_.back()->number) return false;
    const std::string text = policies.text(newest).value();
    try {
        versions_.push_back(
            std::make_unique<const PolicyInForce>(PolicyInForce{parse_policy(text), sha256_hex(text), newest}));
    } catch (const PolicyError& error) {
        throw StoreError("The policy's version " + std::to_string(newest) +
                         " in the database cannot be read by this program: " + error.what() +
                         ". Install the program that published it, or a newer one.");
    }
    return true;
}

}  // namespace wardwatch
