// A report's facts, found by id and instance, with the reason when one is not there.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "collectors/core/report.h"

namespace wardwatch {

/// Refers to the facts, which must outlive it.
class FactTable {
public:
    explicit FactTable(const Facts& facts);

    /// Null when the report does not hold it.
    const Fact* find(std::string_view id, std::string_view instance) const;

    /// The fact's value. Unknown when it is missing (with the reason of its collector when that failed), and when the
    /// report holds two different ones.
    Value value(std::string_view id, std::string_view instance) const;

    /// The instances that facts of this id have, in alphabetical order.
    std::set<std::string_view> instances(std::string_view id) const;

    /// Why nothing is known about the collector that this fact comes from: it failed or yielded nothing. Empty when it
    /// yielded at least one fact.
    std::optional<Reason> collector_silence(std::string_view fact_id) const;

private:
    struct Entry {
        const Fact* fact;
        bool contradicted;
    };
    std::map<std::string_view, std::map<std::string_view, Entry>> by_id_;
    std::map<std::string_view, std::optional<Reason>>
        collectors_;  ///< name → why it failed; empty when it yielded facts
};

}  // namespace wardwatch
