// All that the centre stores about one PC: to be given out, and to be removed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "reporting/central/sql/database.h"

namespace wardwatch {

using WriteText = std::function<void(const std::string&)>;

/// One JSON object in pieces: the PC, its certificates, card, notes, moves, waivers, verdicts, changes, commands,
/// antivirus products, and its reports as they came, the newest first. When more than `most_bytes` of reports were
/// written the older ones are left out, and "reports_left_out" says how many. Throws StoreError when there is no such
/// PC.
void export_device(const sql::Database& database, const std::string& device_id, std::int64_t most_bytes,
                   const WriteText& write);

struct ErasedDevice {
    std::int64_t reports = 0;
    std::int64_t verdict_changes = 0;
    std::int64_t notes = 0;         ///< with the card
    std::int64_t dead_letters = 0;  ///< messages for webhooks that were given up and name the PC
};

/// Removes the PC and all of that; the figures of the days and the audit log stay. From then on the centre knows no
/// such PC: its certificate is refused, and it may be enrolled again. Throws StoreError when there is no such PC, or
/// when it is not revoked.
ErasedDevice erase_device(sql::Database& database, const std::string& device_id);

/// Erases PCs that were revoked before; with `count_only` says how many.
std::int64_t erase_revoked_devices(sql::Database& database, Instant before, bool count_only);

}  // namespace wardwatch
