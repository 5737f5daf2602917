#include "tests/recorded_machine.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "collectors/machine/machine.h"
#include "tests/recorded_json.h"

namespace wardwatch {
namespace {

class RecordedOwner : public MachineOwner {
public:
    RecordedOwner(const nlohmann::json& recorded, const std::filesystem::path& folder)
        : host_(member(recorded, "host")),
          registry_(member(recorded, "registry")),
          security_center_(member(recorded, "security_center")),
          wmi_(member(recorded, "wmi")),
          accounts_(member(recorded, "accounts"), member(recorded, "domain_users"),
                    member(recorded, "password_policy")),
          disk_(recorded.contains("disk") ? offline_machine(folder / recorded.at("disk").get<std::string>()) : nullptr),
          user_profiles_(member(recorded, "user_profiles")),
          services_(member(recorded, "services")),
          files_(member(recorded, "files")),
          machine_{host_,
                   registry_,
                   security_center_,
                   wmi_,
                   accounts_,
                   disk_ ? disk_->machine().user_profiles : user_profiles_,
                   disk_ ? disk_->machine().files : files_,
                   services_} {}

    const Machine& machine() const override { return machine_; }

private:
    RecordedHost host_;
    RecordedRegistry registry_;
    RecordedSecurityCenter security_center_;
    RecordedWmi wmi_;
    RecordedAccounts accounts_;
    std::unique_ptr<MachineOwner> disk_;
    RecordedUserProfiles user_profiles_;
    RecordedServices services_;
    RecordedFiles files_;
    Machine machine_;
};

nlohmann::json parse(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) throw std::runtime_error("cannot be opened");
    return nlohmann::json::parse(stream);
}

}  // namespace

RecordedMachine load_machine(const std::filesystem::path& file) {
    try {
        const nlohmann::json recorded = parse(file);
        allow_only(recorded, {"description", "now", "host", "registry", "security_center", "wmi", "accounts",
                              "domain_users", "password_policy", "user_profiles", "disk", "services", "files"});
        return {file.stem().string(), recorded.at("description").get<std::string>(),
                parse_instant(recorded.at("now").get<std::string>()),
                std::make_unique<RecordedOwner>(recorded, file.parent_path())};
    } catch (const std::exception& error) {
        throw std::runtime_error("recorded machine " + file.string() + ": " + error.what());
    }
}

std::vector<std::filesystem::path> machine_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const std::filesystem::directory_entry& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.ends_with(".json") && !name.ends_with(".report.json") && !name.ends_with(".verdicts.json")) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace wardwatch
