// Compares names; no database.
#include "reporting/central/privacy/person_names.h"

#include <algorithm>

#include "collectors/core/ascii.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/central/sql/error.h"

namespace wardwatch {

namespace {

constexpr std::size_t most_names = 20;
constexpr std::size_t longest_person_name = 300;

bool plain_in_json(char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '/'; }

std::string longest_plain_part(std::string_view text) {
    std::string_view best;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin;
        while (end < text.size() && plain_in_json(text[end])) ++end;
        if (end - begin > best.size()) best = text.substr(begin, end - begin);
        begin = end + 1;
    }
    return std::string{best};
}

}  // namespace

PersonNames::PersonNames(const std::vector<std::string>& names) {
    if (names.empty() || names.size() > most_names)
        throw StoreError("Say 1 to 20 names: accounts on PCs, folders of users, the person's own name.");
    for (const std::string& name : names) {
        const std::size_t begin = name.find_first_not_of(' ');
        if (begin == std::string::npos || name.size() > longest_person_name)
            throw StoreError("A name has 1 to 300 bytes.");
        std::string text = without_case(name.substr(begin, name.find_last_not_of(' ') - begin + 1));
        std::string part = longest_plain_part(text);
        names_.push_back({std::move(text), std::move(part)});
    }
}

bool PersonNames::own_subject(std::string_view instance) const {
    const std::string subject = without_case(instance.substr(0, instance.find('/')));
    if (subject.empty()) return false;
    return std::any_of(names_.begin(), names_.end(), [&](const Name& name) {
        return subject == name.text ||
               (name.text.find('\\') == std::string::npos && subject.ends_with("\\" + name.text));
    });
}

bool PersonNames::own_fact(std::string_view fact_id, std::string_view instance) const {
    const bool about_people = fact_id.starts_with("accounts.") || fact_id.starts_with("browser_credentials.") ||
                              // "edge" is the PC's browser, "an.nguyen/edge" the user's.
                              (fact_id.starts_with("browser_policy.") && instance.find('/') != std::string_view::npos);
    return about_people && own_subject(instance);
}

bool PersonNames::are(std::string_view text) const {
    const std::string whole = without_case(text);
    return std::any_of(names_.begin(), names_.end(), [&](const Name& name) { return whole == name.text; });
}

bool PersonNames::stand_in(std::string_view text) const {
    const std::string whole = without_case(text);
    return std::any_of(names_.begin(), names_.end(),
                       [&](const Name& name) { return whole.find(name.text) != std::string::npos; });
}

bool PersonNames::may_stand_in_json(std::string_view text) const {
    const std::string lower = ascii_lower(text);
    return std::any_of(names_.begin(), names_.end(), [&](const Name& name) {
        return name.part.empty() || lower.find(name.part) != std::string::npos;
    });
}

}  // namespace wardwatch
