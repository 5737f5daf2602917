// Check: the enabled accounts that people log on with: the age of their passwords, their last logon and their flags.
//
// Accounts of this PC, and the domain users who have a profile on it. Instance: the account's name; of a domain's user
// "DOMAIN\name", which no account of the PC can be called.

#include "collectors/machine/accounts.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "collectors/core/collector.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/user_profiles.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// A terminal server has hundreds, and each is a question to a domain controller.
constexpr std::size_t most_domain_users = 50;

struct Listed {
    Account account;
    std::string instance;
    bool domain_user = false;
    std::string logon_source;  ///< the account's own, unless its profile tells more
    bool has_profile = false;  ///< who has one logged on at some time
};

const Fact* stored_fact(const ScanOptions& options, std::string_view id, const std::string& instance) {
    const auto found = std::ranges::find_if(
        options.previous, [&](const Fact& fact) { return fact.id == id && fact.instance == instance; });
    return found == options.previous.end() ? nullptr : &*found;
}

/// The fact's date, or null.
const Instant* date_of(const Fact* fact) { return fact ? std::get_if<Instant>(&fact->value) : nullptr; }

// An age in whole seconds, counted back by another clock than the one that counted it, gives the same change a second
// sooner or later at each scan.
void keep_password_date(Listed& listed, const ScanOptions& options) {
    constexpr std::chrono::minutes same_change{1};
    Instant* told = std::get_if<Instant>(&listed.account.password_changed_at);
    const Instant* stored = date_of(stored_fact(options, "accounts.password_changed_at", listed.instance));
    if (told && stored && std::chrono::abs(*told - *stored) <= same_change) *told = *stored;
}

// That somebody logs on is no news: what was stored stays, with its source, for a week. An account that nobody has used
// for a week gets its exact date, so that it is never taken for unused sooner than it is.
void keep_logon_date(Listed& listed, const ScanOptions& options) {
    constexpr std::chrono::days in_use{7};
    const Fact* fact = stored_fact(options, "accounts.last_logon_at", listed.instance);
    const Instant* stored = date_of(fact);
    Instant* told = std::get_if<Instant>(&listed.account.last_logon_at);
    if (!told || !stored || *told < *stored || *told - *stored >= in_use || options.now - *told >= in_use) return;
    *told = *stored;
    listed.logon_source = fact->source;
}

std::string kind_of(const Listed& listed) {
    const Account& account = listed.account;
    if (is_entra_sid(account.sid)) return "entra";
    if (listed.domain_user) return "domain";
    // Built-in accounts by number: their names are translated (and Administrator is often renamed).
    if (account.id == 500) return "builtin_administrator";
    if (account.id == 501) return "builtin_guest";
    if (account.id == 0) return "root";
    return account.microsoft_account ? "microsoft" : "local";
}

Value value_of(const MaybeFlag& flag) {
    return std::visit([](const auto& held) -> Value { return held; }, flag);
}

Value ever(const MaybeInstant& instant) {
    if (const Unknown* unknown = std::get_if<Unknown>(&instant)) return *unknown;
    return std::holds_alternative<Instant>(instant);
}

void add_account(Facts& facts, const Listed& listed) {
    const Account& account = listed.account;
    const auto add = [&](const char* id, Value value, const std::string& source) {
        facts.push_back({id, listed.instance, std::move(value), source});
    };
    // "Never" is a fact of its own, so that "not read" cannot be taken for it; then there is no instant.
    const auto add_instant = [&](const char* id, const MaybeInstant& instant, const std::string& source) {
        if (const Unknown* unknown = std::get_if<Unknown>(&instant)) add(id, *unknown, source);
        if (const Instant* known = std::get_if<Instant>(&instant)) add(id, *known, source);
    };
    add("accounts.kind", kind_of(listed), account.source);
    add("accounts.password_logon", value_of(account.password_logon), account.source);
    add("accounts.password_ever_set", ever(account.password_changed_at), account.source);
    add_instant("accounts.password_changed_at", account.password_changed_at, account.source);
    add("accounts.ever_logged_on", listed.has_profile ? Value(true) : ever(account.last_logon_at), listed.logon_source);
    add_instant("accounts.last_logon_at", account.last_logon_at, listed.logon_source);
    add("accounts.password_not_required", value_of(account.password_not_required), account.source);
    add("accounts.password_never_expires", value_of(account.password_never_expires), account.source);
    add("accounts.password_cannot_change", value_of(account.password_cannot_change), account.source);
    add("accounts.password_expired", value_of(account.password_expired), account.source);
    add("accounts.locked_out", value_of(account.locked_out), account.source);
}

// An account that cannot be shown to be disabled is reported too.
bool counts(const Account& account) { return account.human && account.enabled != MaybeFlag{false}; }

Value enabled_count(const std::vector<Listed>& counted) {
    for (const Listed& listed : counted) {
        const Unknown* unknown = std::get_if<Unknown>(&listed.account.enabled);
        // Whether a domain's user is enabled is known to a controller that a laptop cannot always reach. The account
        // is reported, so nobody is overlooked.
        if (unknown && !listed.domain_user) return *unknown;
    }
    return static_cast<std::int64_t>(counted.size());
}

