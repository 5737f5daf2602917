// The PCs that are enrolled, in the centre's database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/api/roles.h"
#include "reporting/central/devices/hardware.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/followers.h"
#include "reporting/policy/judge.h"

namespace wardwatch {

struct Device {
    std::string device_id;
    std::int64_t unit_id = 0;
    std::string host_name;  ///< as the PC called itself when it enrolled
    std::string agent_version;
    std::string public_key_sha256;  ///< of the enrolled key; renewals may have brought others
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

struct DeviceMove {
    std::string device_id;
    std::int64_t from_unit = 0;
    std::int64_t to_unit = 0;
    Instant at;
    std::string actor;
};

/// What a device says of itself between reports.
struct Contact {
    std::string agent_version;  ///< empty: not said
    std::string facts_hash;     ///< empty: not said
    std::optional<std::int64_t> outbox_depth;
    std::optional<HardwareSaid> hardware = {};
};

/// May be used from any thread; each function is one transaction.
class Devices {
public:
    explicit Devices(sql::Database database) : database_(std::move(database)) {}

    std::vector<Device> all() const;
    std::optional<Device> find(const std::string& device_id) const;
    /// In this order; without those that are not there.
    std::vector<Device> some(const std::vector<std::string>& device_ids) const;
    /// All agents' versions in the scope, the newest first; revoked PCs' not.
    std::vector<std::string> agent_versions(const Scope& scope) const;
    /// Reports that wait on the PCs of the scope, as they last said; revoked PCs' not.
    std::int64_t waiting_reports(const Scope& scope) const;
    /// The device was in contact; when `facts_hash` is that of its newest report, the report is confirmed as well.
    void touch(const std::string& device_id, const Contact& contact, Instant now);
    /// All or none. Returns how many were not there already.
    std::int64_t move(const std::vector<std::string>& device_ids, std::int64_t unit_id, const ChangedBy& by);
    std::vector<DeviceMove> moves(const std::string& device_id) const;

private:
    sql::Database database_;
};

/// By device id, or by a host name that one PC has that is not revoked. Throws StoreError when none or several match.
Device find_named(const std::vector<Device>& devices, const std::string& text);

/// Within the caller's transaction. Nothing is recorded of a device that is there already; returns whether it was not.
bool move_device(sql::Writer& writer, const std::string& device_id, std::int64_t unit_id, const ChangedBy& by);
/// Devices::touch within the caller's transaction.
void touch_device(sql::Writer& writer, const std::string& device_id, const Contact& contact, Instant now);
/// Within the caller's transaction: which program the device runs.
void note_version(sql::Writer& writer, const std::string& device_id, const std::string& version);
/// Counts revocations, so that a process learns of another's (enrolment/revocations.h).
constexpr const char* revocations_setting = "revocations";
/// Within the caller's transaction (Enrolments::revoke_device is for all others). False when there is no such device.
bool revoke_device(sql::Writer& writer, const std::string& device_id, Instant now);
/// The unit's PCs are moved with it.
void devices_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch
