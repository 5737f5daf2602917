// By which hardware each PC is known, in the centre's database.
#pragma once

#include <optional>
#include <string>

#include "reporting/central/devices/hardware.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// How long other hardware must have been alone under a device id to become the PC's own: it was repaired.
inline constexpr std::chrono::days own_after{7};

/// Within the caller's transaction: a PC was heard with this hardware. What does not fit becomes a notice: other
/// hardware at once, and a clone when the one before comes again; the same hardware at another PC; an older state.
void note_hardware(sql::Writer& writer, const std::string& device_id, const HardwareSaid& said, Instant now);

/// Whether who comes with this hardware under this id is a copy of the PC that is known under it: both have come in
/// turns, and the copy has no id of its own yet.
bool is_clone(const sql::Reader& reader, const std::string& device_id, const Hardware& hardware);

/// Whether the PC that is known under this id and the other one are the same by their hardware.
bool have_same_hardware(const sql::Reader& reader, const std::string& device_id, const std::string& other_id);

}  // namespace wardwatch
