#include "collectors/linux/shadow.h"

#include "embedded/reasons.h"

#include <charconv>

namespace wardwatch {
namespace {

using std::chrono::days;

// From this number of days on, useradd and chage mean "never" (login.defs ships PASS_MAX_DAYS 99999).
constexpr std::int64_t no_maximum = 99999;

std::optional<std::int64_t> number(std::string_view field) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (field.empty() || error != std::errc() || end != field.data() + field.size() || value < 0) return std::nullopt;
    return value;
}

// A locked password keeps its hash behind the "!".
bool holds_hash(std::string_view password) { return password.find_first_not_of("!*") != std::string_view::npos; }

MaybeInstant changed_at(const ShadowEntry& entry) {
    if (!holds_hash(entry.password)) return std::monostate{};
    if (!entry.changed) return Unknown{reasons::shadow_holds_no_date()};
    if (*entry.changed == 0) return Unknown{reasons::must_change_password_on_linux()};
    return Instant{days{*entry.changed}};
}

}  // namespace

std::vector<std::string_view> split_fields(std::string_view line) {
    std::vector<std::string_view> fields;
    for (;;) {
        const std::size_t colon = line.find(':');
        fields.push_back(line.substr(0, colon));
        if (colon == std::string_view::npos) return fields;
        line.remove_prefix(colon + 1);
    }
}

std::optional<ShadowEntry> parse_shadow_entry(const std::vector<std::string_view>& fields) {
    if (fields.size() < 8) return std::nullopt;
    return ShadowEntry{std::string(fields[1]), number(fields[2]), number(fields[4]), number(fields[7])};
}

void apply_shadow(const ShadowEntry& entry, Instant now, Account& account) {
    const std::int64_t today = std::chrono::floor<days>(now).time_since_epoch().count();
    const bool ages = entry.maximum && *entry.maximum < no_maximum;
    // crypt(5): a hash never begins with these; usermod -L puts "!" before it.
    const bool logon = !entry.password.starts_with('!') && !entry.password.starts_with('*');
    account.enabled = !entry.expires || *entry.expires > today;
    account.password_logon = logon;
    account.password_changed_at = changed_at(entry);
    account.password_not_required = entry.password.empty();
    account.password_never_expires = !ages;
    account.password_expired =
        entry.changed && (*entry.changed == 0 || (ages && *entry.changed + *entry.maximum < today));
}

}  // namespace wardwatch
