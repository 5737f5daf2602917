#include "reporting/central/openapi.h"

#include <string_view>

#include "embedded/openapi_base_json.h"
#include "embedded/openapi_devices_json.h"
#include "embedded/openapi_people_json.h"

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

json openapi_document() {
    json document;
    for (const std::string_view area :
         {embedded::openapi_base_json, embedded::openapi_people_json, embedded::openapi_devices_json})
        document.merge_patch(json::parse(area));
    for (auto& [path, item] : document.at("paths").items()) {
        for (auto& [method, operation] : item.items()) complete(method, operation);
        if (path.find('{') != std::string::npos) item["parameters"] = path_parameters(path);
    }
    return document;
}

}  // namespace wardwatch
