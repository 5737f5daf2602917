// `wardwatch facts`: the catalog, as a table or as JSON.
#include <nlohmann/json.hpp>

#include "agent/cli/cli.h"
#include "agent/system/console.h"
#include "collectors/core/collector.h"
#include "reporting/policy/describe.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {
namespace {

const char* name_of(ValueType type) {
    switch (type) {
        case ValueType::boolean:
            return "boolean";
        case ValueType::integer:
            return "integer";
        case ValueType::text:
            return "text";
        case ValueType::instant:
            break;
    }
    return "instant";
}

std::string for_machines() {
    nlohmann::json list = nlohmann::json::array();
    for (const Collector& collector : catalog())
        for (const FactInfo& fact : collector.facts)
            list.push_back({{"id", fact.id},
                            {"collector", collector.name},
                            {"type", name_of(fact.type)},
                            {"meaning", fact.meaning},
                            {"label",
                             {{"vi", label_of(baseline(), fact.id, Language::vi)},
                              {"en", label_of(baseline(), fact.id, Language::en)}}}});
    return list.dump(2) + "\n";
}

std::string for_people(const Invocation& invocation) {
    std::string text;
    for (const Collector& collector : catalog()) {
        std::vector<std::vector<std::string>> rows;
        for (const FactInfo& fact : collector.facts)
            rows.push_back(
                {std::string(fact.id), name_of(fact.type), label_of(baseline(), fact.id, invocation.language)});
        text += std::string(text.empty() ? "" : "\n") + std::string(collector.name) + "\n" + table(rows, "  ");
    }
    return text;
}

}  // namespace

Exit verb_facts(const Invocation& invocation) {
    print(invocation.json ? for_machines() : for_people(invocation));
    return Exit::ok;
}

}  // namespace wardwatch
