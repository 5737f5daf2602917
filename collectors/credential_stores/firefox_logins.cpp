#include "collectors/credential_stores/firefox_logins.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "collectors/core/wipe.h"

namespace wardwatch {
namespace {

// What the JSON parser keeps its current token in. Its reader of binary formats, not used here, wants the conversion.
struct Token : WipedString {
    using WipedString::WipedString;
    Token(const std::string& text) : WipedString(text.begin(), text.end()) {}
};
using Json = nlohmann::basic_json<std::map, std::vector, Token>;

// Milliseconds since 1970; what is no such time counts as unset.
std::optional<Instant> to_instant(double milliseconds) {
    constexpr double year_10000 = 253'402'300'800'000.0;
    if (!std::isfinite(milliseconds) || milliseconds <= 0 || milliseconds >= year_10000) return std::nullopt;
    return Instant(std::chrono::seconds(static_cast<std::int64_t>(milliseconds / 1000)));
}

struct Entry {
    WipedString host;
    bool deleted = false;
    std::optional<Instant> changed;
};

// Follows the parser's events: { "logins": [ { entry }, … ], … }. A tree in memory is never built.
class Counter {
public:
    explicit Counter(const OfficialHosts& official_hosts) : official_hosts_(official_hosts) {}

    FirefoxLogins result;

    bool key(Token& name) {
        if (depth_ == root_level) in_logins_ = name == "logins";
        key_ = name;
        return true;
    }
    bool string(Token& text) {
        if (in_entry() && key_ == "hostname") entry_.host = text;
        return scalar();
    }
    bool boolean(bool value) {
        if (in_entry() && key_ == "deleted") entry_.deleted = value;
        return scalar();
    }
    bool number_integer(std::int64_t value) { return number(static_cast<double>(value)); }
    bool number_unsigned(std::uint64_t value) { return number(static_cast<double>(value)); }
    bool number_float(double value, const Token&) { return number(value); }
    bool null() { return scalar(); }
    bool binary(Json::binary_t&) { return false; }

    bool start_object(std::size_t) {
        if (in_logins_ && depth_ == root_level) return false;
        ++depth_;
        if (in_entry()) entry_ = Entry();
        return depth_ <= deepest;
    }
    bool end_object() {
        if (in_entry()) take_entry();
        --depth_;
        return true;
    }
    bool start_array(std::size_t) { return depth_ != 0 && ++depth_ <= deepest; }
    bool end_array() {
        --depth_;
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) { return false; }

private:
    static constexpr int root_level = 1;
    static constexpr int entry_level = 3;
    static constexpr int deepest = 16;

    bool in_entry() const { return in_logins_ && depth_ == entry_level; }
    // Neither the document nor `logins` may be a plain value; null stands for an empty list.
    bool scalar() { return depth_ != 0; }
    bool number(double value) {
        if (in_entry() && (key_ == "timeCreated" || key_ == "timePasswordChanged")) {
            entry_.changed = std::max(entry_.changed, to_instant(value));
        }
        return scalar();
    }
    void take_entry() {
        // Firefox keeps its own account's key as an entry, which it shows to nobody.
        if (entry_.deleted || entry_.host.empty() || entry_.host == "chrome://FirefoxAccounts") return;
        ++result.saved;
        if (official_hosts_.match_url(entry_.host)) {
            ++result.official;
            result.official_age.add(entry_.changed);
        }
        result.newest_change = std::max(result.newest_change, entry_.changed);
    }

    const OfficialHosts& official_hosts_;
    int depth_ = 0;
    bool in_logins_ = false;
    WipedString key_;
    Entry entry_;
};

}  // namespace

std::optional<FirefoxLogins> count_firefox_logins(std::string_view json, const OfficialHosts& official_hosts) {
    Counter counter(official_hosts);
    if (!Json::sax_parse(json.begin(), json.end(), &counter)) return std::nullopt;
    return counter.result;
}

}  // namespace wardwatch
