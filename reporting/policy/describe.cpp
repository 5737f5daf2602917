#include "reporting/policy/describe.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "reporting/policy/reasons.h"

namespace wardwatch {
namespace {

bool vietnamese(Language language) { return language == Language::vi; }

const Text* word_for(const Policy& policy, std::string_view fact_id, std::string_view word) {
    const auto own = policy.words.find(std::string(fact_id) + "=" + std::string(word));
    if (own != policy.words.end()) return &own->second;
    const auto general = policy.words.find(word);
    return general == policy.words.end() ? nullptr : &general->second;
}

std::string word_text(const Policy& policy, std::string_view fact_id, std::string_view word, Language language) {
    const Text* text = word_for(policy, fact_id, word);
    return text == nullptr ? std::string(word) : text->in(language);
}

std::string days_text(std::int64_t days, Language language) {
    if (vietnamese(language)) return std::to_string(days) + " ngày";
    return std::to_string(days) + (days == 1 ? " day" : " days");
}

// Vietnam has had UTC+7 without summer time since 1975; a change early in the morning belongs to the day on the wall.
constexpr std::chrono::hours office_time{7};

/// Vietnamese readers expect day/month/year; English text has the order that cannot be misread.
std::string date_text(Instant instant, Language language) {
    const std::string iso = format_instant(instant).substr(0, 10);
    return vietnamese(language) ? iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4) : iso;
}

std::string instant_text(Instant instant_utc, Instant now_utc, Language language) {
    using std::chrono::days;
    const Instant instant = instant_utc + office_time;
    const Instant now = now_utc + office_time;
    const std::int64_t age = std::chrono::floor<days>(now).time_since_epoch().count() -
                             std::chrono::floor<days>(instant).time_since_epoch().count();
    const std::string length = days_text(std::abs(age), language);
    std::string distance;
    if (age == 0) {
        distance = vietnamese(language) ? "hôm nay" : "today";
    } else if (vietnamese(language)) {
        distance = age > 0 ? length + " trước" : "còn " + length;
    } else {
        distance = age > 0 ? length + " ago" : "in " + length;
    }
    return date_text(instant, language) + " (" + distance + ")";
}

std::string unknown_text(const Policy& policy, const Reason& reason, Language language) {
    return (vietnamese(language) ? "chưa xác định: " : "unknown: ") + reason_text(policy, reason, language);
}

struct BrowserName {
    std::string_view id;  ///< of collectors/credential_stores/browsers.cpp
    std::string_view name;
};
constexpr BrowserName browser_names[] = {
    {"chrome", "Chrome"},
    {"chrome-beta", "Chrome Beta"},
    {"chrome-dev", "Chrome Dev"},
    {"chrome-canary", "Chrome Canary"},
    {"chrome-testing", "Chrome for Testing"},
    {"chromium", "Chromium"},
    {"edge", "Edge"},
    {"edge-beta", "Edge Beta"},
    {"edge-dev", "Edge Dev"},
    {"edge-canary", "Edge Canary"},
    {"coccoc", "Cốc Cốc"},
    {"brave", "Brave"},
    {"brave-beta", "Brave Beta"},
    {"brave-dev", "Brave Dev"},
    {"brave-nightly", "Brave Nightly"},
    {"vivaldi", "Vivaldi"},
    {"yandex", "Yandex"},
    {"yandex-beta", "Yandex Beta"},
    {"yandex-canary", "Yandex Canary"},
    {"yandex-dev", "Yandex Developer"},
    {"opera", "Opera"},
    {"opera-gx", "Opera GX"},
    {"opera-beta", "Opera Beta"},
    {"opera-dev", "Opera Developer"},
    {"opera-air", "Opera Air"},
    {"opera-crypto", "Opera Crypto"},
    {"firefox", "Firefox"},
    {"firefox-store", "Firefox (Microsoft Store)"},
};

const BrowserName* known_browser(std::string_view id) {
    const auto* found = std::find_if(std::begin(browser_names), std::end(browser_names),
                                     [&](const BrowserName& known) { return known.id == id; });
    return found == std::end(browser_names) ? nullptr : found;
}

/// The id itself for a browser that another version knows.
std::string browser_name(std::string_view id, Language language) {
    if (id == "?") return vietnamese(language) ? "Các trình duyệt" : "Browsers";
    const BrowserName* known = known_browser(id);
    return std::string{known == nullptr ? id : known->name};
}

struct ProfilePlace {
    std::string user;
    std::string browser;
    std::string profile;
};

/// user/browser/profile; a profile's name may hold slashes, and what a report calls a user anything.
std::optional<ProfilePlace> profile_place(std::string_view instance) {
    const std::size_t first = instance.find('/');
    if (first == std::string_view::npos) return std::nullopt;
    std::size_t before = first;
    for (std::size_t at = first; at != std::string_view::npos; at = instance.find('/', at + 1)) {
        const std::size_t end = instance.find('/', at + 1);
        if (end == std::string_view::npos) break;
        if (known_browser(instance.substr(at + 1, end - at - 1)) == nullptr) continue;
        before = at;
        break;
    }
    const std::size_t after = instance.find('/', before + 1);
    if (after == std::string_view::npos) return std::nullopt;
    return ProfilePlace{std::string{instance.substr(0, before)},
                        std::string{instance.substr(before + 1, after - before - 1)},
                        std::string{instance.substr(after + 1)}};
}

/// Replaces {value}, {instance} and {parameter}. What is put in is not looked at again: an account may be named
/// "{value}".
std::string fill(const std::string& text, const Policy& policy, const std::string& value, const std::string& instance) {
    std::string filled;
    std::size_t from = 0;
    for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', from)) {
        const std::size_t close = text.find('}', open);
        const std::string name = text.substr(open + 1, close - open - 1);
        filled.append(text, from, open - from);
        filled += name == "value" ? value : name == "instance" ? instance : std::to_string(policy.parameters.at(name));
        from = close + 1;
    }
    return filled.append(text, from);
}

