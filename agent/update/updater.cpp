// What an offer must hold before it is installed, and how its end is known after the restart.
#include "agent/update/updater.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "agent/data_folder/protected_files.h"
#include "embedded/reasons.h"
#include "reporting/tls/authenticode.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/version.h"

namespace wardwatch {
namespace {

using nlohmann::json;

constexpr std::int64_t largest_package = 64ll << 20;
// Of installer/wardwatch.wxs: a signer's other products are no update of this one.
constexpr const char* upgrade_code = "{DBD17B1A-E8CA-5CB8-9B72-0DE6F4908BCE}";
constexpr int done_code = 0;
// ERROR_SUCCESS_REBOOT_INITIATED, ERROR_SUCCESS_REBOOT_REQUIRED.
constexpr int restart_codes[] = {1641, 3010};
// ERROR_INSTALL_SERVICE_FAILURE: the service is not to be reached; ERROR_INSTALL_ALREADY_RUNNING. Nothing was done yet.
constexpr int busy_codes[] = {1601, 1618};
// Two installations seldom meet for longer than some minutes; a service that is not to be reached for a day stays so.
constexpr std::chrono::hours busy_limit{24};
constexpr int shortest_busy_wait = 4;  // as back_off counts: anywhere within 40 s
// A good installation stops this service before it ends: who still runs then is not replaced any more.
constexpr std::chrono::minutes replaced_within{10};
constexpr std::chrono::hours restart_within{24};

/// This PC does not take the package.
class Refused : public ReasonError {
    using ReasonError::ReasonError;
};

CommandReport failure(const Reason& reason) {
    CommandReport report;
    report.state = CommandReport::State::failed;
    report.problem = sentence_of(reason);
    return report;
}

CommandReport success() {
    CommandReport report;
    report.state = CommandReport::State::done;
    return report;
}

CommandReport running(const char* what) {
    CommandReport report;
    report.collector = what;
    return report;
}

template <std::size_t count>
bool is_one_of(int code, const int (&codes)[count]) {
    return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

/// For the codes that an administrator meets.
std::optional<Reason> meaning(int code) {
    switch (code) {
        case 1601:
            return reasons::installer_not_reachable();
        case 1603:
            return reasons::installer_failed();
        case 1618:
            return reasons::other_installation_runs();
        case 1625:
            return reasons::installation_forbidden();
        case 1638:
            return reasons::version_is_installed();
        default:
            return std::nullopt;
    }
}

Reason installer_ended(int code) {
    const std::optional<Reason> known = meaning(code);
    return known ? reasons::installer_ended_with_meaning(code, *known) : reasons::installer_ended(code);
}

/// The version in "wardwatch-1.2.3-x64.msi"; empty for other names.
std::string version_in(const std::string& name) {
    const std::string_view prefix = "wardwatch-";
    const std::string_view suffix = "-x64.msi";
    if (!name.starts_with(prefix) || !name.ends_with(suffix) || name.size() < prefix.size() + suffix.size()) return {};
    std::string version = name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
    return parse_version(version) ? version : "";
}

}  // namespace

Updater::Updater(const std::filesystem::path& folder, UpdaterPorts ports)
    : folder_(folder), under_way_(folder / "update.json"), log_(folder / "update.log"), ports_(std::move(ports)) {
    std::error_code ignored;
    std::filesystem::remove(folder / "update.msi", ignored);  // older versions of the agent called every package so
    remove_packages([&](const std::string& version) { return is_newer(ports_.own_version, version); });
    const std::optional<std::string> text = read_file(under_way_);
    if (!text) return;
    try {
        const json known = json::parse(*text);
        const std::string version = known.at("version").get<std::string>();
        Ended ended{known.at("command_id").get<std::string>(), success()};
        if (is_newer(version, ports_.own_version))
            ended.report = failure(reasons::update_not_installed(version, ports_.own_version));
        ports_.log->info("update to {}: {}", version, ended.report.problem.empty() ? "done" : ended.report.problem);
        ended_ = std::move(ended);
    } catch (const json::exception&) {
        forget_ended();  // the file is replaced in one step: somebody else wrote this
    }
}

void Updater::forget_ended() {
    ended_.reset();
    std::error_code ignored;
    std::filesystem::remove(under_way_, ignored);
    remove_packages([&](const std::string& version) { return version != ports_.own_version; });
}

std::filesystem::path Updater::package_file(const std::string& version) const {
    return folder_ / ("wardwatch-" + version + "-x64.msi");
}

void Updater::remove_packages(const std::function<bool(const std::string& version)>& which) const {
    std::vector<std::filesystem::path> old;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
        const std::string version = version_in(utf8(entry.path().filename()));
        if (!version.empty() && which(version)) old.push_back(entry.path());
    }
    for (const std::filesystem::path& file : old) std::filesystem::remove(file, ignored);
}

CommandReport Updater::begin(const std::string& command_id, const OfferedUpdate& update, const Piece& piece) {
    if (update.version == ports_.own_version) return success();
    if (current_ && current_->update.version == update.version) {
        current_->command_id = command_id;
        if (installation_) write_file(under_way_, json{{"command_id", command_id}, {"version", update.version}}.dump());
        return state(command_id);
    }
    if (installation_) return failure(reasons::update_under_way(current_->update.version));
    current_.reset();
    try {
        check_offer(update);
        take(update, piece);
        check_package(update);
    } catch (const CentreUnreachable&) {
        throw;
    } catch (const CentreNotTrusted&) {
        throw;
    } catch (const CentreRefused& refusal) {
        if (refusal.status != 404) throw;
        return failure(reasons::package_gone());
    } catch (const std::exception& error) {
        ports_.log->error("update to {}: {}", update.version, error.what());
        forget_ended();
        return failure(why(error));
    }
    current_ = Current{command_id, update, 0, std::nullopt, ports_.steady(), "", std::nullopt};
    return start();
}

/// Or waits on. An offer waits while Windows waits for a restart: an installation on top of it can seem good and be
/// undone at the restart.
CommandReport Updater::start() {
    if (ports_.steady() < current_->not_before) return running(waits_for_installer);
    const std::string restart = ports_.pending_restart();
    if (!restart.empty()) {
        if (current_->waits_for != restart)
            ports_.log->info("update to {}: waits for a restart of this PC ({})", current_->update.version, restart);
        current_->waits_for = restart;
        return running(waits_for_restart);
    }
    try {
        check_package(current_->update);  // it may have waited for days
        write_file(under_way_,
                   json{{"command_id", current_->command_id}, {"version", current_->update.version}}.dump());
        installation_ = ports_.install(package_file(current_->update.version), log_);
    } catch (const std::exception& error) {
        ports_.log->error("update to {}: {}", current_->update.version, error.what());
        current_.reset();
        forget_ended();
        return failure(why(error));
    }
    ports_.log->info("update to {}: Windows Installer has begun", current_->update.version);
    return running("install");
}

void Updater::check_offer(const OfferedUpdate& update) const {
    if (ports_.signers().empty()) throw Refused(reasons::no_update_signers());
    if (!parse_version(update.version) || update.size <= 0 || update.size > largest_package)
        throw Refused(reasons::offer_unreadable());
    if (!is_newer(update.version, ports_.own_version))
        throw Refused(reasons::update_is_older(update.version, ports_.own_version));
}

/// What is here already, and as it was offered, is not fetched again.
void Updater::take(const OfferedUpdate& update, const Piece& piece) const {
    const std::filesystem::path package = package_file(update.version);
    remove_packages(
        [&](const std::string& version) { return version != ports_.own_version && version != update.version; });
    const std::optional<std::string> here = read_file(package);
    if (here && static_cast<std::int64_t>(here->size()) == update.size && sha256_hex(*here) == update.sha256) return;
    ports_.log->info("update to {}: {} bytes are fetched", update.version, update.size);
    std::ofstream out(package, std::ios::binary | std::ios::trunc);
    Digest digest("SHA256");
    std::int64_t size = 0;
    for (std::int64_t position = 0; size < update.size; ++position) {
        const std::string content = piece(position);
        size += static_cast<std::int64_t>(content.size());
        if (content.empty() || size > update.size) throw Refused(reasons::package_of_another_size());
        digest.add(content);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
    }
    out.close();
    if (!out) throw ReasonError(reasons::package_not_written(utf8(package)));
    if (to_hex(digest.finish()) != update.sha256) throw Refused(reasons::package_changed_on_the_way());
}

void Updater::check_package(const OfferedUpdate& update) const {
    const PackageInfo package = ports_.inspect(package_file(update.version));
    const std::vector<std::string> signers = ports_.signers();
    if (std::find(signers.begin(), signers.end(), package.signer_sha256) == signers.end())
        throw Refused(reasons::package_of_unknown_signer(package.signer_sha256));
    if (package.upgrade_code != upgrade_code) throw Refused(reasons::package_of_another_product());
    // What was offered as newer may be an old package under a new name.
    if (parse_version(package.version) != parse_version(update.version))
        throw Refused(reasons::package_of_another_version(package.version, update.version));
}

CommandReport Updater::state(const std::string& command_id) {
    if (!current_ || current_->command_id != command_id) return failure(reasons::later_order());
    if (!installation_) return start();
    const std::optional<int> code = installation_->exit_code();
    return code ? look(*code) : running("install");
}

/// What Windows Installer's end means while this process still runs.
CommandReport Updater::look(int code) {
    const std::string& version = current_->update.version;
    if (is_one_of(code, busy_codes)) return try_again(code);
    const bool restart = is_one_of(code, restart_codes);
    if (code != done_code && !restart) {
        forget_ended();
        return give_up(installer_ended(code));
    }
    const SteadyTime now = ports_.steady();
    if (!current_->ended_at) current_->ended_at = now;
    const auto since = now - *current_->ended_at;
    if (restart && since < restart_within) return running(waits_for_restart);
    if (!restart && since < replaced_within) return running("install");
    // The package stays: to Windows Installer its version is installed.
    const Reason problem = restart ? reasons::restart_missing(version, ports_.own_version)
                                   : reasons::old_version_still_runs(ports_.own_version);
    std::error_code ignored;
    if (!restart) std::filesystem::remove(under_way_, ignored);
    return give_up(problem);
}

CommandReport Updater::try_again(int code) {
    const SteadyTime now = ports_.steady();
    installation_.reset();
    std::error_code ignored;
    std::filesystem::remove(under_way_, ignored);  // a start of the service meanwhile is no end of the update
    if (!current_->busy_since) current_->busy_since = now;
    if (now - *current_->busy_since >= busy_limit) {
        forget_ended();
        return give_up(reasons::installer_busy_with_meaning(code, *meaning(code)));
    }
    const Wait wait = back_off(shortest_busy_wait + current_->busy++, std::nullopt, ports_.random());
    current_->not_before = now + wait;
    ports_.log->info("update to {}: Windows Installer ended with code {} ({}); next attempt in {} s",
                     current_->update.version, code, sentence_of(*meaning(code)),
                     std::chrono::ceil<std::chrono::seconds>(wait).count());
    return running(waits_for_installer);
}

CommandReport Updater::give_up(const Reason& problem) {
    installation_.reset();
    current_.reset();
    return failure(problem);
}

}  // namespace wardwatch
