// An update that the centre offers: taken in pieces, checked, handed to Windows Installer, again while that is busy,
// and not before a restart that Windows waits for. Which version runs after the next start tells how it went.
#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/schedule/schedule.h"
#include "agent/update/package.h"
#include "collectors/core/reason.h"
#include "reporting/client/client.h"

namespace wardwatch {

struct UpdaterPorts {
    std::string own_version;
    std::function<std::vector<std::string>()> signers;  ///< of this moment; empty: this PC takes no updates
    std::function<PackageInfo(const std::filesystem::path&)> inspect;
    std::function<std::unique_ptr<Installation>(const std::filesystem::path& file, const std::filesystem::path& log)>
        install;
    /// What an installation has to wait for; empty: nothing.
    std::function<std::string()> pending_restart;
    std::function<SteadyTime()> steady;
    std::function<double()> random;  ///< [0, 1)
    std::shared_ptr<spdlog::logger> log;
};

/// What a running update reports as its `collector` while it does nothing but wait: for a restart of the PC, or for
/// another installation's end.
inline constexpr const char* waits_for_restart = "restart";
inline constexpr const char* waits_for_installer = "installer";

/// Used by one thread. Files in the data folder: wardwatch-<version>-x64.msi, under the name that the release has: what
/// Windows Installer needs again for a repair must be called as at the installation (error 1316 else), so the running
/// version's stays and older ones go; update.json (what is under way), update.log (Windows Installer's).
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

    /// Takes the package and starts its installation as soon as that may be. Returns how the command stands: running;
    /// done where this version runs already; failed, with the reason, for a package that this PC does not take. What
    /// `piece` throws comes through, and nothing has begun. A later command for the same version takes the place of the
    /// one under way.
    CommandReport begin(const std::string& command_id, const OfferedUpdate& update, const Piece& piece);
    /// Of the command that begin() took; starts what waited. A good installation ends this process sooner or later.
    CommandReport state(const std::string& command_id);

private:
    struct Current {
        std::string command_id;
        OfferedUpdate update;
        int busy = 0;  ///< how often Windows Installer could not begin
        std::optional<SteadyTime> busy_since;
        SteadyTime not_before;
        std::string waits_for;  ///< the restart, as the log knows it already
        std::optional<SteadyTime> ended_at;
    };

    std::filesystem::path package_file(const std::string& version) const;
    void remove_packages(const std::function<bool(const std::string& version)>& which) const;
    void check_offer(const OfferedUpdate& update) const;
    void take(const OfferedUpdate& update, const Piece& piece) const;
    void check_package(const OfferedUpdate& update) const;
    CommandReport start();
    CommandReport look(int code);
    CommandReport try_again(int code);
    CommandReport give_up(const Reason& problem);

    std::filesystem::path folder_;
    std::filesystem::path under_way_;
    std::filesystem::path log_;
    UpdaterPorts ports_;
    std::optional<Current> current_;
    std::unique_ptr<Installation> installation_;
    std::optional<Ended> ended_;
};

}  // namespace wardwatch
