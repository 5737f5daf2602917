#include <charconv>
#include <set>

#include "tests/recorded_json.h"

namespace wardwatch {
namespace {

using nlohmann::json;

std::vector<std::byte> parse_hexadecimal(const std::string& text) {
    if (text.size() % 2 != 0) throw std::runtime_error("binary registry data needs pairs of digits: " + text);
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        unsigned char byte = 0;
        const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
        if (error != std::errc() || end != text.data() + i + 2) {
            throw std::runtime_error("not hexadecimal: " + text);
        }
        bytes.push_back(std::byte{byte});
    }
    return bytes;
}

RegistryData parse_data(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return value.get<std::uint64_t>();
    if (value.is_array()) return value.get<std::vector<std::string>>();
    allow_only(value, {"binary"});
    return parse_hexadecimal(value.at("binary").get<std::string>());
}

}  // namespace

RecordedRegistry::RecordedRegistry(const json& object)
    : hives_(recorded(object, [](const json& hives) {
          allow_only(hives, {"local_machine", "local_machine_32", "users", "users_32"});
          std::map<std::pair<Hive, RegistryView>, Keys> parsed;
          for (const auto& [name, keys] : hives.items()) {
              const Hive hive = name.starts_with("users") ? Hive::users : Hive::local_machine;
              const RegistryView view = name.ends_with("_32") ? RegistryView::wow64_32 : RegistryView::native;
              for (const auto& [path, values] : keys.items()) {
                  Key& key = parsed[{hive, view}][lower_case(path)];
                  key.written = path;
                  for (const auto& [value, data] : values.items()) {
                      key.values.emplace(lower_case(value), parse_data(data));
                  }
              }
          }
          return parsed;
      })) {}

std::optional<RegistryData> RecordedRegistry::value(Hive hive, std::string_view key, std::string_view name,
                                                    RegistryView view) const {
    const auto& hives = answer(hives_);
    const auto keys = hives.find({hive, view});
    if (keys == hives.end()) return std::nullopt;
    const auto found_key = keys->second.find(lower_case(key));
    if (found_key == keys->second.end()) return std::nullopt;
    const auto found = found_key->second.values.find(lower_case(name));
    return found == found_key->second.values.end() ? std::nullopt : std::optional(found->second);
}

// A key exists when it is recorded or lies on the way to one.
std::vector<std::string> RecordedRegistry::subkeys(Hive hive, std::string_view key, RegistryView view) const {
    const auto& hives = answer(hives_);
    const auto keys = hives.find({hive, view});
    if (keys == hives.end()) return {};
    const std::string prefix = key.empty() ? "" : lower_case(key) + "\\";
    std::set<std::string> names;
    for (const auto& [path, recorded_key] : keys->second) {
        if (!path.starts_with(prefix)) continue;
        const std::string rest = recorded_key.written.substr(prefix.size());
        names.insert(rest.substr(0, rest.find('\\')));
    }
    return {names.begin(), names.end()};
}

}  // namespace wardwatch
