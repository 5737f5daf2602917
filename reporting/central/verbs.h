// All verbs of wardwatch-central: each subject's file adds its own to the parser. A new subject's are named here and in
// add_verbs.
#pragma once

#include "reporting/central/cli/cli.h"
#include "reporting/central/operation/config.h"

namespace wardwatch {

/// `config` is read before the verb that was chosen runs; until then it is empty. It outlives the parser.
void add_verbs(CLI::App& app, Cli& cli, const CentralConfig& config);

}  // namespace wardwatch
