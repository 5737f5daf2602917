// An update that the centre offers: taken in pieces, checked, handed to Windows Installer. Which version runs after the
// next start tells how it went.
#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/update/package.h"
#include "reporting/client/client.h"

namespace wardwatch {

struct UpdaterPorts {
    std::string own_version;
    std::function<std::vector<std::string>()> signers;  ///< of this moment; empty: this PC takes no updates
    std::function<PackageInfo(const std::filesystem::path&)> inspect;
    std::function<std::unique_ptr<Installation>(const std::filesystem::path& file, const std::filesystem::path& log)>
        install;
    std::shared_ptr<spdlog::logger> log;
};

/// Used by one thread. Files in the data folder: update.msi (until it is installed), update.json (what is under way),
/// update.log (Windows Installer's).
class Updater {
public:
    /// A piece of the package, 0 and up, as Client::update_piece gives it.
    using Piece = std::function<std::string(std::int64_t position)>;
    struct Ended {
        std::string command_id;
        CommandReport report;
    };

    Updater(const std::filesystem::path& folder, UpdaterPorts ports);

    /// The update that was under way when the service ended, and how it went.
    const std::optional<Ended>& ended() const { return ended_; }
    /// The centre knows.
    void forget_ended();

    /// Takes the package and starts its installation, unless one runs. Returns how the command stands: running; done
    /// where this version runs already; failed, with the reason, for a package that this PC does not take. What `piece`
    /// throws comes through, and nothing has begun.
    CommandReport begin(const std::string& command_id, const OfferedUpdate& update, const Piece& piece);
    /// Of the installation that begin() started. A good one ends this process sooner or later.
    CommandReport state();

private:
    void check_offer(const OfferedUpdate& update) const;
    void take(const OfferedUpdate& update, const Piece& piece) const;
    void check_package(const OfferedUpdate& update) const;

    std::filesystem::path package_;
    std::filesystem::path under_way_;
    std::filesystem::path log_;
    UpdaterPorts ports_;
    std::unique_ptr<Installation> installation_;
    std::optional<Ended> ended_;
};

}  // namespace wardwatch
