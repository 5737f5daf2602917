// Host, Security Center, WMI and user profiles.

#include "tests/recorded_ports.h"

#include <array>

#include "tests/recorded_json.h"

namespace wardwatch {
namespace {

using nlohmann::json;

OperatingSystem parse_operating_system(const json& object) {
    allow_only(object, {"name", "version", "build"});
    OperatingSystem system{object.at("name").get<std::string>(), object.at("version").get<std::string>(), std::nullopt};
    if (object.contains("build")) system.build = object.at("build").get<int>();
    return system;
}

Membership parse_membership(const json& object) {
    allow_only(object, {"kind", "name"});
    return {object.at("kind").get<std::string>(), object.value("name", "")};
}

AntivirusState parse_state(const std::string& name) {
    constexpr std::array<std::string_view, 4> names = {"on", "off", "snoozed", "expired"};
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw std::runtime_error("unknown antivirus state \"" + name + "\"");
    return static_cast<AntivirusState>(found - names.begin());
}

std::vector<AntivirusProduct> parse_products(const json& list) {
    std::vector<AntivirusProduct> products;
    for (const json& object : list) {
        allow_only(object,
                   {"name", "guid", "program", "state", "definitions_current", "days_until_expired", "windows_own"});
        AntivirusProduct product;
        product.name = object.at("name").get<std::string>();
        product.guid = object.value("guid", "");
        product.program = object.value("program", "");
        product.state = parse_state(object.at("state").get<std::string>());
        product.definitions_current = object.at("definitions_current").get<bool>();
        product.windows_own = object.value("windows_own", false);
        if (object.contains("days_until_expired")) {
            product.days_until_expired = object.at("days_until_expired").get<std::uint32_t>();
        }
        products.push_back(std::move(product));
    }
    return products;
}

WmiValue parse_wmi_value(const json& value) {
    if (value.is_null()) return std::monostate{};
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number_integer()) return value.get<std::int64_t>();
    return value.get<std::string>();
}

std::vector<WmiRow> parse_rows(const json& list) {
    std::vector<WmiRow> rows;
    for (const json& object : list) {
        WmiRow& row = rows.emplace_back();
        for (const auto& [column, value] : object.items()) row.emplace(column, parse_wmi_value(value));
    }
    return rows;
}

// "SELECT a, b FROM Class WHERE …" → "class".
std::string class_of(std::string_view wql) {
    const std::string lower = lower_case(wql);
    const std::size_t from = lower.find(" from ");
    if (from == std::string::npos) throw std::runtime_error("a WMI query without FROM: " + std::string(wql));
    const std::size_t begin = from + 6;
    return lower.substr(begin, lower.find(' ', begin) - begin);
}

std::vector<UserProfile> parse_profiles(const json& list) {
    std::vector<UserProfile> profiles;
    for (const json& object : list) {
        allow_only(object, {"folder", "sid", "last_used_at"});
        const std::string folder = object.at("folder").get<std::string>();
        const std::u8string utf8(folder.begin(), folder.end());
        UserProfile& profile = profiles.emplace_back(
            UserProfile{folder, object.value("sid", ""), std::filesystem::path(u8"C:/Users") / utf8, true, {}});
        if (object.contains("last_used_at")) {
            profile.last_used_at = parse_instant(object.at("last_used_at").get<std::string>());
        }
    }
    return profiles;
}

}  // namespace

RecordedHost::RecordedHost(const json& object)
    : name_(recorded(member(object, "name"), parse_text)),
      operating_system_(recorded(member(object, "operating_system"), parse_operating_system)),
      membership_(recorded(member(object, "membership"), parse_membership)),
      time_zone_(recorded(member(object, "time_zone"), parse_text)) {
    if (!object.is_null()) allow_only(object, {"name", "operating_system", "membership", "time_zone"});
}

std::string RecordedHost::name() const { return answer(name_); }
OperatingSystem RecordedHost::operating_system() const { return answer(operating_system_); }
Membership RecordedHost::membership() const { return answer(membership_); }
std::string RecordedHost::time_zone() const { return answer(time_zone_); }

RecordedSecurityCenter::RecordedSecurityCenter(const json& list) : products_(recorded(list, parse_products)) {}

std::vector<AntivirusProduct> RecordedSecurityCenter::antivirus_products(std::chrono::seconds) const {
    return answer(products_);
}

RecordedWmi::RecordedWmi(const json& list)
    : tables_(recorded(list, [](const json& tables) {
          Tables parsed;
          for (const json& table : tables) {
              allow_only(table, {"namespace", "class", "rows"});
              parsed.emplace(std::pair(lower_case(table.at("namespace").get<std::string>()),
                                       lower_case(table.at("class").get<std::string>())),
                             recorded(table.at("rows"), parse_rows));
          }
          return parsed;
      })) {}

std::vector<WmiRow> RecordedWmi::query(std::string_view name_space, std::string_view wql, std::chrono::seconds) const {
    const Tables& tables = answer(tables_);
    const auto found = tables.find({lower_case(name_space), class_of(wql)});
    if (found != tables.end()) return answer(found->second);
    // In the words of the Windows port: the machines run under Wine, too.
    const bool known = std::any_of(tables.begin(), tables.end(),
                                   [&](const auto& table) { return table.first.first == lower_case(name_space); });
    if (known) throw PortError(in_words("the WMI query failed with 0x80041010 (this PC has no such WMI class)"));
    throw PortError(in_words("connecting to WMI " + std::string(name_space) +
                             " failed with 0x8004100e (this PC has no such WMI namespace)"));
}

RecordedUserProfiles::RecordedUserProfiles(const json& list) : profiles_(recorded(list, parse_profiles)) {}

std::vector<UserProfile> RecordedUserProfiles::all() const { return answer(profiles_); }

}  // namespace wardwatch
