// What the fleet keeps between its runs: who its PCs are for the centre.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "collectors/core/fact.h"
#include "reporting/client/client.h"

namespace wardwatch {

struct KnownPc {
    std::string device_id;
    Identity identity;
    bool reported = false;  ///< its history is at the centre
};

struct FleetState {
    Instant began;  ///< where the story of its PCs begins
    std::map<std::int64_t, KnownPc> pcs;
};

/// Of a folder without a state: none, with a story that begins `months` before `now`. Throws std::runtime_error for a
/// file that is no fleet's.
FleetState read_fleet_state(const std::filesystem::path& folder, int months, Instant now);
/// Whole or not at all, for the owner alone: it holds the PCs' keys.
void write_fleet_state(const std::filesystem::path& folder, const FleetState& state);

}  // namespace wardwatch
