// Check: what this PC is, which agent asked, and whether Windows has a valid licence.

#include "collectors/machine/host.h"

#include <algorithm>
#include <exception>

#include "collectors/core/collector.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/wmi.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// A host fact that cannot be read is Unknown alone: a PC whose time zone is broken still has a name.
template <class Read>
Value value_or_reason(Read read) {
    try {
        return read();
    } catch (const std::exception& error) {
        return Unknown{why(error)};
    }
}

void add_operating_system(const Host& host, Facts& facts) {
    try {
        const OperatingSystem system = host.operating_system();
        facts.push_back({"host.os_name", "", system.name, "system"});
        facts.push_back({"host.os_version", "", system.version, "system"});
        if (system.build) facts.push_back({"host.os_build", "", std::int64_t{*system.build}, "system"});
    } catch (const std::exception& error) {
        for (const char* id : {"host.os_name", "host.os_version"}) {
            facts.push_back({id, "", Unknown{why(error)}, "system"});
        }
    }
}

void add_membership(const Host& host, Facts& facts) {
    try {
        const Membership membership = host.membership();
        facts.push_back({"host.membership", "", membership.kind, "system"});
        if (!membership.name.empty()) facts.push_back({"host.membership_name", "", membership.name, "system"});
    } catch (const std::exception& error) {
        facts.push_back({"host.membership", "", Unknown{why(error)}, "system"});
    }
}

// The ApplicationID is Windows itself; Office and others have rows in the same class. Only rows with a key count: the
// class also lists every edition that could be installed. LicenseStatus 1 is "licensed".
Value windows_activated(const Wmi& wmi, std::chrono::seconds limit) {
    const std::vector<WmiRow> rows =
        wmi.query("ROOT\\CIMV2",
                  "SELECT LicenseStatus FROM SoftwareLicensingProduct WHERE ApplicationID = "
                  "'55c92734-d682-4d71-983e-d6ec3f16059f' AND PartialProductKey IS NOT NULL",
                  limit);
    if (rows.empty()) return Unknown{reasons::no_windows_licence()};
    return std::any_of(rows.begin(), rows.end(), [](const WmiRow& row) {
        const auto status = row.find("LicenseStatus");
        return status != row.end() && status->second == WmiValue{std::int64_t{1}};
    });
}

}  // namespace

Facts collect_host(const Machine& machine, const ScanOptions& options) {
    Facts facts;
    facts.push_back({"host.name", "", value_or_reason([&] { return machine.host.name(); }), "system"});
    add_operating_system(machine.host, facts);
    add_membership(machine.host, facts);
    facts.push_back({"host.time_zone", "", value_or_reason([&] { return machine.host.time_zone(); }), "system"});
    facts.push_back({"host.agent_version", "", std::string(WARDWATCH_VERSION), "agent"});
    facts.push_back({"host.windows_activated", "",
                     value_or_reason([&] { return windows_activated(machine.wmi, options.call_limit); }), "wmi"});
    return facts;
}

}  // namespace wardwatch
