// The one list of all checks. To add one: write collectors/<name>.cpp, declare its function and its facts here.

#include "collectors/core/collector.h"

namespace wardwatch {

Facts collect_accounts(const Machine&, const ScanOptions&);
Facts collect_antivirus(const Machine&, const ScanOptions&);
Facts collect_browser_credentials(const Machine&, const ScanOptions&);
Facts collect_browser_policy(const Machine&, const ScanOptions&);
Facts collect_host(const Machine&, const ScanOptions&);
Facts collect_password_policy(const Machine&, const ScanOptions&);

namespace {

using enum ValueType;

constexpr FactInfo host_facts[] = {
    {"host.name", text, "The PC's name."},
    {"host.os_name", text, "The operating system's product name."},
    {"host.os_version", text, "The operating system's version number."},
    {"host.os_build", integer, "The Windows build number."},
    {"host.membership", text, "domain, workgroup or standalone."},
    {"host.membership_name", text, "Name of the domain or workgroup."},
    {"host.time_zone", text, "The system's time zone, by its language-independent name."},
    {"host.agent_version", text, "Version of the agent that took the report."},
    {"host.windows_activated", boolean, "Windows reports a valid licence (LicenseStatus 1)."},
};

constexpr FactInfo antivirus_facts[] = {
    {"antivirus.products", integer, "Number of antivirus products on this PC, leftovers not counted."},
    {"antivirus.state", text, "Per product: on, off, snoozed or expired."},
    {"antivirus.definitions_current", boolean, "Per product: Windows regards the definitions as up to date."},
    {"antivirus.licensed_with_windows", boolean, "Per product: it is part of Windows and has no licence of its own."},
    {"antivirus.licence_expires_at", instant, "Per product: when its licence ends."},
    {"antivirus.licence_status", text,
     "Per product: the vendor's own word for the state of its licence; what it means is the vendor's, it is not "
     "judged."},
    {"antivirus.definitions_updated_at", instant, "Per product: the date of its definitions or of their last update."},
    {"antivirus.service_state", text, "Per product: its services are running, stopped or not_installed."},
    {"antivirus.leftover", boolean, "Per product: only a registration or keys are left of it, it is not installed."},
    {"antivirus.sources_disagree", text, "Per product: none, or what two sources tell differently."},
    {"antivirus.running_mode", text,
     "Per product (Microsoft Defender): normal, passive, sxs_passive, edr_block or not_running."},
    {"antivirus.real_time_protection", boolean,
     "Per product (Microsoft Defender): it looks at files as they are opened."},
    {"antivirus.tamper_protected", boolean,
     "Per product (Microsoft Defender): its settings are protected against changes."},
    {"antivirus.product_version", text, "Per product (Microsoft Defender): the version of the program."},
};

constexpr FactInfo accounts_facts[] = {
    {"accounts.enabled_human", integer,
     "Number of enabled accounts that people log on with; a domain's user counts unless the domain says disabled."},
    {"accounts.domain_users", integer, "Number of domain and Microsoft Entra users who have a profile on this PC."},
    {"accounts.kind", text,
     "Per enabled human account: local, microsoft, domain, entra, builtin_administrator, builtin_guest, root."},
    {"accounts.password_logon", boolean, "Per account: a password can open it."},
    {"accounts.password_changed_at", instant, "Per account: the last change of its password."},
    {"accounts.password_ever_set", boolean, "Per account: a password was set at some time."},
    {"accounts.last_logon_at", instant, "Per account: its last logon at this PC; absent when it never logged on."},
    {"accounts.ever_logged_on", boolean, "Per account: it logged on at this PC at some time."},
    {"accounts.password_not_required", boolean, "Per account: a blank password is allowed."},
    {"accounts.password_never_expires", boolean, "Per account: exempt from the maximum password age."},
    {"accounts.password_cannot_change", boolean, "Per account: its user may not change the password."},
    {"accounts.password_expired", boolean, "Per account: the password must be changed at the next logon."},
    {"accounts.locked_out", boolean, "Per account: locked after wrong attempts."},
};

constexpr FactInfo password_policy_facts[] = {
    {"password_policy.minimum_length", integer, "Least number of characters of a new password."},
    {"password_policy.passwords_expire", boolean, "A maximum password age is in force."},
    {"password_policy.maximum_age_days", integer, "Maximum password age in days; absent when passwords never expire."},
    {"password_policy.minimum_age_days", integer, "Minimum password age in days."},
    {"password_policy.history_length", integer, "How many old passwords are refused."},
    {"password_policy.lockout_threshold", integer, "Wrong attempts until lockout; 0 means no lockout."},
    {"password_policy.lockout_ends", boolean, "A lockout ends by itself after some time."},
    {"password_policy.lockout_minutes", integer,
     "How long a lockout lasts, in minutes; absent when only an administrator can end it."},
    {"password_policy.complexity", boolean, "Windows' complexity rule (three of five character classes) is on."},
    {"password_policy.reversible_encryption", boolean, "Passwords are stored so that they can be read back."},
};

constexpr FactInfo browser_credentials_facts[] = {
    {"browser_credentials.profiles", integer, "Number of live browser profiles found on this PC."},
    {"browser_credentials.users_never_seen", integer,
     "Number of people with a profile whose part of the registry the agent has never seen loaded."},
    {"browser_credentials.store_status", text,
     "Per profile: ok, recovered, backup_used, absent, empty_file, not_a_database, corrupt, busy, access_denied, "
     "too_large."},
    {"browser_credentials.saved", integer, "Per profile: saved credentials that hold a secret."},
    {"browser_credentials.account_store_saved", integer, "Per profile: the same, in the browser account's own store."},
    {"browser_credentials.federated", integer, "Per profile: federated sign-ins, which hold no secret."},
    {"browser_credentials.never_saved", integer, "Per profile: sites for which the user chose never to save."},
    {"browser_credentials.official", integer, "Per profile: saved credentials for the policy's official systems."},
    {"browser_credentials.newest_change_at", instant,
     "Per profile: the newest creation or password change among saved credentials; absent when there is none."},
    {"browser_credentials.official_oldest_change_at", instant,
     "Per profile: of the saved credentials for official systems, the last change of the oldest; absent without any."},
    {"browser_credentials.last_saved", integer,
     "Per profile whose store is busy: saved credentials when they could be counted last."},
    {"browser_credentials.last_account_store_saved", integer,
     "Per profile whose store is busy: the same, in the browser account's own store."},
    {"browser_credentials.last_official", integer,
     "Per profile whose store is busy: the same, for the policy's official systems."},
    {"browser_credentials.last_counted_at", instant,
     "Per profile whose store is busy: when those were counted, the oldest of them; absent when all are of now."},
    {"browser_credentials.primary_password", boolean, "Per Firefox profile: a primary password protects the store."},
};

constexpr FactInfo browser_policy_facts[] = {
    {"browser_policy.password_manager", text,
     "Per installed browser (or user/browser for a user's own policy): off or on by policy, or not_set."},
};

constexpr Collector collectors[] = {
    {"host", host_facts, collect_host},
    {"antivirus", antivirus_facts, collect_antivirus},
    {"accounts", accounts_facts, collect_accounts},
    {"password_policy", password_policy_facts, collect_password_policy},
    {"browser_credentials", browser_credentials_facts, collect_browser_credentials},
    {"browser_policy", browser_policy_facts, collect_browser_policy},
};

}  // namespace

std::span<const Collector> catalog() { return collectors; }

}  // namespace wardwatch
