// What the centre's database holds, as plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/commands/records.h"
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
    std::int64_t waivers = 0;    ///< are for all of the unit that stays from now on
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

/// A report's verdicts and their sum. What is waived counts neither as failed nor as passed.
struct Judgement {
    std::string policy_id;
    std::string policy_version;
    std::string policy_hash;
    Instant judged_at;
    Status status = Status::unknown;
    std::int64_t grave = 0;
    std::int64_t failed = 0;
    std::int64_t unknown = 0;
    std::int64_t waived = 0;
    std::vector<Verdict> verdicts;
    std::vector<Severity> severities;                     ///< one per verdict
    std::vector<std::optional<std::int64_t>> waiver_ids;  ///< one per verdict, of failures only
};

/// A judgement of a report that the store holds already.
struct Rejudgement {
    std::string device_id;
    std::string report_id;
    Judgement judgement;
};

struct StoredVerdict {
    Verdict verdict;
    Severity severity = Severity::violation;
    std::optional<std::int64_t> waiver_id;  ///< a failure that is waived
    Instant since;  ///< when this status began: the report that showed it, or the judging that changed it
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
    std::string full_name;
    std::string email;
    bool from_directory = false;  ///< signs in by LDAP
    std::optional<Instant> last_login_at;
    std::string totp_secret;     ///< base32; empty: no second factor
    std::int64_t totp_step = 0;  ///< the last time step whose code was used
};

struct NewUser {
    std::string name;
    std::string password_hash;  ///< empty: signs in by the directory
    Role role = Role::unit_manager;
    std::optional<std::int64_t> unit_id;
    bool must_change_password = false;
    std::string full_name = {};
    std::string email = {};
};

}  // namespace wardwatch
