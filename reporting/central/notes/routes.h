// The people's API: the card of a PC, and the notes about it.
#pragma once

#include <vector>

#include "reporting/central/api/context.h"

namespace wardwatch {

std::vector<Route> note_routes(const ApiContext& context);

}  // namespace wardwatch
