// Check: the enabled accounts that people log on with: the age of their passwords, their last logon and their flags.

#include "collectors/machine/accounts.h"

#include <algorithm>

#include "collectors/core/collector.h"
#include "collectors/machine/machine.h"

namespace wardwatch {
namespace {

std::string kind_of(const Account& account) {
    // Built-in accounts by number: their names are translated (and Administrator is often renamed).
    if (account.id == 500) return "builtin_administrator";
    if (account.id == 501) return "builtin_guest";
    if (account.id == 0) return "root";
    return account.microsoft_account ? "microsoft" : "local";
}

Value value_of(const MaybeFlag& flag) {
    return std::visit([](const auto& held) -> Value { return held; }, flag);
}

// "Never" is a fact of its own, so that "not read" cannot be taken for it.
void add_instant(Facts& facts, const Account& account, const char* instant_id, const char* ever_id,
                 const MaybeInstant& instant) {
    const auto add = [&](const char* id, Value value) {
        facts.push_back({id, account.name, std::move(value), account.source});
    };
    if (const Unknown* unknown = std::get_if<Unknown>(&instant)) {
        add(ever_id, *unknown);
        add(instant_id, *unknown);
        return;
    }
    const Instant* known = std::get_if<Instant>(&instant);
    add(ever_id, known != nullptr);
    if (known) add(instant_id, *known);
}

void add_account(Facts& facts, const Account& account) {
    const auto add = [&](const char* id, Value value) {
        facts.push_back({id, account.name, std::move(value), account.source});
    };
    add("accounts.kind", kind_of(account));
    add("accounts.password_logon", value_of(account.password_logon));
    add_instant(facts, account, "accounts.password_changed_at", "accounts.password_ever_set",
                account.password_changed_at);
    add_instant(facts, account, "accounts.last_logon_at", "accounts.ever_logged_on", account.last_logon_at);
    add("accounts.password_not_required", value_of(account.password_not_required));
    add("accounts.password_never_expires", value_of(account.password_never_expires));
    add("accounts.password_cannot_change", value_of(account.password_cannot_change));
    add("accounts.password_expired", value_of(account.password_expired));
    add("accounts.locked_out", value_of(account.locked_out));
}

// An account that cannot be shown to be disabled is reported too.
bool counts(const Account& account) { return account.human && account.enabled != MaybeFlag{false}; }

Value enabled_count(const std::vector<Account>& counted) {
    for (const Account& account : counted) {
        if (const Unknown* unknown = std::get_if<Unknown>(&account.enabled)) return *unknown;
    }
    return static_cast<std::int64_t>(counted.size());
}

}  // namespace

Facts collect_accounts(const Machine& machine, const ScanOptions& options) {
    std::vector<Account> accounts = machine.accounts.local_accounts(options.now);
    const std::string source = accounts.empty() ? "accounts" : accounts.front().source;
    std::erase_if(accounts, [](const Account& account) { return !counts(account); });
    Facts facts;
    facts.push_back({"accounts.enabled_human", "", enabled_count(accounts), source});
    for (const Account& account : accounts) add_account(facts, account);
    return facts;
}

}  // namespace wardwatch
