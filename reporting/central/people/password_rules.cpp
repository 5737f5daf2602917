// What makes a password well known, a row of keys or like its owner's name.
#include "reporting/central/people/password_rules.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "collectors/core/ascii.h"

namespace wardwatch {

namespace {

constexpr std::size_t longest_password = 1000;

// What default and well-known passwords are made of: the words, to which people add digits and signs.
constexpr std::string_view known_words[] = {
    "password", "passwd",  "passw",   "matkhau",  "administrator", "admin",     "quantri",   "welcome",  "letmein",
    "changeme", "default", "secret",  "iloveyou", "monkey",        "dragon",    "sunshine",  "princess", "football",
    "abc",      "xinchao", "vietnam", "hanoi",    "saigon",        "hochiminh", "anhyeuem",  "emyeuanh", "baseball",
    "master",   "user",    "guest",   "test",     "temp",          "login",     "wardwatch", "root",     "server",
    "phuong",   "congan",  "ubnd",    "congchuc", "vanphong",      "company",   "computer",  "internet", "windows"};

bool is_letter(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }

/// Capitals and the usual signs for letters as plain letters: "P@ssw0rd" is "password".
std::string plain(std::string_view text) {
    constexpr std::string_view signs = "@4031!$57";
    constexpr std::string_view letters = "aaoeiisst";
    std::string folded{text};
    for (char& c : folded) {
        const std::size_t sign = signs.find(c);
        c = sign == std::string_view::npos ? ascii_lower(c) : letters[sign];
    }
    return folded;
}

/// A known word with fewer than four other letters around it, however many digits and signs.
bool is_well_known(std::string_view password) {
    constexpr std::ptrdiff_t enough_of_ones_own = 4;
    const std::string folded = plain(password);
    std::string rest{password};
    for (const std::string_view word : known_words) {
        for (std::size_t at = folded.find(word); at != std::string::npos; at = folded.find(word, at + 1))
            std::fill_n(rest.begin() + static_cast<std::ptrdiff_t>(at), word.size(), ' ');
    }
    const auto own = [](char c) { return is_letter(c) || static_cast<unsigned char>(c) >= 0x80; };
    return std::count_if(rest.begin(), rest.end(), own) < enough_of_ones_own && rest != password;
}

bool stand_beside_each_other(char a, char b) {
    static constexpr std::string_view rows[] = {"1234567890-=", "qwertyuiop[]", "asdfghjkl;'",
                                                "zxcvbnm,./",   "!@#$%^&*()_+", "abcdefghijklmnopqrstuvwxyz"};
    if (a == b) return true;
    return std::any_of(std::begin(rows), std::end(rows), [&](std::string_view row) {
        const std::size_t at = row.find(a);
        if (at == std::string_view::npos) return false;
        return (at + 1 < row.size() && row[at + 1] == b) || (at > 0 && row[at - 1] == b);
    });
}

/// "Qwertyuiop1!", "123456789Aa@", "aaaaaaaaaaA1!": hardly a key that does not follow from the one before.
bool is_a_row_of_keys(std::string_view password) {
    constexpr int enough = 6;
    int keys = 0;
    char before = '\0';
    for (const char c : password) {
        if (!stand_beside_each_other(before, ascii_lower(c))) ++keys;
        before = ascii_lower(c);
    }
    return keys < enough;
}

/// The name's parts of at least four characters ("an.nguyen@…" has "nguyen"), and the name as a whole.
bool is_like(std::string_view password, std::string_view name) {
    const std::string folded = plain(password);
    const auto holds = [&](std::string_view part, std::size_t least) {
        return part.size() >= least && folded.find(plain(part)) != std::string::npos;
    };
    if (holds(name, 3)) return true;
    while (!name.empty()) {
        const std::size_t end = std::min(name.find_first_of(" ._-@+"), name.size());
        if (holds(name.substr(0, end), 4)) return true;
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return false;
}

}  // namespace

PasswordProblem password_problem(const std::string& password, const PasswordOwner& owner) {
    if (password.size() > longest_password) return {"password_too_long", "The password may have at most 1000 bytes."};
    if (const PasswordProblem weakness = password_weakness(password); !weakness.code.empty()) return weakness;
    if (is_well_known(password) || is_a_row_of_keys(password))
        return {"password_well_known", "The password is a well-known one, or a row of keys; choose words of your own."};
    const std::string_view mailbox = std::string_view{owner.email}.substr(0, owner.email.find('@'));
    if (is_like(password, owner.name) || is_like(password, owner.full_name) || is_like(password, mailbox))
        return {"password_like_name", "The password holds the user's own name; choose other words."};
    if (!owner.old_hash.empty() && password_matches(owner.old_hash, password))
        return {"password_not_new", "This is the old password; choose another."};
    return {};
}

}  // namespace wardwatch
