// Accounts and password policy.

#include "tests/recorded_json.h"

namespace wardwatch {
namespace {

using nlohmann::json;

// {"unknown": "reason"} stands where a value could not be read.
std::optional<Unknown> parse_unknown(const json& value) {
    if (!value.is_object()) return std::nullopt;
    allow_only(value, {"unknown"});
    return Unknown{value.at("unknown").get<std::string>()};
}

MaybeFlag parse_flag(const json& object, const char* key, bool otherwise) {
    const json value = member(object, key);
    if (value.is_null()) return otherwise;
    if (const std::optional<Unknown> unknown = parse_unknown(value)) return *unknown;
    return value.get<bool>();
}

MaybeInstant parse_maybe_instant(const json& value) {
    if (const std::optional<Unknown> unknown = parse_unknown(value)) return *unknown;
    const std::string text = value.get<std::string>();
    if (text == "never") return std::monostate{};
    return parse_instant(text);
}

std::variant<std::int64_t, Unknown> parse_number(const json& value) {
    if (const std::optional<Unknown> unknown = parse_unknown(value)) return *unknown;
    return value.get<std::int64_t>();
}

std::variant<std::monostate, std::int64_t, Unknown> parse_span(const json& value) {
    if (value == "never") return std::monostate{};
    if (const std::optional<Unknown> unknown = parse_unknown(value)) return *unknown;
    return value.get<std::int64_t>();
}

Account parse_account(const json& object) {
    allow_only(object, {"name", "id", "human", "microsoft_account", "enabled", "password_logon", "password_changed_at",
                        "last_logon_at", "password_not_required", "password_never_expires", "password_cannot_change",
                        "password_expired", "locked_out"});
    Account account{};
    account.name = object.at("name").get<std::string>();
    account.id = object.at("id").get<std::uint32_t>();
    account.human = object.value("human", true);
    account.microsoft_account = object.value("microsoft_account", false);
    account.enabled = parse_flag(object, "enabled", true);
    account.password_logon = parse_flag(object, "password_logon", true);
    account.password_changed_at = parse_maybe_instant(object.at("password_changed_at"));
    account.last_logon_at = parse_maybe_instant(object.at("last_logon_at"));
    account.password_not_required = parse_flag(object, "password_not_required", false);
    account.password_never_expires = parse_flag(object, "password_never_expires", false);
    account.password_cannot_change = parse_flag(object, "password_cannot_change", false);
    account.password_expired = parse_flag(object, "password_expired", false);
    account.locked_out = parse_flag(object, "locked_out", false);
    account.source = "netapi";
    return account;
}

std::vector<Account> parse_accounts(const json& list) {
    std::vector<Account> accounts;
    for (const json& object : list) accounts.push_back(parse_account(object));
    return accounts;
}

PasswordPolicy parse_policy(const json& object) {
    allow_only(object, {"minimum_length", "maximum_age_days", "minimum_age_days", "history_length", "lockout_threshold",
                        "lockout_minutes", "complexity", "reversible_encryption"});
    PasswordPolicy policy;
    policy.minimum_length = parse_number(object.at("minimum_length"));
    policy.maximum_age_days = parse_span(object.at("maximum_age_days"));
    policy.minimum_age_days = parse_number(object.at("minimum_age_days"));
    policy.history_length = parse_number(object.at("history_length"));
    policy.lockout_threshold = parse_number(object.at("lockout_threshold"));
    policy.lockout_minutes = parse_span(object.at("lockout_minutes"));
    policy.complexity = parse_flag(object, "complexity", false);
    policy.reversible_encryption = parse_flag(object, "reversible_encryption", false);
    return policy;
}

}  // namespace

RecordedAccounts::RecordedAccounts(const json& accounts, const json& policy)
    : accounts_(recorded(accounts, parse_accounts)), policy_(recorded(policy, parse_policy)) {}

std::vector<Account> RecordedAccounts::local_accounts(Instant) const { return answer(accounts_); }

PasswordPolicy RecordedAccounts::password_policy() const { return answer(policy_); }

}  // namespace wardwatch
