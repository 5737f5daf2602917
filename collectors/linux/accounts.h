// The accounts port of a Linux PC, from passwd, shadow, lastlog and wtmp.
#pragma once

#include <filesystem>

#include "collectors/machine/accounts.h"

namespace wardwatch {

struct AccountFiles {
    std::filesystem::path passwd = "/etc/passwd";
    std::filesystem::path shadow = "/etc/shadow";
    std::filesystem::path lastlog = "/var/log/lastlog";
    std::filesystem::path wtmp = "/var/log/wtmp";
};

class LinuxAccounts : public Accounts {
public:
    explicit LinuxAccounts(AccountFiles files = {}) : files_(std::move(files)) {}
    /// People: root, and uids from 1000 to 65533 with a login shell. Without the right to read shadow the facts that
    /// stand there are Unknown.
    std::vector<Account> local_accounts(Instant now) const override;
    std::vector<Account> domain_users(const std::vector<std::string>&, Instant, std::chrono::seconds) const override {
        return {};
    }
    std::string name_of(const std::string& sid, std::chrono::seconds limit) const override;
    /// Throws PortError: Linux has no such policy in one place.
    PasswordPolicy password_policy() const override;

private:
    AccountFiles files_;
};

}  // namespace wardwatch
