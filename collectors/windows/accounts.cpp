#include "collectors/windows/accounts.h"

#include <windows.h>

#include <dsrole.h>
#include <lm.h>

#include <array>
#include <cstdio>
#include <optional>
#include <utility>

#include "collectors/core/unique_resource.h"
#include "collectors/windows/account_records.h"
#include "collectors/windows/clock.h"
#include "collectors/windows/domain_users.h"
#include "collectors/windows/error.h"
#include "collectors/windows/library.h"
#include "collectors/windows/net_buffer.h"
#include "collectors/windows/registry.h"
#include "collectors/windows/sam.h"
#include "collectors/windows/text.h"
#include "collectors/windows/time_limit.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

struct RoleTraits {
    static BYTE* none() { return nullptr; }
    static void release(BYTE* information) noexcept { DsRoleFreeMemory(information); }
};
using UniqueRole = UniqueResource<BYTE*, RoleTraits>;

// On a domain controller NetUserEnum walks through the whole domain: minutes of full load in lsass.
void refuse_domain_controller() {
    UniqueRole role;
    const DWORD status = DsRoleGetPrimaryDomainInformation(nullptr, DsRolePrimaryDomainInfoBasic, role.receive());
    if (status != ERROR_SUCCESS) throw windows_error("DsRoleGetPrimaryDomainInformation", status);
    const void* information = role.get();
    const auto* basic = static_cast<const DSROLE_PRIMARY_DOMAIN_INFO_BASIC*>(information);
    if (basic->MachineRole == DsRole_RoleBackupDomainController ||
        basic->MachineRole == DsRole_RolePrimaryDomainController) {
        throw PortError(reasons::is_domain_controller());
    }
}

// The value that Windows keeps for such accounts; SYSTEM may read it. Only whether it is there is asked: it holds the
// mail address. [not documented by Microsoft]
bool has_internet_name(DWORD rid) {
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), "%08lX", static_cast<unsigned long>(rid));
    try {
        return WindowsRegistry()
            .value(Hive::local_machine, std::string("SAM\\SAM\\Domains\\Account\\Users\\") + number.data(),
                   "InternetUserName")
            .has_value();
    } catch (const PortError&) {
        return false;  // only SYSTEM may look there
    }
}

// Windows 8 and later; earlier ones refuse the level, and have no such accounts.
bool is_microsoft_account(const wchar_t* name, DWORD rid) {
    UniqueNetBuffer buffer;
    if (NetUserGetInfo(nullptr, name, 24, buffer.receive()) != NERR_Success) return has_internet_name(rid);
    return records_in<USER_INFO_24>(buffer)->usri24_internet_identity != FALSE;
}

UserRecord record_of(const USER_INFO_3& user) {
    return {to_utf8(user.usri3_name),
            user.usri3_user_id,
            user.usri3_flags,
            user.usri3_password_age,
            user.usri3_last_logon,
            user.usri3_password_expired,
            is_microsoft_account(user.usri3_name, user.usri3_user_id)};
}

UserRecord record_of(const USER_INFO_20& user) {
    UserRecord record;
    record.name = to_utf8(user.usri20_name);
    record.rid = user.usri20_user_id;
    record.flags = user.usri20_flags;
    record.microsoft_account = is_microsoft_account(user.usri20_name, user.usri20_user_id);
    return record;
}

// All pages. Empty when the system does not offer the level. Ages are of the moment of the call, not of the scan's
// beginning: that would move each date by the time between the two, at each scan by another one.
template <class UserInfo>
std::optional<std::vector<Account>> enumerate(DWORD level, const std::optional<Reason>& incomplete = {}) {
    std::vector<Account> accounts;
    DWORD resume = 0;
    for (;;) {
        UniqueNetBuffer buffer;
        DWORD read = 0;
        DWORD total = 0;
        const NET_API_STATUS status = NetUserEnum(nullptr, level, FILTER_NORMAL_ACCOUNT, buffer.receive(),
                                                  MAX_PREFERRED_LENGTH, &read, &total, &resume);
        if (status == ERROR_INVALID_LEVEL) return std::nullopt;
        if (status != NERR_Success && status != ERROR_MORE_DATA) throw windows_error("NetUserEnum", status);
        const Instant asked_at = clock_now();
        for (DWORD i = 0; i < read; ++i) {
            accounts.push_back(account_of(record_of(records_in<UserInfo>(buffer)[i]), asked_at, incomplete));
        }
        if (status == NERR_Success) return accounts;
    }
}

