// unit add|rename|move|merge|history|import.
#pragma once

#include "reporting/central/cli/cli.h"
#include "reporting/central/units/followers.h"

namespace wardwatch {

void add_unit_verbs(CLI::App& app, Cli& cli, const UnitFollowers& followers);

}  // namespace wardwatch