/// The remedy of what nobody knows: the rule's own would have people mend what may be right.
const Text how_to_know{"Xử lý theo lý do đã nêu, rồi quét lại máy này để biết kết quả.",
                       "Act on the reason that is told, then scan this PC again to know."};
const Text look_yourself{
    "Quét lại không giúp biết thêm: phần mềm không đọc được điều này. Hãy kiểm tra trực tiếp tại máy.",
    "Another scan tells no more: this cannot be read here. Look at the PC itself."};

std::string observed_text(const Policy& policy, const Verdict& verdict, Instant now, Language language) {
    if (verdict.status == Status::unknown) return unknown_text(policy, verdict.reason, language);
    // Without a subject a fact about the PC would answer a question that nobody asked.
    if (verdict.observed && verdict.status != Status::not_applicable)
        return fact_text(policy, *verdict.observed, now, language);
    return vietnamese(language) ? "không có" : "none";
}

}  // namespace

std::string subject_text(std::string_view fact_id, std::string_view instance, Language language) {
    if (fact_id.starts_with("browser_policy.")) return browser_name(instance, language);
    if (!fact_id.starts_with("browser_credentials.")) return std::string{instance};
    const std::optional<ProfilePlace> place = profile_place(instance);
    if (!place) return std::string{instance};
    const bool vi = vietnamese(language);
    const std::string whose = place->user == "*" ? (vi ? "mọi người dùng" : "all users") : place->user;
    const bool usual = place->profile == "Default" || place->profile == "." || place->profile == "?";
    return browser_name(place->browser, language) + (vi ? " của " : " of ") + whose +
           (usual ? "" : " (" + place->profile + ")");
}

Description describe(const Policy& policy, const Verdict& verdict, Instant now, Language language) {
    const auto rule = std::find_if(policy.rules.begin(), policy.rules.end(),
                                   [&](const Rule& candidate) { return candidate.id == verdict.rule_id; });
    if (rule == policy.rules.end())
        throw std::invalid_argument("policy " + policy.id + " has no rule " + verdict.rule_id);
    const std::string observed = observed_text(policy, verdict, now, language);
    // Without a subject there is no name to put in.
    const std::string subject = subject_text(rule->each, verdict.instance, language);
    const std::string instance = subject.empty() ? "…" : subject;
    const auto filled = [&](const Text& text) { return fill(text.in(language), policy, observed, instance); };
    return {filled(rule->title),
            subject,
            rule->clause,
            observed,
            filled(rule->required),
            verdict.status == Status::fail ? filled(rule->remedy)
            : verdict.status == Status::unknown
                ? (can_be_mended(verdict.reason) ? how_to_know : look_yourself).in(language)
                : ""};
}

std::string label_of(const Policy& policy, std::string_view fact_id, Language language) {
    const auto label = policy.facts.find(fact_id);
    return label == policy.facts.end() ? std::string(fact_id) : label->second.in(language);
}

std::string fact_text(const Policy& policy, const Fact& fact, Instant now, Language language) {
    if (const auto* flag = std::get_if<bool>(&fact.value)) {
        const Text* own = word_for(policy, fact.id, *flag ? "true" : "false");
        if (own != nullptr) return own->in(language);
        return vietnamese(language) ? (*flag ? "có" : "không") : (*flag ? "yes" : "no");
    }
    if (const auto* number = std::get_if<std::int64_t>(&fact.value)) {
        return word_text(policy, fact.id, std::to_string(*number), language);
    }
    if (const auto* instant = std::get_if<Instant>(&fact.value)) return instant_text(*instant, now, language);
    if (const auto* text = std::get_if<std::string>(&fact.value)) {
        const std::string words = word_text(policy, fact.id, *text, language);
        // A store's status and what sources say against each other are told like reasons.
        const bool like_a_reason =
            fact.id == "antivirus.sources_disagree" || fact.id == "browser_credentials.store_status";
        return words == *text && like_a_reason ? reason_text(policy, words, language) : words;
    }
    return unknown_text(policy, std::get<Unknown>(fact.value).reason, language);
}

}  // namespace wardwatch
