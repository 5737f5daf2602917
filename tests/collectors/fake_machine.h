// A PC of fake files, users and registry; what it has not throws.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectors/machine/accounts.h"
#include "collectors/machine/host.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/registry.h"
#include "collectors/machine/security_center.h"
#include "collectors/machine/services.h"
#include "collectors/machine/user_profiles.h"
#include "collectors/machine/wmi.h"
#include "tests/collectors/fakes.h"

namespace wardwatch::test {

class FakeUsers : public UserProfiles {
public:
    std::vector<UserProfile> users;
    std::vector<UserProfile> all() const override { return users; }
};

/// Values by "HKLM\key\name" or "HKU\key\name".
class FakeRegistry : public Registry {
public:
    std::map<std::string, RegistryData> values;

    std::optional<RegistryData> value(Hive hive, std::string_view key, std::string_view name,
                                      RegistryView view) const override {
        if (view != RegistryView::native) return std::nullopt;
        const auto found = values.find(full(hive, key) + "\\" + std::string(name));
        return found == values.end() ? std::nullopt : std::optional(found->second);
    }
    std::vector<std::string> subkeys(Hive hive, std::string_view key, RegistryView view) const override {
        std::vector<std::string> names;
        if (view != RegistryView::native) return names;
        const std::string prefix = key.empty() ? full(hive, key) : full(hive, key) + "\\";
        for (const auto& [path, data] : values) {
            if (!path.starts_with(prefix)) continue;
            const std::size_t end = path.find('\\', prefix.size());
            if (end == std::string::npos) continue;
            std::string name = path.substr(prefix.size(), end - prefix.size());
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
        }
        return names;
    }

private:
    static std::string full(Hive hive, std::string_view key) {
        return (hive == Hive::local_machine ? "HKLM\\" : "HKU\\") + std::string(key);
    }
};

struct FakeMachine {
    FakeFiles files;
    FakeUsers user_profiles;
    FakeRegistry registry;

    /// Only these three ports: collectors of browsers ask no other.
    Machine machine() const;
};

}  // namespace wardwatch::test
