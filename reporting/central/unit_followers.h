// Who follows when units change: one list for all subjects that have something of a unit.
#pragma once

#include "reporting/central/units/followers.h"

namespace wardwatch {

/// In order. A subject that begins to keep something by unit is added here.
UnitFollowers unit_followers();

}  // namespace wardwatch
