// Users' own parts of the registry (HKU\<SID>), which Windows has loaded only while they are logged on.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "collectors/machine/registry.h"

namespace wardwatch {

/// By SID: the values that were asked for, as they were when the hive was loaded last; "key\name" → number or text. A
/// SID without values was seen and has none of them.
struct KnownHives {
    std::map<std::string, std::map<std::string, RegistryData>> of_sid;
    bool operator==(const KnownHives&) const = default;
};

class UserHives {
public:
    enum class State { loaded, remembered, never_seen };

    /// Which hives are loaded is asked now. What is read is kept in `known` and read from there when the hive is not
    /// loaded; both must outlive this object. Never throws: where Windows does not tell, none is loaded.
    UserHives(const Registry& registry, KnownHives& known);

    State state(const std::string& sid) const;
    /// `key` below the hive, without its name. Empty when there is none, and when the hive was never seen.
    std::optional<RegistryData> value(const std::string& sid, const std::string& key, const std::string& name) const;

private:
    const Registry& registry_;
    KnownHives& known_;
    std::set<std::string> loaded_;
};

}  // namespace wardwatch
