#include "tests/collectors/fake_machine.h"

namespace wardwatch::test {
namespace {

class NoHost : public Host {
public:
    std::string name() const override { throw PortError(in_words("no host")); }
    OperatingSystem operating_system() const override { throw PortError(in_words("no host")); }
    Membership membership() const override { throw PortError(in_words("no host")); }
    std::string time_zone() const override { throw PortError(in_words("no host")); }
};

class NoSecurityCenter : public SecurityCenter {
public:
    std::vector<AntivirusProduct> antivirus_products(std::chrono::seconds) const override {
        throw PortError(in_words("no Security Center"));
    }
};

class NoWmi : public Wmi {
public:
    std::vector<WmiRow> query(std::string_view, std::string_view, std::chrono::seconds) const override {
        throw PortError(in_words("no WMI"));
    }
};

class NoServices : public Services {
public:
    std::vector<Service> all() const override { throw PortError(in_words("no services")); }
    std::vector<Service> antivirus_drivers() const override { throw PortError(in_words("no services")); }
};

class NoAccounts : public Accounts {
public:
    std::vector<Account> local_accounts(Instant) const override { throw PortError(in_words("no accounts")); }
    std::vector<Account> domain_users(const std::vector<std::string>&, Instant, std::chrono::seconds) const override {
        throw PortError(in_words("no accounts"));
    }
    std::string name_of(const std::string& sid, std::chrono::seconds) const override {
        if (sid == "S-1-5-21-1") return "an.nguyen";
        throw PortError(in_words("no accounts"));
    }
    PasswordPolicy password_policy() const override { throw PortError(in_words("no accounts")); }
};

const NoHost host;
const NoSecurityCenter security_center;
const NoWmi wmi;
const NoAccounts accounts;
const NoServices services;

}  // namespace

Machine FakeMachine::machine() const {
    return {host, registry, security_center, wmi, accounts, user_profiles, files, services};
}

}  // namespace wardwatch::test
