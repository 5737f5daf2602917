// A certificate and a fingerprint are public: the database may have them.
#include "reporting/central/data_folder/shared_authority.h"

#include "reporting/central/sql/setting_store.h"

namespace wardwatch {

namespace {

constexpr const char* authority_setting = "ca_certificate";
constexpr const char* hardware_setting = "hardware_key_sha256";
constexpr const char* sealing_setting = "sealing_key_fingerprint";

}  // namespace

bool share_authority(const DataFolder& folder, sql::Database& database) {
    Settings settings{database};
    const std::string ours = folder.authority_certificate();
    const std::optional<std::string> shared = settings.get(authority_setting);
    if (shared == ours) return false;
    if (shared && folder.adopt_authority(*shared)) return true;
    settings.set(authority_setting, ours);
    return false;
}

Sealing shared_sealing(const DataFolder& folder, sql::Database& database) {
    Settings settings{database};
    const Sealing ours = folder.sealing();
    const std::optional<std::string> known = settings.get(sealing_setting);
    if (!known) settings.set(sealing_setting, ours.fingerprint());
    if (!known || *known == ours.fingerprint()) return ours;
    throw DataFolderError("The sealing key of " + folder.path().string() + " (fingerprint " + ours.fingerprint() +
                          ") is another one than the database's secrets are sealed with (" + *known +
                          "); copy sealing.key from another data folder of this centre, or from its backup.");
}

std::string sealing_key_elsewhere(const DataFolder& folder, const sql::Database& database) {
    if (folder.has_sealing_key()) return "";
    return Settings{database}.get(sealing_setting).value_or("");
}

std::string shared_hardware_key(const DataFolder& folder, sql::Database& database,
                                const std::function<void(const std::string&)>& log) {
    Settings settings{database};
    std::string ours = folder.hardware_key();
    const std::string fingerprint = sha256_hex(ours);
    const std::optional<std::string> known = settings.get(hardware_setting);
    if (!known) settings.set(hardware_setting, fingerprint);
    if (!known || *known == fingerprint) return ours;
    log("hardware.key in " + folder.path().string() +
        " is another than the one by which this database knows PCs: hardware is not looked at; copy the file from the "
        "backup or from the other data folder");
    return "";
}

}  // namespace wardwatch
