#include "collectors/linux/accounts.h"

#include <charconv>
#include <fstream>
#include <map>

#include "collectors/linux/logons.h"
#include "collectors/linux/shadow.h"
#include "collectors/machine/machine.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// login.defs(5): people get uids from UID_MIN; 65534 is nobody.
constexpr std::uint32_t first_human_uid = 1000;
constexpr std::uint32_t nobody = 65534;

struct PasswdEntry {
    std::string name;
    std::string password;
    std::uint32_t uid = 0;
    std::string shell;
};

std::vector<PasswdEntry> read_passwd(const std::filesystem::path& path) {
    std::ifstream file(path);
    if (!file) throw PortError(reasons::file_unreadable(path.string()));
    std::vector<PasswdEntry> entries;
    for (std::string line; std::getline(file, line);) {
        const std::vector<std::string_view> fields = split_fields(line);
        if (fields.size() != 7) continue;
        PasswdEntry entry{std::string(fields[0]), std::string(fields[1]), 0, std::string(fields[6])};
        const auto [end, error] = std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), entry.uid);
        if (error != std::errc() || end != fields[2].data() + fields[2].size()) continue;
        entries.push_back(std::move(entry));
    }
    return entries;
}

struct Shadow {
    std::map<std::string, ShadowEntry, std::less<>> entries;
    bool readable = false;
};

Shadow read_shadow(const std::filesystem::path& path) {
    std::ifstream file(path);
    Shadow shadow;
    shadow.readable = file.is_open();
    for (std::string line; std::getline(file, line);) {
        const std::vector<std::string_view> fields = split_fields(line);
        if (std::optional<ShadowEntry> entry = parse_shadow_entry(fields)) {
            shadow.entries.emplace(fields[0], std::move(*entry));
        }
    }
    return shadow;
}

bool has_login_shell(const PasswdEntry& entry) {
    return !entry.shell.ends_with("/nologin") && !entry.shell.ends_with("/false") && !entry.shell.ends_with("/sync");
}

void set_password_unknown(Account& account, const Reason& reason) {
    account.enabled = Unknown{reason};
    account.password_logon = Unknown{reason};
    account.password_changed_at = Unknown{reason};
    account.password_not_required = Unknown{reason};
    account.password_never_expires = Unknown{reason};
    account.password_expired = Unknown{reason};
}

// passwd(5): "x" means that the password stands in shadow; anything else is the password's own field.
void apply_password(const PasswdEntry& entry, const Shadow& shadow, Instant now, Account& account) {
    if (entry.password != "x") return apply_shadow({entry.password, {}, {}, {}}, now, account);
    if (!shadow.readable) return set_password_unknown(account, reasons::shadow_needs_root());
    const auto found = shadow.entries.find(entry.name);
    if (found == shadow.entries.end()) return set_password_unknown(account, reasons::shadow_has_no_line());
    apply_shadow(found->second, now, account);
}

Account account_of(const PasswdEntry& entry, const Shadow& shadow, const LastLogons& logons, Instant now) {
    Account account{};
    account.name = entry.name;
    account.id = entry.uid;
    account.human = has_login_shell(entry) && (entry.uid == 0 || (entry.uid >= first_human_uid && entry.uid < nobody));
    apply_password(entry, shadow, now, account);
    account.last_logon_at = logons.of(entry.name, entry.uid);
    account.password_cannot_change = Unknown{reasons::not_kept_on_linux()};
    account.locked_out = Unknown{reasons::not_read_on_linux()};
    account.source = "passwd+shadow";
    return account;
}

}  // namespace

std::vector<Account> LinuxAccounts::local_accounts(Instant now) const {
    const Shadow shadow = read_shadow(files_.shadow);
    const LastLogons logons(files_.lastlog, files_.wtmp);
    std::vector<Account> accounts;
    for (const PasswdEntry& entry : read_passwd(files_.passwd)) {
        accounts.push_back(account_of(entry, shadow, logons, now));
    }
    return accounts;
}

std::string LinuxAccounts::name_of(const std::string&, std::chrono::seconds) const {
    throw PortError(reasons::no_sids_on_linux());
}

PasswordPolicy LinuxAccounts::password_policy() const { throw PortError(reasons::password_policy_on_windows_only()); }

}  // namespace wardwatch
