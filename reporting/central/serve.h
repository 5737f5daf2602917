// Runs the centre: two listeners over one database, until it is told to stop.
#pragma once

#include "reporting/central/cli/cli.h"
#include "reporting/central/operation/config.h"

namespace wardwatch {

/// Returns after SIGTERM or SIGINT. Prints where it listens, the CA's fingerprint and, at the first start, the
/// administrator's password.
void serve(const Cli& cli, const CentralConfig& config);

}  // namespace wardwatch
