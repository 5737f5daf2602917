// Puts the areas' descriptions together and holds them against the routes.
#include "reporting/central/api/openapi.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "embedded/openapi_base_json.h"
#include "embedded/openapi_devices_json.h"
#include "embedded/openapi_notes_json.h"
#include "embedded/openapi_notices_json.h"
#include "embedded/openapi_operation_json.h"
#include "embedded/openapi_people_json.h"
#include "embedded/openapi_policy_json.h"
#include "embedded/openapi_privacy_json.h"
#include "embedded/openapi_registers_json.h"
#include "embedded/openapi_views_json.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

using nlohmann::json;

namespace {

/// "/devices/{device_id}" → a required text "device_id".
json path_parameters(std::string_view path) {
    json parameters = json::array();
    for (std::size_t begin = path.find('{'); begin != std::string_view::npos; begin = path.find('{', begin + 1)) {
        const std::string_view name = path.substr(begin + 1, path.find('}', begin) - begin - 1);
        parameters.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
    }
    return parameters;
}

void complete(const std::string& method, json& operation) {
    json& responses = operation["responses"];
    responses["default"] = {
        {"description", "What is wrong, and what to do"},
        {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
    if (method == "get") responses["304"] = {{"description", "The caller has this answer already (If-None-Match)"}};
    if (operation.at("x-right") == "none") operation["security"] = json::array();
}

}  // namespace

json openapi_description() {
    using namespace embedded;
    json document;
    for (const std::string_view area :
         {openapi_base_json, openapi_people_json, openapi_devices_json, openapi_views_json, openapi_notes_json,
          openapi_notices_json, openapi_policy_json, openapi_privacy_json, openapi_registers_json,
          openapi_operation_json})
        document.merge_patch(parse_own(area));
    for (auto& [path, item] : document.at("paths").items()) {
        for (auto& [method, operation] : item.items()) complete(method, operation);
        if (path.find('{') != std::string::npos) item["parameters"] = path_parameters(path);
    }
    return document;
}

json openapi_document(std::span<const Route> routes) {
    std::set<std::string, std::less<>> known;
    for (const Route& route : routes) {
        std::string method{route.method};
        std::transform(method.begin(), method.end(), method.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        known.insert(method + " " + std::string{route.pattern});
    }
    json document = openapi_description();
    json paths = json::object();
    for (const auto& [path, item] : document.at("paths").items()) {
        json kept = json::object();
        for (const auto& [method, operation] : item.items()) {
            if (known.contains(method + " " + pattern_of(path))) kept[method] = operation;
        }
        if (kept.empty()) continue;
        if (item.contains("parameters")) kept["parameters"] = item.at("parameters");
        paths[path] = std::move(kept);
    }
    document["paths"] = std::move(paths);
    return document;
}

std::string pattern_of(std::string_view described_path) {
    std::string pattern;
    bool within = false;
    for (const char c : described_path) {
        if (c == '}') within = false;
        if (!within) pattern += c;
        if (c == '{') within = true;
    }
    return pattern;
}

}  // namespace wardwatch
