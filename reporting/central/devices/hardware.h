// By which hardware the centre tells PCs apart. A PC sends SHA-256 of each part; the centre keeps HMAC-SHA256 of those
// with a key of its own, so that neither the network nor a copy of the database says what stands on a label.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace wardwatch {

/// 64 lower-case hex digits each; empty: the PC has none that is its own (makers' placeholders are none).
struct Hardware {
    std::string system;   ///< the board's, by SMBIOS
    std::string disk;     ///< the system disk's serial number
    std::string machine;  ///< the installation's: MachineGuid, machine-id
    bool operator==(const Hardware&) const = default;
    bool is_known() const { return !system.empty() || !disk.empty() || !machine.empty(); }
};

/// What a contact says of it.
struct HardwareSaid {
    Hardware hardware;
    /// That the agent has ever stored: grows, unless an older state came back. Empty: it does not say.
    std::optional<std::int64_t> reports = {};
};

enum class HardwareMatch { same, changed, other };

/// Whether what was said is the PC that is known. The board decides where both have one, else the disk, else the
/// installation: a new disk in the same board is the same PC, `changed`.
HardwareMatch match(const Hardware& known, const Hardware& said);

/// What is known after that: what was not said stays.
Hardware updated(const Hardware& known, const Hardware& said);

/// The member "hardware" of enrolment, renewal and heartbeat, as the centre keeps it; nothing where it is missing,
/// tells nothing, or the centre has no key. Unknown members are ignored. Throws ApiError 400 for a hash that is none.
std::optional<HardwareSaid> read_hardware(const nlohmann::json& body, std::string_view key);

}  // namespace wardwatch
