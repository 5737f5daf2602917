#include "collectors/credential_stores/last_counts.h"

#include <algorithm>

namespace wardwatch {
namespace {

constexpr std::string_view collector = "browser_credentials.";
constexpr std::string_view last_prefix = "last_";

bool is_kept(std::string_view field) { return std::ranges::find(kept_counts, field) != kept_counts.end(); }

}  // namespace

LastCounts::LastCounts(const Facts& previous, const std::optional<Instant>& at) {
    if (!at) return;
    std::map<std::string, Instant> older;
    for (const Fact& fact : previous) {
        const auto* time = std::get_if<Instant>(&fact.value);
        if (time != nullptr && fact.id == "browser_credentials.last_counted_at") older[fact.instance] = *time;
    }
    for (const Fact& fact : previous) {
        const auto* count = std::get_if<std::int64_t>(&fact.value);
        if (count == nullptr || !fact.id.starts_with(collector)) continue;
        std::string_view field = std::string_view(fact.id).substr(collector.size());
        if (is_kept(field)) {
            counts_[fact.instance].insert_or_assign(std::string(field), Count{*count, *at});
            continue;
        }
        if (!field.starts_with(last_prefix) || !is_kept(field.substr(last_prefix.size()))) continue;
        const auto time = older.find(fact.instance);
        if (time == older.end()) continue;
        counts_[fact.instance].try_emplace(std::string(field.substr(last_prefix.size())), Count{*count, time->second});
    }
}

std::optional<LastCounts::Count> LastCounts::of(const std::string& instance, std::string_view field) const {
    const auto profile = counts_.find(instance);
    if (profile == counts_.end()) return std::nullopt;
    const auto count = profile->second.find(field);
    return count == profile->second.end() ? std::nullopt : std::optional(count->second);
}

}  // namespace wardwatch
