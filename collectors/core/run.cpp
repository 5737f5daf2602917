#include "collectors/core/run.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <tuple>

namespace wardwatch {
namespace {

Facts run_one(const Collector& collector, const Machine& machine, const ScanOptions& options) {
    if (std::ranges::count(options.switched_off, collector.name) > 0) {
        return {{std::string(collector.name), "", Unknown{"switched off by the settings"}, "settings"}};
    }
    try {
        return collector.collect(machine, options);
    } catch (const std::exception& error) {
        return {{std::string(collector.name), "", Unknown{error.what()}, "collector"}};
    }
}

}  // namespace

Facts run(std::span<const Collector> collectors, const Machine& machine, const ScanOptions& options,
          const Progress& progress) {
    Facts all;
    for (std::size_t position = 0; position < collectors.size(); ++position) {
        if (progress) progress(collectors[position].name, position, collectors.size());
        Facts facts = run_one(collectors[position], machine, options);
        std::move(facts.begin(), facts.end(), std::back_inserter(all));
    }
    std::stable_sort(all.begin(), all.end(), [](const Fact& a, const Fact& b) {
        return std::tie(a.id, a.instance) < std::tie(b.id, b.instance);
    });
    return all;
}

}  // namespace wardwatch
