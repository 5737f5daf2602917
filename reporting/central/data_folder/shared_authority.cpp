// A certificate is public: the database may have it.
#include "reporting/central/data_folder/shared_authority.h"

#include "reporting/central/sql/setting_store.h"

namespace wardwatch {

namespace {

constexpr const char* authority_setting = "ca_certificate";

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

}  // namespace wardwatch
