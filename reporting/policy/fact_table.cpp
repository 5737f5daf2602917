#include "reporting/policy/fact_table.h"

#include "embedded/reasons.h"

namespace wardwatch {
namespace {

std::string_view collector_of(std::string_view fact_id) { return fact_id.substr(0, fact_id.find('.')); }

}  // namespace

FactTable::FactTable(const Facts& facts) {
    for (const Fact& fact : facts) {
        const auto [entry, added] = by_id_[fact.id].try_emplace(fact.instance, Entry{&fact, false});
        if (!added && entry->second.fact->value != fact.value) entry->second.contradicted = true;
        const auto* unknown = std::get_if<Unknown>(&fact.value);
        std::optional<Reason>& failure = collectors_[collector_of(fact.id)];
        // A fact whose id is the collector's own name says that the whole collector failed.
        if (unknown != nullptr && fact.id == collector_of(fact.id))
            failure = sentence_of(unknown->reason).empty() ? reasons::no_reason() : unknown->reason;
    }
}

const Fact* FactTable::find(std::string_view id, std::string_view instance) const {
    const auto of_id = by_id_.find(id);
    if (of_id == by_id_.end()) return nullptr;
    const auto entry = of_id->second.find(instance);
    return entry == of_id->second.end() ? nullptr : entry->second.fact;
}

Value FactTable::value(std::string_view id, std::string_view instance) const {
    const Fact* fact = find(id, instance);
    if (fact == nullptr) {
        return Unknown{collector_silence(id).value_or(reasons::not_in_report())};
    }
    if (by_id_.at(id).at(instance).contradicted) return Unknown{reasons::reported_twice()};
    return fact->value;
}

std::set<std::string_view> FactTable::instances(std::string_view id) const {
    std::set<std::string_view> instances;
    const auto of_id = by_id_.find(id);
    if (of_id == by_id_.end()) return instances;
    for (const auto& [instance, ignored] : of_id->second) instances.insert(instance);
    return instances;
}

std::optional<Reason> FactTable::collector_silence(std::string_view fact_id) const {
    const auto collector = collectors_.find(collector_of(fact_id));
    return collector == collectors_.end() ? reasons::not_in_report() : collector->second;
}

}  // namespace wardwatch
