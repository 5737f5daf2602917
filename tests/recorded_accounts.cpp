// Accounts and password policy.

#include <map>

#include "collectors/windows/account_records.h"
#include "tests/recorded_json.h"

namespace wardwatch {
namespace {

using nlohmann::json;

// Of every recorded PC: the SIDs of its accounts are this one with the account's number.
const std::string pc_sid = "S-1-5-21-1111111111-2222222222-3333333333";

// {"unknown": "reason"} stands where a value could not be read.
std::optional<Unknown> parse_unknown(const json& value) {
    if (!value.is_object()) return std::nullopt;
    allow_only(value, {"unknown"});
    return Unknown{in_words(value.at("unknown").get<std::string>())};
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
    account.sid = pc_sid + "-" + std::to_string(account.id);
    return account;
}

std::vector<Account> parse_accounts(const json& list) {
    std::vector<Account> accounts;
    for (const json& object : list) accounts.push_back(parse_account(object));
    return accounts;
}

// {"sid", "domain", and what an account has}, or {"sid", "unknown": "reason"} with or without domain and name.
Account parse_domain_user(json object) {
    const std::string sid = object.at("sid").get<std::string>();
    const std::string domain = object.value("domain", "");
    object.erase("sid");
    object.erase("domain");
    Account account{};
    if (object.contains("unknown")) {
        allow_only(object, {"unknown", "name"});
        account = unknown_domain_user(sid, {in_words(object.at("unknown").get<std::string>())});
        account.name = object.value("name", "");
    } else {
        object["last_logon_at"] = json::object({{"unknown", "a domain keeps no logons by PC"}});
        account = parse_account(object);
    }
    account.sid = sid;
    account.domain = domain;
    return account;
}

std::map<std::string, Account> parse_domain_users(const json& list) {
    std::map<std::string, Account> users;
    for (const json& object : list) {
        Account account = parse_domain_user(object);
        users.emplace(account.sid, std::move(account));
    }
    return users;
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

RecordedAccounts::RecordedAccounts(const json& accounts, const json& domain_users, const json& policy)
    : accounts_(recorded(accounts, parse_accounts)),
      domain_users_(recorded(domain_users, parse_domain_users)),
      policy_(recorded(policy, parse_policy)) {}

std::vector<Account> RecordedAccounts::domain_users(const std::vector<std::string>& sids, Instant,
                                                    std::chrono::seconds) const {
    const auto& users = answer(domain_users_);
    std::vector<Account> accounts;
    accounts.reserve(sids.size());
    for (const std::string& sid : sids) {
        const auto found = users.find(sid);
        if (found == users.end()) throw std::runtime_error("no domain user " + sid + " is recorded");
        accounts.push_back(found->second);
    }
    return accounts;
}

std::vector<Account> RecordedAccounts::local_accounts(Instant) const { return answer(accounts_); }

std::string RecordedAccounts::name_of(const std::string& sid, std::chrono::seconds) const {
    for (const Account& account : answer(accounts_)) {
        if (account.sid == sid) return account.name;
    }
    const auto& users = answer(domain_users_);
    const auto found = users.find(sid);
    if (found == users.end()) throw PortError(in_words("Windows cannot name this user"));
    return found->second.name;
}

PasswordPolicy RecordedAccounts::password_policy() const { return answer(policy_); }

}  // namespace wardwatch
