// Commands from the centre: fetched by a long poll, answered with how they go. The list is closed: scan, update.
#pragma once

#include <spdlog/logger.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "agent/centre/centre.h"
#include "agent/centre/heartbeat_board.h"
#include "agent/commands/command_memory.h"
#include "agent/commands/poll_length.h"
#include "agent/enrolment/identity.h"
#include "agent/scan/scan_requests.h"
#include "agent/schedule/schedule.h"
#include "agent/update/updater.h"

namespace wardwatch {

struct CommandChannelPorts {
    std::function<SteadyTime()> steady;
    std::function<double()> random;   ///< [0, 1)
    std::function<Centre()> connect;  ///< by the settings of this moment; may throw std::exception
    std::shared_ptr<ScanRequests> requests;
    std::shared_ptr<HeartbeatBoard> heartbeats;
    std::shared_ptr<spdlog::logger> log;
    UpdaterPorts update;
};

/// Used by one thread, which is not the agent's: it waits in the centre's long poll. Killed at any moment it runs no
/// finished command again, and one that was not finished is handed out again by the centre.
class CommandChannel {
public:
    /// The first poll comes somewhere within `startup_spread`.
    CommandChannel(const std::filesystem::path& folder, std::chrono::seconds startup_spread, CommandChannelPorts ports);

    /// Reports what changed, then waits for commands, as long as the centre offers (55 s where it offers nothing) or
    /// until a heartbeat is due, 1 s while a command is at work. Returns how long nothing is to be done. Never throws:
    /// what goes wrong is logged and tried again.
    Wait step();

private:
    struct Active {
        std::string id;
        /// How it stands; nothing while it waits.
        std::function<std::optional<CommandReport>()> look;
        CommandReport reported;  ///< the last that the centre took
        SteadyTime reported_at;
    };

    void notice_enrolment();
    void exchange(const Identity& identity);
    // command_polls.cpp
    bool at_work() const;
    std::chrono::seconds longest_wait() const;
    std::vector<ReceivedCommand> poll(const Identity& identity);
    void take_offer(std::optional<std::chrono::seconds> longest_wait);
    // command_channel.cpp
    void report_changes(const Identity& identity);
    bool take(const Identity& identity, const std::vector<ReceivedCommand>& commands);
    void start(const Identity& identity, const ReceivedCommand& command);
    void start_scan(const std::string& id);
    void start_update(const Identity& identity, const ReceivedCommand& command);
    void finish(const Identity& identity, const std::string& id, const CommandReport& end);
    bool tell(const Identity& identity, const std::string& id, const CommandReport& report);
    void failed(const std::string& problem, Wait wait);
    Wait until_next() const;

    IdentityFiles identity_;
    CommandChannelPorts ports_;
    CommandMemory memory_;
    Updater updater_;
    std::vector<Active> active_;
    std::optional<Centre> centre_;
    std::optional<Identity> known_;
    std::optional<std::string> certificate_;  ///< of the last look; "" while not enrolled
    SteadyTime next_;
    int failures_ = 0;
    PollLength length_;
};

/// Runs a channel on a thread of its own until the stop. Nobody waits for the thread: it may be in a poll.
void start_command_channel(const std::filesystem::path& folder, std::chrono::seconds startup_spread,
                           CommandChannelPorts ports, const std::stop_token& stop);

}  // namespace wardwatch
