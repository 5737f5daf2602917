#include "agent/config.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "agent/service/protected_files.h"

namespace wardwatch {
namespace {

using nlohmann::json;

constexpr std::size_t longest_text = 300;

// Takes known members out of the object; what is left over at the end is unknown.
class Members {
public:
    Members(json object, std::string_view file_name, std::vector<std::string>& problems)
        : object_(std::move(object)), file_name_(file_name), problems_(problems) {}

    std::optional<json> take(const char* member) {
        const auto found = object_.find(member);
        if (found == object_.end()) return std::nullopt;
        json value = std::move(*found);
        object_.erase(found);
        return value;
    }

    void complain(std::string_view member, const std::string& what) {
        problems_.push_back(std::string(file_name_) + ": " + std::string(member) + " " + what);
    }

    template <class Number>
    void number(const char* member, Number& target, std::int64_t least, std::int64_t most) {
        const std::optional<json> value = take(member);
        if (!value) return;
        const bool fits = value->is_number_integer() && *value >= least && *value <= most;
        if (fits)
            target = Number(value->get<std::int64_t>());
        else
            complain(member, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most) +
                                 "; the default is used");
    }

    /// `normal` returns the text to use, or "" when it is not acceptable.
    template <class Normal>
    void text(const char* member, std::string& target, Normal normal, const std::string& expected) {
        const std::optional<json> value = take(member);
        if (!value) return;
        const std::string accepted = value->is_string() ? normal(value->template get<std::string>()) : std::string();
        if (accepted.empty())
            complain(member, "must be " + expected + "; it is ignored");
        else
            target = accepted;
    }

    void refuse_the_rest() {
        for (const auto& [member, value] : object_.items())
            complain(member.substr(0, longest_text), "is not a setting: remove it or correct its spelling");
    }

private:
    json object_;
    std::string_view file_name_;
    std::vector<std::string>& problems_;
};

std::string url_or_nothing(const std::string& text) {
    const bool fits = text.starts_with("https://") && text.size() > 8 && text.size() <= longest_text &&
                      text.find_first_of(" \t\r\n\"@") == std::string::npos;
    return fits ? text : std::string();
}

std::string level_or_nothing(const std::string& text) {
    return text == "debug" || text == "info" || text == "warning" || text == "error" ? text : std::string();
}

void read_hosts(Members& members, Config& config) {
    const std::optional<json> value = members.take("official_hosts");
    if (!value) return;
    const bool fits = value->is_array() && std::all_of(value->begin(), value->end(), [](const json& host) {
                          return host.is_string() && !host.get_ref<const std::string&>().empty();
                      });
    if (fits)
        config.official_hosts = value->get<std::vector<std::string>>();
    else
        members.complain("official_hosts", "must be a list of host patterns such as \"*.hanoi.gov.vn\"; it is ignored");
}

std::string_view without_bom(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return text;
}

}  // namespace

LoadedConfig parse_config(std::string_view text, std::string_view file_name) {
    LoadedConfig loaded;
    json object;
    try {
        object = json::parse(without_bom(text));
    } catch (const json::parse_error& error) {
        loaded.problems.push_back(std::string(file_name) + ": not JSON at byte " + std::to_string(error.byte) +
                                  ": correct it; until then all defaults are used");
        return loaded;
    }
    if (!object.is_object()) {
        loaded.problems.push_back(std::string(file_name) + ": must be one JSON object {…}; all defaults are used");
        return loaded;
    }
    Config& config = loaded.config;
    Members members(std::move(object), file_name, loaded.problems);
    members.text("collector_url", config.collector_url, url_or_nothing,
                 "the centre's address, such as \"https://centre:8443\"");
    members.text("ca_sha256", config.ca_sha256, normal_fingerprint, "the 64 hex digits of the centre's CA certificate");
    members.number("scan_interval_minutes", config.scan_interval, 5, 7 * 24 * 60);
    members.number("heartbeat_interval_minutes", config.heartbeat_interval, 1, 24 * 60);
    members.number("startup_spread_seconds", config.startup_spread, 0, 3600);
    std::string language;
    members.text(
        "language", language, [](const std::string& name) { return name == "vi" || name == "en" ? name : ""; },
        "\"vi\" or \"en\"");
    if (!language.empty()) config.language = language == "vi" ? Language::vi : Language::en;
    members.text("log_level", config.log_level, level_or_nothing, "debug, info, warning or error");
    members.number("outbox_max_mib", config.outbox_max_mib, 1, 4096);
    read_hosts(members, config);
    members.refuse_the_rest();
    return loaded;
}

LoadedConfig load_config(const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "config.json";
    try {
        const std::optional<std::string> text = read_file(file);
        return text ? parse_config(*text, utf8(file)) : LoadedConfig{};
    } catch (const std::runtime_error& error) {
        return {{}, {std::string(error.what()) + ": all defaults are used"}};
    }
}

void save_centre(const std::filesystem::path& folder, const std::string& collector_url, const std::string& ca_sha256) {
    const std::filesystem::path file = folder / "config.json";
    const std::optional<std::string> text = read_file(file);
    json object = text ? json::parse(without_bom(*text), nullptr, false) : json::object();
    if (!object.is_object())
        throw std::runtime_error(utf8(file) + " is not a JSON object: correct or delete it, then enrol again");
    object["collector_url"] = collector_url;
    object["ca_sha256"] = ca_sha256;
    write_file(file, object.dump(2) + "\n");
}

std::string normal_fingerprint(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c == ':') continue;
        if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return {};
        digits.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    }
    return digits.size() == 64 ? digits : std::string();
}

}  // namespace wardwatch
