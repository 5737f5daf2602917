// What the centre's database holds, as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/central/roles.h"
#include "reporting/policy/judge.h"

namespace wardwatch {

/// An office or a part of one.
struct Unit {
    std::int64_t id = 0;
    std::optional<std::int64_t> parent_id;
    std::string name;
    std::string path;  ///< names from the top, joined by "/"
};

/// What is to be another than it is.
struct UnitEdit {
    std::optional<std::string> name;
    std::optional<std::optional<std::int64_t>> parent_id;  ///< an empty one: to the top
};

/// Who changed something, and when.
struct ChangedBy {
    std::string actor;  ///< "cli"
    Instant at;
};

/// What happened to a unit. A merged unit is no longer in the tree.
struct UnitChange {
    std::int64_t unit_id = 0;
    std::optional<std::int64_t> merged_into;  ///< of a unit that is merged by now
    Instant at;
    std::string actor;
    std::string kind;    ///< "added", "renamed", "moved" or "merged"
    std::string before;  ///< its path then; empty: it was added
    std::string after;   ///< its path from then on; merged: that of the unit that took its place
};

struct DeviceMove {
    std::string device_id;
    std::int64_t from_unit = 0;
    std::int64_t to_unit = 0;
    Instant at;
    std::string actor;
};

/// What a merge took over, the units below included.
struct MergedUnits {
    std::int64_t units = 0;  ///< that are gone
    std::int64_t devices = 0;
    std::int64_t tokens = 0;
    std::int64_t offers = 0;     ///< of updates, those in force; the others stay as history
    std::int64_t withdrawn = 0;  ///< offers: the unit that stays had one of its own
};

/// An enrolment token; the secret itself is not kept.
struct Token {
    std::int64_t id = 0;
    std::int64_t unit_id = 0;
    std::int64_t uses = 0;  ///< how many devices it may enrol
    std::int64_t used = 0;
    Instant created_at;
    Instant expires_at;
    std::optional<Instant> revoked_at;
};

struct EnrolmentClaim {
    std::string token_sha256;
    std::string device_id;
    std::string public_key_sha256;
    std::string host_name;
    std::string agent_version;
};

enum class EnrolmentOutcome {
    accepted,
    token_invalid,
    token_expired,
    token_used_up,
    token_revoked,
    device_known,  ///< enrolled with another key
    device_revoked
};

struct IssuedCertificate {
    std::string sha256;
    std::string serial;
    Instant not_after;
};

struct Device {
    std::string device_id;
    std::int64_t unit_id = 0;
    std::string host_name;  ///< as the PC called itself when it enrolled
    std::string agent_version;
    std::string public_key_sha256;
    Instant enrolled_at;
    Instant last_seen_at;
    std::optional<Instant> revoked_at;
    std::int64_t outbox_depth = 0;          ///< reports that wait on the PC, as of its last heartbeat
    std::optional<Instant> last_report_at;  ///< when the newest report was taken
    std::optional<Instant> confirmed_at;    ///< when the newest report arrived or was last said to hold still
    std::optional<Instant> judged_at;
    std::string policy_id;  ///< empty until judged, as the two that follow
    std::string policy_version;
    std::optional<Status> status;  ///< the newest report's verdict; empty: no report yet
    std::int64_t grave = 0;        ///< rules that failed and are grave
    std::int64_t failed = 0;       ///< rules that failed, grave ones included, advice not
    std::int64_t unknown = 0;      ///< rules that could not be decided, advice not included
    std::int64_t waived = 0;  ///< rules with failures of which all are waived, advice not included; none has failed
};

/// What a device says of itself between reports.
struct Contact {
    std::string agent_version;  ///< empty: not said
    std::string facts_hash;     ///< empty: not said
    std::optional<std::int64_t> outbox_depth;
};

struct NewReport {
    std::string device_id;
    std::string report_id;
    std::string agent_version;
    std::string trigger;
    Instant taken_at;
    Instant received_at;
    std::string facts_hash;
    std::string content_hash;  ///< equal for equal reports, whatever their JSON's spacing
    std::string body;          ///< the bytes that arrived
};

enum class ReportOutcome { stored, known, differs };

struct StoredReport {
    std::string report_id;
    std::string trigger;
    Instant taken_at;
    Instant received_at;
    Status status = Status::unknown;  ///< as judged when it arrived
    std::string body;
};

/// A report's verdicts and their sum.
struct Judgement {
    std::string policy_id;
    std::string policy_version;
    std::string policy_hash;
    Instant judged_at;
    Status status = Status::unknown;
    std::int64_t grave = 0;
    std::int64_t failed = 0;
    std::int64_t unknown = 0;
    std::vector<Verdict> verdicts;
    std::vector<Severity> severities;  ///< one per verdict
};

struct StoredVerdict {
    Verdict verdict;
    Severity severity = Severity::violation;
    Instant since;  ///< when this status began: the report that showed it, or the judging that changed it
};

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

struct User {
    std::string name;
    std::string password_hash;  ///< empty: who signs in by the directory
    Instant created_at;
    Instant changed_at;  ///< of the password
    Role role = Role::unit_manager;
    std::optional<std::int64_t> unit_id;  ///< what they see, with the units below it; empty: everything
    bool must_change_password = false;
    std::optional<Instant> disabled_at;
};

struct NewUser {
    std::string name;
    std::string password_hash;
    Role role = Role::unit_manager;
    std::optional<std::int64_t> unit_id;
    bool must_change_password = false;
};

}  // namespace wardwatch
