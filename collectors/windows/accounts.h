// The accounts port of a Windows PC: NetUserEnum, NetUserModalsGet, SAM and domain controllers.
#pragma once

#include "collectors/machine/accounts.h"

namespace wardwatch {

class WindowsAccounts : public Accounts {
public:
    // Questions about this PC alone end after 60 s with PortError.

    /// Where the system refuses information level 3 (Wine does), passwords' ages and last logons are Unknown.
    std::vector<Account> local_accounts(Instant now) const override;
    std::vector<Account> domain_users(const std::vector<std::string>& sids, Instant now,
                                      std::chrono::seconds limit) const override;
    std::string name_of(const std::string& sid, std::chrono::seconds limit) const override;
    /// Each of the three calls behind it may fail alone: its fields are Unknown. Throws PortError when all fail.
    PasswordPolicy password_policy() const override;
};

}  // namespace wardwatch
