// The command lines that install and enrol a PC, for Windows and Linux.
#include "reporting/central/enrolment/install_command.h"
#include "reporting/central/sql/setting_store.h"
#include "reporting/central/updates/store.h"

namespace wardwatch {

namespace {

/// The newest package that was placed here, as `update add` calls it, else this program's own version.
std::string package_name(const sql::Database& database) {
    const std::vector<Update> updates = Updates{database}.all();
    return "wardwatch-" + (updates.empty() ? WARDWATCH_VERSION : updates.front().version) + "-x64.msi";
}

}  // namespace

nlohmann::json install_json(const sql::Database& database, const std::string& token, const std::string& unit) {
    const std::optional<std::string> url = Settings{database}.get(agents_url_setting);
    const std::optional<std::string> ca_sha256 = Settings{database}.get(ca_sha256_setting);
    if (!url || !ca_sha256) return nullptr;
    std::string windows = "msiexec /i " + package_name(database) + " /qn COLLECTOR_URL=" + *url +
                          " CA_SHA256=" + *ca_sha256 + " ENROLL_TOKEN=" + token;
    // What cmd and PowerShell take for more than a letter, also within quotes.
    if (unit.find_first_of("\"%$`^!&|<>") == std::string::npos) windows += " UNIT=\"" + unit + "\"";
    return {{"collector_url", *url},
            {"ca_sha256", *ca_sha256},
            {"windows", windows},
            {"linux", "wardwatch enroll --url " + *url + " --ca-sha256 " + *ca_sha256 + " --token " + token}};
}

}  // namespace wardwatch
