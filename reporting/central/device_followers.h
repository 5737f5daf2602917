// The one list of what follows a PC that takes another one's place.
#pragma once

#include "reporting/central/devices/followers.h"

namespace wardwatch {

DeviceFollowers device_followers();

}  // namespace wardwatch
