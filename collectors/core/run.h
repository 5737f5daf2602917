// Runs collectors and turns what they throw into Unknown facts.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "collectors/core/collector.h"

namespace wardwatch {

/// Called before each collector with its name, its position from 0 and how many there are.
using Progress = std::function<void(std::string_view name, std::size_t position, std::size_t count)>;

/// All facts of the given collectors, ordered by (id, instance). A collector that throws yields the one fact
/// `<collector> = Unknown{what}`, which rules on `<collector>.*` inherit; so does one that is not asked. Never
/// throws for what a collector does.
Facts run(std::span<const Collector> collectors, const Machine& machine, const ScanOptions& options,
          const Progress& progress = {});

}  // namespace wardwatch
