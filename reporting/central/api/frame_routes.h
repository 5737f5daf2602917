// The addresses that are no subject's: whether somebody is there, the API's description, the page.
#pragma once

#include <vector>

#include "reporting/central/api/routes.h"

namespace wardwatch {

/// Adds them to the subjects' routes, which the description then describes.
void add_frame_routes(std::vector<Route>& routes);

}  // namespace wardwatch
