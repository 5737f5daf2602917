// A mounted, offline Windows disk. Runs on both systems.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "collectors/core/ascii.h"
#include "collectors/core/utf8.h"
#include "collectors/core/windows_names.h"
#include "collectors/machine/accounts.h"
#include "collectors/machine/files.h"
#include "collectors/machine/host.h"
#include "collectors/machine/real_machine.h"
#include "collectors/machine/registry.h"
#include "collectors/machine/security_center.h"
#include "collectors/machine/services.h"
#include "collectors/machine/user_profiles.h"
#include "collectors/machine/wmi.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

[[noreturn]] void not_available() { throw PortError(reasons::not_on_offline_disk()); }

// Windows' names do not tell "USERS" from "Users"; a Linux file system does.
class OfflineFiles : public Files {
public:
    OfflineFiles(const Files& files, std::filesystem::path root) : files_(files), root_(std::move(root)) {}

    FileRead read(const std::filesystem::path& home, const std::filesystem::path& file,
                  std::uint64_t limit) const override {
        if (!on_this_disk(as_written(home))) return {ReadStatus::access_denied, {}};
        return files_.read(as_written(home), as_written(file), limit);
    }
    std::vector<DirectoryEntry> list(const std::filesystem::path& home,
                                     const std::filesystem::path& folder) const override {
        if (!on_this_disk(as_written(home))) throw PortError(reasons::link_out_of_disk());
        return files_.list(as_written(home), as_written(folder));
    }
    std::filesystem::path real_folder(const std::filesystem::path& folder) const override {
        return files_.real_folder(as_written(folder));
    }
    /// The path below the root with each name as the disk has it; names that it does not have stay as they are.
    std::filesystem::path as_written(const std::filesystem::path& path) const {
        const std::filesystem::path relative = path.lexically_relative(root_);
        if (relative.empty()) return path;
        std::filesystem::path here = root_;
        for (const std::filesystem::path& name : relative) {
            if (name == ".") continue;
            here /= name == ".." ? name : find(here, name);
        }
        return here;
    }

private:
    std::filesystem::path find(const std::filesystem::path& folder, const std::filesystem::path& name) const {
        std::error_code ignored;  // a folder without the right to look is told by the read or list that follows
        if (std::filesystem::exists(std::filesystem::symlink_status(folder / name, ignored))) return name;
        for (std::filesystem::directory_iterator entry(folder, ignored), end; !ignored && entry != end;
             entry.increment(ignored)) {
            if (same_path(entry->path().filename(), name, true)) return entry->path().filename();
        }
        return name;
    }

    // A home may be a link, and the disk is a stranger's: its links must not lead into the PC that reads it.
    bool on_this_disk(const std::filesystem::path& home) const {
        std::error_code error;
        const std::filesystem::path real = std::filesystem::weakly_canonical(home, error);
        const std::filesystem::path below = real.lexically_relative(root_);
        if (error || below.empty() || *below.begin() == "..") return false;
        return !std::filesystem::is_symlink(std::filesystem::symlink_status(real, error));
    }

    const Files& files_;
    std::filesystem::path root_;
};

class OfflineUserProfiles : public UserProfiles {
public:
    OfflineUserProfiles(const OfflineFiles& files, std::filesystem::path root)
        : files_(files), root_(std::move(root)) {}

    std::vector<UserProfile> all() const override {
        constexpr std::array<std::string_view, 4> nobody = {"public", "default", "default user", "all users"};
        const std::filesystem::path users = files_.as_written(root_ / "Users");
        const std::vector<DirectoryEntry> entries = files_.list(root_, users);
        if (entries.empty()) throw PortError(reasons::disk_without_users());
        std::vector<UserProfile> profiles;
        for (const DirectoryEntry& entry : entries) {
            const std::string name = printable_name(entry.name);
            const bool person = std::find(nobody.begin(), nobody.end(), ascii_lower(name)) == nobody.end();
            if (!entry.regular_file && person) profiles.push_back({name, "", home_of(users, entry), true, root_});
        }
        return in_order(std::move(profiles));
    }

private:
    // A link is somebody's home on another disk, or one that this disk's driver cannot follow; or it is another
    // listed home's second name.
    static std::filesystem::path home_of(const std::filesystem::path& users, const DirectoryEntry& entry) {
        if (entry.directory) return users / entry.name;
        std::error_code error;
        const std::filesystem::path real = std::filesystem::canonical(users / entry.name, error);
        return error ? users / entry.name : real;
    }

    const OfflineFiles& files_;
    std::filesystem::path root_;
};

class OfflineHost : public Host {
public:
    std::string name() const override { not_available(); }
    OperatingSystem operating_system() const override { not_available(); }
    Membership membership() const override { not_available(); }
    std::string time_zone() const override { not_available(); }
};

class OfflineRegistry : public Registry {
public:
    std::optional<RegistryData> value(Hive, std::string_view, std::string_view, RegistryView) const override {
        not_available();
    }
    std::vector<std::string> subkeys(Hive, std::string_view, RegistryView) const override { not_available(); }
};

class OfflineSecurityCenter : public SecurityCenter {
public:
    std::vector<AntivirusProduct> antivirus_products(std::chrono::seconds) const override { not_available(); }
};

class OfflineServices : public Services {
public:
    std::vector<Service> all() const override { not_available(); }
    std::vector<Service> antivirus_drivers() const override { not_available(); }
};

class OfflineWmi : public Wmi {
public:
    std::vector<WmiRow> query(std::string_view, std::string_view, std::chrono::seconds) const override {
        not_available();
    }
};

class OfflineAccounts : public Accounts {
public:
    std::vector<Account> local_accounts(Instant) const override { not_available(); }
    std::vector<Account> domain_users(const std::vector<std::string>&, Instant, std::chrono::seconds) const override {
        not_available();
    }
    std::string name_of(const std::string&, std::chrono::seconds) const override { not_available(); }
    PasswordPolicy password_policy() const override { not_available(); }
};

class OfflineMachine : public MachineOwner {
public:
    explicit OfflineMachine(const std::filesystem::path& root)
        : files_(this_pc_->machine().files, root), user_profiles_(files_, root) {}
    const Machine& machine() const override { return machine_; }

private:
    std::unique_ptr<MachineOwner> this_pc_ = real_machine();  // reads the disk
    OfflineHost host_;
    OfflineRegistry registry_;
    OfflineSecurityCenter security_center_;
    OfflineWmi wmi_;
    OfflineAccounts accounts_;
    OfflineFiles files_;
    OfflineUserProfiles user_profiles_;
    OfflineServices services_;
    Machine machine_{host_, registry_, security_center_, wmi_, accounts_, user_profiles_, files_, services_};
};

}  // namespace

std::unique_ptr<MachineOwner> offline_machine(const std::filesystem::path& root) {
    // Paths are compared by name, so the root has one spelling.
    return std::make_unique<OfflineMachine>(std::filesystem::weakly_canonical(root));
}

}  // namespace wardwatch
