// Check: what Windows demands of new passwords, and when it locks an account.

#include "collectors/core/collector.h"
#include "collectors/machine/accounts.h"
#include "collectors/machine/machine.h"

namespace wardwatch {
namespace {

constexpr const char* source = "netapi";

template <class... Held>
Value value_of(const std::variant<Held...>& held) {
    return std::visit([](const auto& value) -> Value { return value; }, held);
}

// A length of time that may be without end: `bounded_id` says whether it ends, `number_id` is absent when it does not.
void add_span(Facts& facts, const char* bounded_id, const char* number_id,
              const std::variant<std::monostate, std::int64_t, Unknown>& span) {
    if (const Unknown* unknown = std::get_if<Unknown>(&span)) {
        facts.push_back({bounded_id, "", *unknown, source});
        facts.push_back({number_id, "", *unknown, source});
        return;
    }
    const std::int64_t* number = std::get_if<std::int64_t>(&span);
    facts.push_back({bounded_id, "", number != nullptr, source});
    if (number) facts.push_back({number_id, "", *number, source});
}

}  // namespace

Facts collect_password_policy(const Machine& machine, const ScanOptions&) {
    const PasswordPolicy policy = machine.accounts.password_policy();
    Facts facts;
    facts.push_back({"password_policy.minimum_length", "", value_of(policy.minimum_length), source});
    add_span(facts, "password_policy.passwords_expire", "password_policy.maximum_age_days", policy.maximum_age_days);
    facts.push_back({"password_policy.minimum_age_days", "", value_of(policy.minimum_age_days), source});
    facts.push_back({"password_policy.history_length", "", value_of(policy.history_length), source});
    facts.push_back({"password_policy.lockout_threshold", "", value_of(policy.lockout_threshold), source});
    add_span(facts, "password_policy.lockout_ends", "password_policy.lockout_minutes", policy.lockout_minutes);
    facts.push_back({"password_policy.complexity", "", value_of(policy.complexity), "sam"});
    facts.push_back({"password_policy.reversible_encryption", "", value_of(policy.reversible_encryption), "sam"});
    return facts;
}

}  // namespace wardwatch