// The account's own time stays old when Windows Hello or a Microsoft account opens it, and a domain keeps none for this
// PC: the profile is loaded each time.
void use_profile(Listed& listed, const UserProfile& profile) {
    listed.has_profile = true;
    MaybeInstant& last = listed.account.last_logon_at;
    const Instant* known = std::get_if<Instant>(&last);
    if (profile.last_used_at && (known == nullptr || *known < *profile.last_used_at)) {
        last = *profile.last_used_at;
        listed.logon_source = "registry";
    } else if (known == nullptr) {
        last = Unknown{reasons::no_last_use()};
        listed.logon_source = "registry";
    }
}

// One profile for each user, those that were used last first. After a failed logon there are two of a user.
std::vector<UserProfile> latest_profiles(std::vector<UserProfile> profiles) {
    std::stable_sort(profiles.begin(), profiles.end(),
                     [](const UserProfile& a, const UserProfile& b) { return a.last_used_at > b.last_used_at; });
    std::set<std::string> seen;
    std::erase_if(profiles,
                  [&](const UserProfile& profile) { return profile.sid.empty() || !seen.insert(profile.sid).second; });
    return profiles;
}

struct DomainProfiles {
    std::vector<UserProfile> asked;
    std::size_t left_out = 0;
};

DomainProfiles domain_profiles(const std::vector<UserProfile>& profiles, const std::string& pc_domain) {
    DomainProfiles result;
    for (const UserProfile& profile : profiles) {
        const std::string domain = domain_of_sid(profile.sid);
        if (domain == pc_domain || (domain.empty() && !is_entra_sid(profile.sid))) continue;
        if (result.asked.size() < most_domain_users) {
            result.asked.push_back(profile);
        } else {
            ++result.left_out;
        }
    }
    return result;
}

// Offline, Windows may not know the name: then the profile's folder stands for it.
std::string domain_instance(const Account& account, const UserProfile& profile) {
    if (account.name.empty()) return "?\\" + profile.folder;
    return account.domain + "\\" + account.name;
}

void add_domain_users(const Machine& machine, const ScanOptions& options, const std::vector<UserProfile>& asked,
                      std::vector<Listed>& listed) {
    std::vector<std::string> sids;
    sids.reserve(asked.size());
    for (const UserProfile& profile : asked) sids.push_back(profile.sid);
    if (sids.empty()) return;
    std::vector<Account> accounts = machine.accounts.domain_users(sids, options.now, options.call_limit);
    std::set<std::string> taken;
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        std::string instance = domain_instance(accounts[i], asked[i]);
        if (!taken.insert(instance).second) instance += "#" + std::to_string(i + 1);
        std::string source = accounts[i].source;
        listed.push_back({std::move(accounts[i]), std::move(instance), true, std::move(source)});
        use_profile(listed.back(), asked[i]);
    }
}

std::string pc_domain_of(const std::vector<Listed>& locals) {
    for (const Listed& listed : locals) {
        if (std::string domain = domain_of_sid(listed.account.sid); !domain.empty()) return domain;
    }
    throw PortError(reasons::pc_has_no_sid());
}

void use_local_profiles(std::vector<Listed>& locals, const std::vector<UserProfile>& profiles) {
    for (Listed& local : locals) {
        const auto own = std::find_if(profiles.begin(), profiles.end(),
                                      [&](const UserProfile& profile) { return profile.sid == local.account.sid; });
        if (own != profiles.end()) use_profile(local, *own);
    }
}

/// How many domain users there are, and why the list is not complete.
struct DomainResult {
    Value users;
    std::optional<Unknown> gap;
};

// Empty on systems without SIDs.
std::optional<DomainResult> look_at_profiles(const Machine& machine, const ScanOptions& options,
                                             std::vector<Listed>& listed) {
    try {
        const std::vector<UserProfile> profiles = latest_profiles(machine.user_profiles.all());
        const bool windows = std::any_of(listed.begin(), listed.end(),
                                         [](const Listed& local) { return local.account.source == "netapi"; });
        if (!windows) return std::nullopt;
        use_local_profiles(listed, profiles);
        const DomainProfiles domain = domain_profiles(profiles, pc_domain_of(listed));
        add_domain_users(machine, options, domain.asked, listed);
        DomainResult result{static_cast<std::int64_t>(domain.asked.size() + domain.left_out), std::nullopt};
        if (domain.left_out > 0) {
            result.gap = Unknown{reasons::few_domain_users_asked(most_domain_users, domain.left_out)};
        }
        return result;
    } catch (const PortError& error) {
        const Unknown reason{reasons::domain_users_unknown(error.reason())};
        return DomainResult{reason, reason};
    }
}

}  // namespace

Facts collect_accounts(const Machine& machine, const ScanOptions& options) {
    std::vector<Account> accounts = machine.accounts.local_accounts(options.now);
    const std::string source = accounts.empty() ? "accounts" : accounts.front().source;
    std::vector<Listed> listed;
    listed.reserve(accounts.size());
    for (Account& account : accounts) {
        std::string name = account.name;
        listed.push_back({std::move(account), std::move(name), false, source});
    }
    const std::optional<DomainResult> domain = look_at_profiles(machine, options, listed);
    std::erase_if(listed, [](const Listed& one) { return !counts(one.account); });
    Facts facts;
    facts.push_back(
        {"accounts.enabled_human", "", domain && domain->gap ? Value(*domain->gap) : enabled_count(listed), source});
    if (domain) facts.push_back({"accounts.domain_users", "", domain->users, "registry"});
    for (Listed& one : listed) {
        keep_password_date(one, options);
        keep_logon_date(one, options);
        add_account(facts, one);
    }
    return facts;
}

}  // namespace wardwatch
