// Members as the OpenAPI document has them.
#include "reporting/central/privacy/json.h"

#include <nlohmann/json.hpp>

namespace wardwatch {

using nlohmann::json;

json erased_json(const ErasedDevice& erased) {
    return {{"reports", erased.reports},
            {"verdict_changes", erased.verdict_changes},
            {"notes", erased.notes},
            {"dead_letters", erased.dead_letters}};
}

json erased_json(const PersonData::Erased& erased) {
    json left = json::array();
    for (const PersonData::Left& each : erased.left)
        left.push_back({{"kind", each.kind}, {"device_id", each.device_id}, {"name", each.name}});
    return {
        {"reports", erased.reports}, {"verdict_changes", erased.verdict_changes}, {"waivers", erased.waivers},
        {"cards", erased.cards},     {"web_accounts", erased.web_accounts},       {"dead_letters", erased.dead_letters},
        {"left", std::move(left)}};
}

}  // namespace wardwatch
