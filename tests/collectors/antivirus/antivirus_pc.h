// A PC of which a test says what its antivirus is asked for, and what the check makes of it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "collectors/core/collector.h"
#include "collectors/machine/machine.h"
#include "tests/recorded_ports.h"

namespace wardwatch {

Facts collect_antivirus(const Machine&, const ScanOptions&);

namespace antivirus_test {

using nlohmann::json;

inline const Instant noon = parse_instant("2026-11-22T12:00:00Z");

struct Pc {
    json security_center = json::array();
    json registry = json::object();
    json services = {{"services", json::object()}};
    json files = json::object();
    json wmi = json::array();

    Facts scan(Instant now = noon, Facts previous = {}) const {
        const RecordedHost host{json{}};
        const RecordedRegistry keys{registry};
        const RecordedSecurityCenter center{security_center};
        const RecordedWmi classes{wmi};
        const RecordedAccounts accounts{json{}, json{}, json{}};
        const RecordedUserProfiles profiles{json{}};
        const RecordedFiles disk{files};
        const RecordedServices manager{services};
        ScanOptions options;
        options.now = now;
        options.previous = std::move(previous);
        return collect_antivirus({host, keys, center, classes, accounts, profiles, disk, manager}, options);
    }
};

inline json product(const char* name, const char* state = "on") {
    return {{"name", name}, {"state", state}, {"definitions_current", true}};
}

inline const Fact* find(const Facts& facts, std::string_view id, std::string_view instance = {}) {
    for (const Fact& fact : facts) {
        if (fact.id == id && (instance.empty() || fact.instance == instance)) return &fact;
    }
    return nullptr;
}

/// What the first fact of this id holds, in words; "absent" without one.
inline std::string told(const Facts& facts, std::string_view id, std::string_view instance = {}) {
    const Fact* fact = find(facts, id, instance);
    if (fact == nullptr) return "absent";
    if (const auto* unknown = std::get_if<Unknown>(&fact->value)) return "unknown: " + sentence_of(unknown->reason);
    if (const auto* text = std::get_if<std::string>(&fact->value)) return *text;
    if (const auto* yes = std::get_if<bool>(&fact->value)) return *yes ? "true" : "false";
    if (const auto* number = std::get_if<std::int64_t>(&fact->value)) return std::to_string(*number);
    return format_instant(std::get<Instant>(fact->value));
}

}  // namespace antivirus_test
}  // namespace wardwatch
