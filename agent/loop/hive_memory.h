// What scans have seen of users' parts of the registry, kept as a note of the store. It never leaves the PC.
#pragma once

#include <memory>
#include <string>

#include "agent/store/store.h"
#include "collectors/machine/user_hives.h"

namespace wardwatch {

/// From the store's note. Empty when there is none, and when another version wrote it otherwise.
std::shared_ptr<KnownHives> known_hives(Store& store);
/// The same from the data folder, beside the service; also empty without the right to read it.
std::shared_ptr<KnownHives> known_hives(const std::filesystem::path& folder);

/// Writes the note unless it says this already.
void keep_known_hives(Store& store, const KnownHives& hives);

}  // namespace wardwatch
