#include "collectors/windows/account_records.h"

#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// lmaccess.h, UF_…
constexpr std::uint32_t account_disabled = 0x2;
constexpr std::uint32_t locked_out = 0x10;
constexpr std::uint32_t password_not_required = 0x20;
constexpr std::uint32_t password_cannot_change = 0x40;
constexpr std::uint32_t password_never_expires = 0x10000;
constexpr std::uint32_t smart_card_required = 0x40000;

constexpr std::uint32_t for_ever = 0xFFFFFFFF;

constexpr std::uint32_t guest = 501;
constexpr std::uint32_t first_created_account = 1000;

// Below 1000 only Administrator and Guest are for people: 502 is krbtgt, 503 DefaultAccount, 504 WDAGUtilityAccount.
// From 1000 on, names with a "$" at the end are machines and services (HomeGroupUser$ on Windows 7).
bool is_human(const UserRecord& record) {
    if (record.rid == guest) return (record.flags & account_disabled) == 0;
    if (record.rid < first_created_account) return record.rid == 500;
    return !record.name.ends_with('$');
}

// Windows keeps no date (SAM's PasswordLastSet is 0) when a password was never set, and when an administrator ticked
// "must be changed at the next logon". The call then reports an age of 0 seconds or one that begins in 1970 (`net user
// guest` shows "now" as the day of the last change for that reason), so neither is a date.
//
// Nor is an age of more than the seconds since 1970: the clock was behind the change when the two were subtracted, and
// the difference, which has no sign, wrapped (an empty battery, a clock that was set back).
MaybeInstant password_changed_at(const UserRecord& record, Instant asked_at) {
    if (record.microsoft_account) return Unknown{reasons::microsoft_account()};
    const Instant changed = asked_at - std::chrono::seconds{record.password_age};
    if (changed < Instant{} - std::chrono::days{1}) {
        return Unknown{reasons::clock_behind_password()};
    }
    const bool dated = record.password_age != 0 && changed > Instant{} + std::chrono::days{365};
    if (dated) return changed;
    if (record.password_expired != 0) {
        return Unknown{reasons::must_change_password()};
    }
    return std::monostate{};
}

MaybeInstant last_logon_at(const UserRecord& record) {
    if (record.last_logon == 0) return std::monostate{};
    return Instant{std::chrono::seconds{record.last_logon}};
}

std::int64_t rounded_up(std::uint32_t seconds, std::uint32_t unit) {
    return std::int64_t{seconds / unit} + (seconds % unit == 0 ? 0 : 1);
}

constexpr std::uint32_t day = 24 * 60 * 60;

}  // namespace

Account account_of(const UserRecord& record, Instant asked_at, const std::optional<Reason>& incomplete) {
    Account account{};
    account.name = record.name;
    account.id = record.rid;
    account.human = is_human(record);
    account.microsoft_account = record.microsoft_account;
    account.enabled = (record.flags & account_disabled) == 0;
    account.password_logon = (record.flags & smart_card_required) == 0;
    account.password_not_required = (record.flags & password_not_required) != 0;
    account.password_never_expires = (record.flags & password_never_expires) != 0;
    account.password_cannot_change = (record.flags & password_cannot_change) != 0;
    account.locked_out = (record.flags & locked_out) != 0;
    account.source = "netapi";
    if (incomplete) {
        account.password_changed_at = Unknown{*incomplete};
        account.last_logon_at = Unknown{*incomplete};
        account.password_expired = Unknown{*incomplete};
    } else {
        account.password_changed_at = password_changed_at(record, asked_at);
        account.last_logon_at = last_logon_at(record);
        account.password_expired = record.password_expired != 0;
    }
    return account;
}

Account unknown_domain_user(const std::string& sid, const Unknown& reason) {
    Account account{};
    account.human = true;
    account.enabled = reason;
    account.password_logon = reason;
    account.password_changed_at = reason;
    account.last_logon_at = reason;
    account.password_not_required = reason;
    account.password_never_expires = reason;
    account.password_cannot_change = reason;
    account.password_expired = reason;
    account.locked_out = reason;
    account.source = "netapi";
    account.sid = sid;
    return account;
}

Account domain_user_of(const std::string& sid, const std::string& domain, const UserRecord& record, Instant asked_at) {
    Account account = account_of(record, asked_at);
    account.human = !record.name.ends_with('$');
    // The controller's own: each keeps the logons that it saw, and says nothing about this PC.
    account.last_logon_at = Unknown{reasons::domain_keeps_no_logons()};
    account.sid = sid;
    account.domain = domain;
    return account;
}

void apply_rules(const std::variant<PasswordRules, Unknown>& rules, PasswordPolicy& policy) {
    if (const Unknown* unknown = std::get_if<Unknown>(&rules)) {
        policy.minimum_length = *unknown;
        policy.maximum_age_days = *unknown;
        policy.minimum_age_days = *unknown;
        policy.history_length = *unknown;
        return;
    }
    const PasswordRules& known = std::get<PasswordRules>(rules);
    policy.minimum_length = std::int64_t{known.minimum_length};
    policy.minimum_age_days = std::int64_t{known.minimum_age / day};
    policy.history_length = std::int64_t{known.history_length};
    if (known.maximum_age == for_ever) {
        policy.maximum_age_days = std::monostate{};
    } else {
        policy.maximum_age_days = rounded_up(known.maximum_age, day);
    }
}

void apply_rules(const std::variant<LockoutRules, Unknown>& rules, PasswordPolicy& policy) {
    if (const Unknown* unknown = std::get_if<Unknown>(&rules)) {
        policy.lockout_threshold = *unknown;
        policy.lockout_minutes = *unknown;
        return;
    }
    const LockoutRules& known = std::get<LockoutRules>(rules);
    policy.lockout_threshold = std::int64_t{known.threshold};
    if (known.duration == for_ever) {
        policy.lockout_minutes = std::monostate{};
    } else {
        policy.lockout_minutes = rounded_up(known.duration, 60);
    }
}

void apply_properties(const std::variant<std::uint32_t, Unknown>& properties, PasswordPolicy& policy) {
    if (const Unknown* unknown = std::get_if<Unknown>(&properties)) {
        policy.complexity = *unknown;
        policy.reversible_encryption = *unknown;
        return;
    }
    const std::uint32_t known = std::get<std::uint32_t>(properties);
    policy.complexity = (known & 0x1) != 0;              // DOMAIN_PASSWORD_COMPLEX
    policy.reversible_encryption = (known & 0x10) != 0;  // DOMAIN_PASSWORD_STORE_CLEARTEXT
}

}  // namespace wardwatch
