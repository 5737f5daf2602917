// What an offer must hold before it is installed, and how its end is known after the restart.
#include "agent/update/updater.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "agent/data_folder/protected_files.h"
#include "reporting/tls/authenticode.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/version.h"

namespace wardwatch {
namespace {

using nlohmann::json;

constexpr std::int64_t largest_package = 64ll << 20;
// Of installer/wardwatch.wxs: a signer's other products are no update of this one.
constexpr const char* upgrade_code = "{DBD17B1A-E8CA-5CB8-9B72-0DE6F4908BCE}";
// ERROR_SUCCESS_REBOOT_INITIATED, ERROR_SUCCESS_REBOOT_REQUIRED.
constexpr int success_codes[] = {0, 1641, 3010};

/// This PC does not take the package; what() is the reason.
class Refused : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

CommandReport failure(std::string problem) {
    CommandReport report;
    report.state = CommandReport::State::failed;
    report.problem = std::move(problem);
    return report;
}

CommandReport success() {
    CommandReport report;
    report.state = CommandReport::State::done;
    return report;
}

CommandReport installing() {
    CommandReport report;
    report.collector = "install";
    return report;
}

}  // namespace

Updater::Updater(const std::filesystem::path& folder, UpdaterPorts ports)
    : package_(folder / "update.msi"),
      under_way_(folder / "update.json"),
      log_(folder / "update.log"),
      ports_(std::move(ports)) {
    const std::optional<std::string> text = read_file(under_way_);
    if (!text) return;
    try {
        const json known = json::parse(*text);
        const std::string version = known.at("version").get<std::string>();
        Ended ended{known.at("command_id").get<std::string>(), success()};
        if (is_newer(version, ports_.own_version))
            ended.report = failure("version " + version + " was not installed, " + ports_.own_version +
                                   " still runs; Windows Installer's log is update.log in the data folder");
        ports_.log->info("update to {}: {}", version, ended.report.problem.empty() ? "done" : ended.report.problem);
        ended_ = std::move(ended);
    } catch (const json::exception&) {
        forget_ended();  // the file is replaced in one step: somebody else wrote this
    }
}

void Updater::forget_ended() {
    ended_.reset();
    std::error_code ignored;
    std::filesystem::remove(package_, ignored);
    std::filesystem::remove(under_way_, ignored);
}

CommandReport Updater::begin(const std::string& command_id, const OfferedUpdate& update, const Piece& piece) {
    if (installation_) return state();
    if (update.version == ports_.own_version) return success();
    try {
        check_offer(update);
        ports_.log->info("update to {}: {} bytes are fetched", update.version, update.size);
        take(update, piece);
        check_package(update);
        write_file(under_way_, json{{"command_id", command_id}, {"version", update.version}}.dump());
        installation_ = ports_.install(package_, log_);
    } catch (const CentreUnreachable&) {
        throw;
    } catch (const CentreNotTrusted&) {
        throw;
    } catch (const CentreRefused& refusal) {
        if (refusal.status != 404) throw;
        return failure("the centre has the package no longer");
    } catch (const std::exception& error) {
        ports_.log->error("update to {}: {}", update.version, error.what());
        forget_ended();
        return failure(error.what());
    }
    ports_.log->info("update to {}: Windows Installer has begun", update.version);
    return installing();
}

void Updater::check_offer(const OfferedUpdate& update) const {
    if (ports_.signers().empty())
        throw Refused("This PC takes no updates: its setting update_signers names no certificate.");
    if (!parse_version(update.version) || update.size <= 0 || update.size > largest_package)
        throw Refused("The centre's offer cannot be read.");
    if (!is_newer(update.version, ports_.own_version))
        throw Refused("Version " + update.version + " is older than this PC's " + ports_.own_version + ".");
}

void Updater::take(const OfferedUpdate& update, const Piece& piece) const {
    std::ofstream out(package_, std::ios::binary | std::ios::trunc);
    Digest digest("SHA256");
    std::int64_t size = 0;
    for (std::int64_t position = 0; size < update.size; ++position) {
        const std::string content = piece(position);
        size += static_cast<std::int64_t>(content.size());
        if (content.empty() || size > update.size) throw Refused("The package has not the size that was offered.");
        digest.add(content);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
    }
    out.close();
    if (!out) throw std::runtime_error("The package cannot be written to " + utf8(package_) + "; is the disk full?");
    if (to_hex(digest.finish()) != update.sha256) throw Refused("The package arrived other than it was offered.");
}

void Updater::check_package(const OfferedUpdate& update) const {
    const PackageInfo package = ports_.inspect(package_);
    const std::vector<std::string> signers = ports_.signers();
    if (std::find(signers.begin(), signers.end(), package.signer_sha256) == signers.end())
        throw Refused("The package is signed by a certificate that this PC does not know (" + package.signer_sha256 +
                      "); its setting update_signers must name it.");
    if (package.upgrade_code != upgrade_code) throw Refused("The package is not Wardwatch.");
    // What was offered as newer may be an old package under a new name.
    if (parse_version(package.version) != parse_version(update.version))
        throw Refused("The package is version " + package.version + ", not " + update.version + " as offered.");
}

CommandReport Updater::state() {
    const std::optional<int> code = installation_ ? installation_->exit_code() : std::nullopt;
    if (!code || std::find(std::begin(success_codes), std::end(success_codes), *code) != std::end(success_codes))
        return installing();
    installation_.reset();
    forget_ended();
    return failure("Windows Installer ended with code " + std::to_string(*code) +
                   "; its log is update.log in the data folder");
}

}  // namespace wardwatch
