// The table of words, and the order that the enumeration gives.
#include "reporting/policy/standing.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace wardwatch {

namespace {

struct StandingWords {
    std::string_view name;
    std::string_view vi;
    std::string_view en;
};

/// In the order of the enumeration.
constexpr std::array<StandingWords, 6> words{{{"not_applicable", "không áp dụng", "not applicable"},
                                              {"pass", "đạt", "pass"},
                                              {"waived", "được miễn trừ", "waived"},
                                              {"silent", "mất liên lạc", "silent"},
                                              {"unknown", "chưa xác định", "unknown"},
                                              {"fail", "không đạt", "fail"}}};

const StandingWords& words_of(Standing standing) { return words.at(static_cast<std::size_t>(standing)); }

}  // namespace

Standing worst(std::initializer_list<Standing> standings) { return std::max(standings); }

Standing standing_of(Status status, bool waived) {
    switch (status) {
        case Status::pass:
            return Standing::pass;
        case Status::fail:
            return waived ? Standing::waived : Standing::fail;
        case Status::unknown:
            return Standing::unknown;
        case Status::not_applicable:
            break;
    }
    return Standing::not_applicable;
}

std::string_view name_of(Standing standing) { return words_of(standing).name; }

Standing standing_from(std::string_view name) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i].name == name) return static_cast<Standing>(i);
    }
    throw std::invalid_argument("There is no standing \"" + std::string{name} + "\".");
}

std::string standing_text(Standing standing, Language language) {
    return std::string{language == Language::vi ? words_of(standing).vi : words_of(standing).en};
}

std::string standing_label(Standing standing, Language language) {
    std::string text = standing_text(standing, language);
    if (text.starts_with("đ")) return "Đ" + text.substr(std::string_view{"đ"}.size());
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

Instant silent_before(Instant now, std::chrono::days silent_after) { return now - silent_after; }

bool is_silent(Instant heard_at, Instant now, std::chrono::days silent_after) {
    return heard_at < silent_before(now, silent_after);
}

}  // namespace wardwatch
