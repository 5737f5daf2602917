// The ports behind a recorded machine. Each reads its part of the JSON when it is made, and throws std::runtime_error
// for what the format does not know. Later it answers with what was recorded: a value, or PortError.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <utility>
#include <variant>

#include "collectors/machine/accounts.h"
#include "collectors/machine/files.h"
#include "collectors/machine/host.h"
#include "collectors/machine/registry.h"
#include "collectors/machine/security_center.h"
#include "collectors/machine/services.h"
#include "collectors/machine/user_profiles.h"
#include "collectors/machine/wmi.h"

namespace wardwatch {

/// The reason of the PortError that the real port threw.
struct Failure {
    std::string reason;
};

/// An answer, or the failure that took its place.
template <class Answer>
using Recorded = std::variant<Answer, Failure>;

class RecordedHost : public Host {
public:
    explicit RecordedHost(const nlohmann::json& json);
    std::string name() const override;
    OperatingSystem operating_system() const override;
    Membership membership() const override;
    std::string time_zone() const override;

private:
    Recorded<std::string> name_;
    Recorded<OperatingSystem> operating_system_;
    Recorded<Membership> membership_;
    Recorded<std::string> time_zone_;
};

/// Keys and names of values are found in any case of (ASCII) letters, as in Windows.
class RecordedRegistry : public Registry {
public:
    explicit RecordedRegistry(const nlohmann::json& json);
    std::optional<RegistryData> value(Hive hive, std::string_view key, std::string_view name,
                                      RegistryView view = RegistryView::native) const override;
    std::vector<std::string> subkeys(Hive hive, std::string_view key,
                                     RegistryView view = RegistryView::native) const override;

private:
    using Values = std::map<std::string, RegistryData>;  ///< by lower-case name
    struct Key {
        std::string written;  ///< as in the recording
        Values values;
    };
    using Keys = std::map<std::string, Key>;  ///< by lower-case path

    Recorded<std::map<std::pair<Hive, RegistryView>, Keys>> hives_;
};

class RecordedSecurityCenter : public SecurityCenter {
public:
    explicit RecordedSecurityCenter(const nlohmann::json& json);
    std::vector<AntivirusProduct> antivirus_products(std::chrono::seconds limit) const override;

private:
    Recorded<std::vector<AntivirusProduct>> products_;
};

/// Answers every query of a class with all recorded rows: WHERE and the list of columns are not evaluated.
class RecordedWmi : public Wmi {
public:
    explicit RecordedWmi(const nlohmann::json& json);
    std::vector<WmiRow> query(std::string_view name_space, std::string_view wql,
                              std::chrono::seconds limit) const override;

private:
    using Tables = std::map<std::pair<std::string, std::string>, Recorded<std::vector<WmiRow>>>;
    Recorded<Tables> tables_;  ///< by namespace and class
};

class RecordedAccounts : public Accounts {
public:
    RecordedAccounts(const nlohmann::json& accounts, const nlohmann::json& domain_users, const nlohmann::json& policy);
    std::vector<Account> local_accounts(Instant now) const override;
    std::vector<Account> domain_users(const std::vector<std::string>& sids, Instant now,
                                      std::chrono::seconds limit) const override;
    std::string name_of(const std::string& sid, std::chrono::seconds limit) const override;
    PasswordPolicy password_policy() const override;

private:
    Recorded<std::vector<Account>> accounts_;
    Recorded<std::map<std::string, Account>> domain_users_;  ///< by SID
    Recorded<PasswordPolicy> policy_;
};

class RecordedUserProfiles : public UserProfiles {
public:
    explicit RecordedUserProfiles(const nlohmann::json& json);
    std::vector<UserProfile> all() const override;

private:
    Recorded<std::vector<UserProfile>> profiles_;
};

/// Services, and drivers of the group "FSFilter Anti-Virus".
class RecordedServices : public Services {
public:
    explicit RecordedServices(const nlohmann::json& json);
    std::vector<Service> all() const override;
    std::vector<Service> antivirus_drivers() const override;

private:
    struct Lists {
        std::vector<Service> services;
        std::vector<Service> drivers;
    };
    Recorded<Lists> lists_;
};

/// Files by their Windows paths, in any case of (ASCII) letters; every other file and folder is absent.
class RecordedFiles : public Files {
public:
    explicit RecordedFiles(const nlohmann::json& json);
    FileRead read(const std::filesystem::path& home, const std::filesystem::path& file,
                  std::uint64_t limit) const override;
    std::vector<DirectoryEntry> list(const std::filesystem::path& home,
                                     const std::filesystem::path& folder) const override;

private:
    struct File {
        std::string written;  ///< the path as in the recording
        ReadStatus status = ReadStatus::ok;
        std::string bytes;
    };
    std::map<std::string, File> files_;  ///< by lower-case path
};

}  // namespace wardwatch
