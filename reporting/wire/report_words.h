// What the words of a report may look like, for both of its readers. Text in UTF-8.
#pragma once

#include <algorithm>
#include <string_view>

namespace wardwatch {

inline bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// In lower case.
inline bool is_uuid_word(std::string_view text) {
    constexpr std::string_view pattern = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    bool good = text.size() == pattern.size();
    for (std::size_t i = 0; good && i < pattern.size(); ++i) {
        good = pattern[i] == 'x' ? is_digit(text[i]) || (text[i] >= 'a' && text[i] <= 'f') : text[i] == '-';
    }
    return good;
}

/// `<collector>.<field>`, or `<collector>` alone for a collector that failed.
inline bool is_fact_id(std::string_view id) {
    bool good = true;
    bool begins = true;  // at the first letter of a part
    int parts = 1;
    for (const char c : id) {
        if (c == '.') {
            good = good && !begins && ++parts == 2;
            begins = true;
        } else {
            good = good && (is_lower(c) || (!begins && (is_digit(c) || c == '_')));
            begins = false;
        }
    }
    return good && !begins;
}

/// The code of a reason, and what its parameters are called.
inline bool is_reason_word(std::string_view word) {
    return !word.empty() && word.size() <= 64 &&
           std::all_of(word.begin(), word.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

/// "schedule", "startup", "manual", "centre"; a later agent may have further ones.
inline bool is_trigger(std::string_view trigger) {
    return std::all_of(trigger.begin(), trigger.end(), [](char c) { return is_lower(c) || c == '_'; });
}

}  // namespace wardwatch