template <class Info>
struct Modals {
    UniqueNetBuffer buffer;
    const Info* operator->() const { return records_in<Info>(buffer); }
};

template <class Info>
Modals<Info> get_modals(DWORD level) {
    Modals<Info> modals;
    const NET_API_STATUS status = NetUserModalsGet(nullptr, level, modals.buffer.receive());
    if (status != NERR_Success) throw windows_error("NetUserModalsGet level " + std::to_string(level), status);
    return modals;
}

PasswordRules read_password_rules() {
    const auto modals = get_modals<USER_MODALS_INFO_0>(0);
    return {modals->usrmod0_min_passwd_len, modals->usrmod0_max_passwd_age, modals->usrmod0_min_passwd_age,
            modals->usrmod0_password_hist_len};
}

LockoutRules read_lockout_rules() {
    const auto modals = get_modals<USER_MODALS_INFO_3>(3);
    return {modals->usrmod3_lockout_duration, modals->usrmod3_lockout_threshold};
}

template <class Read>
auto value_or_reason(Read read) -> std::variant<decltype(read()), Unknown> {
    try {
        return read();
    } catch (const PortError& error) {
        return Unknown{error.reason()};
    }
}

std::vector<Account> accounts_of_this_pc() {
    refuse_domain_controller();
    std::optional<std::vector<Account>> accounts = enumerate<USER_INFO_3>(3);
    if (!accounts) accounts = enumerate<USER_INFO_20>(20, reasons::no_level_3());
    if (!accounts) throw windows_error("NetUserEnum", ERROR_INVALID_LEVEL);
    const auto domain = value_or_reason(account_domain_sid);
    const std::string* domain_sid = std::get_if<std::string>(&domain);
    for (Account& account : *accounts) {
        if (domain_sid) account.sid = *domain_sid + "-" + std::to_string(account.id);
    }
    return std::move(*accounts);
}

PasswordPolicy policy_of_this_pc() {
    const auto rules = value_or_reason(read_password_rules);
    const auto lockout = value_or_reason(read_lockout_rules);
    const auto properties = value_or_reason(sam_password_properties);
    const Unknown* rules_error = std::get_if<Unknown>(&rules);
    const Unknown* lockout_error = std::get_if<Unknown>(&lockout);
    const Unknown* properties_error = std::get_if<Unknown>(&properties);
    if (rules_error && lockout_error && properties_error) {
        throw PortError(reasons::three(rules_error->reason, lockout_error->reason, properties_error->reason));
    }
    PasswordPolicy policy;
    apply_rules(rules, policy);
    apply_rules(lockout, policy);
    apply_properties(properties, policy);
    return policy;
}

// The same process answers for accounts and for what is asked of passwords.
constexpr std::chrono::seconds lsass_limit{60};

TimeLimit& lsass_calls() {
    static TimeLimit calls;
    return calls;
}

}  // namespace

std::vector<Account> WindowsAccounts::local_accounts(Instant) const {
    return lsass_calls().run(lsass_limit, accounts_of_this_pc);
}

std::vector<Account> WindowsAccounts::domain_users(const std::vector<std::string>& sids, Instant,
                                                   std::chrono::seconds limit) const {
    return ask_domains(sids, limit);
}

std::string WindowsAccounts::name_of(const std::string& sid, std::chrono::seconds limit) const {
    return name_of_sid(sid, limit);
}

PasswordPolicy WindowsAccounts::password_policy() const { return lsass_calls().run(lsass_limit, policy_of_this_pc); }

}  // namespace wardwatch
