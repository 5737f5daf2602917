// What PCs were told to do, and how far they are, in the centre's database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/api/roles.h"
#include "reporting/central/sql/database.h"

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

/// News (sql/news.h) of commands that were queued; its text is device ids, with a space between them.
inline constexpr const char* commands_news = "commands";

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

/// May be used from any thread; each function is one transaction.
class Commands {
public:
    explicit Commands(sql::Database database) : database_(std::move(database)) {}

    /// All or none, and tells commands_news. Throws StoreError for a device that does not exist or is revoked.
    void add(const NewBatch& batch);
    /// The device's commands that are neither finished nor expired, without those that it says it has. At most 100 with
    /// those that it has, the oldest first.
    std::vector<StoredCommand> open(const std::string& device_id, const std::vector<std::string>& has,
                                    Instant now) const;
    /// The same news again changes nothing. `scanned` becomes done as soon as the report is here (add_report looks,
    /// too).
    CommandNewsOutcome add_news(const std::string& device_id, const std::string& command_id, const CommandNews& news,
                                Instant now);
    /// By host name; empty when there is no such batch.
    std::vector<StoredCommand> batch(const std::string& batch_id) const;
    /// Newest first.
    std::vector<StoredCommand> of(const std::string& device_id, std::size_t limit) const;
    /// The newest scans with commands for PCs of this scope. Times of change older than two minutes are not told apart.
    std::vector<BatchSummary> newest_scans(const Scope& scope, Instant now, std::size_t limit) const;
    /// Ends what is over its time and forgets what ended before `forget_before`. Returns how many it ended.
    std::int64_t end_overdue(Instant now, Instant forget_before);
    std::vector<std::string> devices_with_queued() const;
    std::int64_t unfinished(const std::string& kind) const;
    /// Unfinished updates without those that do nothing but wait for their PC's restart.
    std::int64_t updates_at_work() const;

private:
    void insert(const NewBatch& batch);

    sql::Database database_;
};

/// What a PC was handed.
struct CommandDelivery {
    std::string command_id;
    Instant at;
};

/// Within the caller's transaction: the command has reached its PC (again, when it had forgotten it), unless the PC has
/// said more since; a report has arrived; a device was revoked. What a power cut takes back of a delivery is handed out
/// again.
void mark_delivered(sql::Writer& writer, const CommandDelivery& delivery);
void finish_commands_of_report(sql::Writer& writer, const std::string& device_id, const std::string& report_id,
                               Instant now);
void end_commands_of_device(sql::Writer& writer, const std::string& device_id, Instant now);

}  // namespace wardwatch
