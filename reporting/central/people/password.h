// Passwords of the people who use the centre: argon2id hashes, and random passwords.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wardwatch {

/// What one hash costs. The default takes about a tenth of a second on an office PC.
struct PasswordCost {
    std::uint32_t iterations = 3;
    std::uint32_t memory_kib = 64 * 1024;
};

/// An encoded argon2id hash with a random salt. One at a time in this process, so that many logins at once cannot use
/// up the memory. Throws std::runtime_error when the memory is not there.
std::string hash_password(const std::string& password, const PasswordCost& cost = {});

/// Also for a hash made at another cost. False for a text that is no hash.
bool password_matches(const std::string& encoded_hash, const std::string& password);

struct PasswordProblem {
    std::string code = {};      ///< empty: there is none. Else "password_too_short", …
    std::string sentence = {};  ///< English
};

/// What is missing where the password has not at least 12 characters with a lower-case and an upper-case letter, a
/// digit and another character, as the dispatch asks for (clause 1b): password_too_short, password_needs_lower,
/// password_needs_upper, password_needs_digit, password_needs_special.
PasswordProblem password_weakness(std::string_view password);

/// 20 random characters of all classes, without those that look alike.
std::string random_password();

}  // namespace wardwatch
