// What the centre's database holds of commands and updates, as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

/// A command's way: queued → delivered → running → scanned → done, or failed or expired instead.
enum class CommandState {
    queued,     ///< the PC has not come for it yet
    delivered,  ///< handed to the PC
    running,    ///< the PC says so
    scanned,    ///< the PC has scanned; its report is not here yet
    done,       ///< its report is here
    failed,
    expired  ///< the PC did not finish it in time; it is not handed out any more
};
inline constexpr CommandState command_states[] = {CommandState::queued,  CommandState::delivered, CommandState::running,
                                                  CommandState::scanned, CommandState::done,      CommandState::failed,
                                                  CommandState::expired};

/// "queued", …: as the database and the API call it.
std::string_view name_of(CommandState state);

/// One command for one PC.
struct StoredCommand {
    std::string id;  ///< random UUID
    std::string batch_id;
    std::string device_id;
    std::string host_name;
    std::int64_t unit_id = 0;  ///< the PC's now
    std::string kind;          ///< "scan" or "update"
    std::string argument;      ///< update: the version
    std::string created_by;
    Instant created_at;
    Instant expires_at;
    CommandState state = CommandState::queued;
    Instant changed_at;     ///< of the state, or of the last news about it
    std::string collector;  ///< running: the one at work, from 0 `position` of `count`
    std::int64_t position = 0;
    std::int64_t count = 0;
    std::string report_id;  ///< scanned, done
    std::string problem;    ///< failed: one sentence
};

/// One order of the same command for several PCs, as far as it is for PCs that somebody sees.
struct BatchSummary {
    struct Part {
        StoredCommand command;  ///< stands for all of the same state and age, in kind, state and times
        std::int64_t count = 0;
    };
    std::string id;
    std::vector<Part> parts;
};

/// The same command for several PCs, each with an id of its own.
struct NewBatch {
    struct Command {
        std::string id;
        std::string device_id;
    };
    std::string id;
    std::string kind;
    std::string argument;
    std::string created_by;
    Instant created_at;
    Instant expires_at;
    std::vector<Command> commands;
};

/// What a PC says about a command.
struct CommandNews {
    CommandState state = CommandState::running;  ///< running, scanned (of a scan), done (of an update) or failed
    std::string collector;
    std::int64_t position = 0;
    std::int64_t count = 0;
    std::string report_id;
    std::string problem;
};

enum class CommandNewsOutcome {
    taken,
    unknown,  ///< this PC has no such command
    unfit,    ///< such a command does not end like this: a scan without a report, an update with one
    finished  ///< it ended differently before
};

/// A package of the agent that was placed at the centre.
struct Update {
    std::string version;
    std::int64_t size = 0;  ///< bytes
    std::string sha256;     ///< of the whole package
    Instant added_at;
};

/// A version that a unit's PCs are to have.
struct UpdateOffer {
    std::string id;  ///< random UUID; the batch of its commands
    std::string version;
    std::optional<std::int64_t> unit_id;  ///< with the units below it; empty: all PCs
    std::int64_t percent = 100;           ///< of the PCs that are meant
    Instant offered_at;
};

}  // namespace wardwatch
