#include "collectors/core/run.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <tuple>

namespace wardwatch {
namespace {

Facts run_one(const Collector& collector, const Machine& machine, const ScanOptions& options) {
    const auto not_asked = std::ranges::find(options.not_asked, collector.name, &NotAsked::collector);
    if (not_asked != options.not_asked.end()) {
        return {{std::string(collector.name), "", Unknown{not_asked->reason}, not_asked->source}};
    }
    try {
        return collector.collect(machine, options);
    } catch (const std::exception& error) {
        return {{std::string(collector.name), "", Unknown{why(error)}, "collector"}};
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
