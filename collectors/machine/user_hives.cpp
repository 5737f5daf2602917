#include "collectors/machine/user_hives.h"

#include "collectors/machine/machine.h"

namespace wardwatch {
namespace {

// Paths of Windows end at 32,767; what is longer than this is nobody's folder and fills the agent's database.
constexpr std::size_t longest_text = 1'000;

bool may_be_kept(const RegistryData& data) {
    const auto* text = std::get_if<std::string>(&data);
    return text != nullptr ? text->size() <= longest_text : std::holds_alternative<std::uint64_t>(data);
}

}  // namespace

UserHives::UserHives(const Registry& registry, KnownHives& known) : registry_(registry), known_(known) {
    try {
        for (std::string& sid : registry.subkeys(Hive::users, "")) {
            const bool person = sid.starts_with("S-1-5-21-") || sid.starts_with("S-1-12-1-");
            if (!person || sid.ends_with("_Classes")) continue;
            known_.of_sid.try_emplace(sid);
            loaded_.insert(std::move(sid));
        }
    } catch (const PortError&) {
        loaded_.clear();
    }
}

UserHives::State UserHives::state(const std::string& sid) const {
    if (loaded_.contains(sid)) return State::loaded;
    return known_.of_sid.contains(sid) ? State::remembered : State::never_seen;
}

std::optional<RegistryData> UserHives::value(const std::string& sid, const std::string& key,
                                             const std::string& name) const {
    const State now = state(sid);
    if (now == State::never_seen) return std::nullopt;
    std::map<std::string, RegistryData>& kept = known_.of_sid[sid];
    const std::string path = key + "\\" + name;
    if (now == State::remembered) {
        const auto found = kept.find(path);
        return found == kept.end() ? std::nullopt : std::optional(found->second);
    }
    std::optional<RegistryData> data = registry_.value(Hive::users, sid + "\\" + key, name);
    if (data && may_be_kept(*data)) {
        kept.insert_or_assign(path, *data);
    } else {
        kept.erase(path);
    }
    return data;
}

}  // namespace wardwatch
