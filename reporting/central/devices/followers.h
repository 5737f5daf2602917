// What other subjects do when a PC takes the place of one that it was before. Each subject offers its own; the list of
// all is put together where the centre is (device_followers.h at the root).
#pragma once

#include <string>
#include <vector>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Called within the transaction that does it: what people wrote about `from` is about `to` from now on.
using DeviceFollower = void (*)(sql::Writer& writer, const std::string& from, const std::string& to);

/// In the order in which they are called.
using DeviceFollowers = std::vector<DeviceFollower>;

}  // namespace wardwatch
