// Hashes by libargon2, one at a time; randomness from OpenSSL.
#include "reporting/central/people/password.h"

#include <argon2.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace wardwatch {

namespace {

std::mutex& one_hash_at_a_time() {
    static std::mutex mutex;
    return mutex;
}

void fill_random(unsigned char* bytes, std::size_t count) {
    if (RAND_bytes(bytes, static_cast<int>(count)) != 1) {
        throw std::runtime_error("The system's random generator gave no bytes");
    }
}

/// Uniform below `limit`: bytes that would make the first characters likelier are drawn again.
std::size_t random_below(std::size_t limit) {
    const std::size_t usable = 256 - 256 % limit;
    unsigned char byte = 0;
    do {
        fill_random(&byte, 1);
    } while (byte >= usable);
    return byte % limit;
}

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

}  // namespace

std::string hash_password(const std::string& password, const PasswordCost& cost) {
    constexpr std::uint32_t lanes = 1;
    constexpr std::uint32_t hash_length = 32;
    std::array<unsigned char, 16> salt{};
    fill_random(salt.data(), salt.size());
    std::vector<char> encoded(
        argon2_encodedlen(cost.iterations, cost.memory_kib, lanes, salt.size(), hash_length, Argon2_id));
    const std::lock_guard lock{one_hash_at_a_time()};
    const int result = argon2id_hash_encoded(cost.iterations, cost.memory_kib, lanes, password.data(), password.size(),
                                             salt.data(), salt.size(), hash_length, encoded.data(), encoded.size());
    if (result != ARGON2_OK) {
        throw std::runtime_error(std::string{"The password cannot be hashed: "} + argon2_error_message(result));
    }
    return encoded.data();
}

bool password_matches(const std::string& encoded_hash, const std::string& password) {
    const std::lock_guard lock{one_hash_at_a_time()};
    return argon2id_verify(encoded_hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

PasswordProblem password_weakness(std::string_view password) {
    constexpr std::ptrdiff_t shortest = 12;
    if (std::count_if(password.begin(), password.end(), starts_character) < shortest) {
        return {"password_too_short", "The password needs at least 12 characters."};
    }
    const auto none = [&](auto is_class) { return std::none_of(password.begin(), password.end(), is_class); };
    if (none(is_lower)) return {"password_needs_lower", "The password needs a lower-case letter."};
    if (none(is_upper)) return {"password_needs_upper", "The password needs an upper-case letter."};
    if (none(is_digit)) return {"password_needs_digit", "The password needs a digit."};
    if (none([](char c) { return !is_lower(c) && !is_upper(c) && !is_digit(c) && c != ' '; })) {
        return {"password_needs_special", "The password needs a special character."};
    }
    return {};
}

std::string random_password() {
    // No 0 O 1 l I; specials that no shell and no keyboard layout turns into something else.
    constexpr std::string_view characters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-+=_.@%";
    constexpr std::size_t length = 20;
    std::string password;
    do {
        password.clear();
        while (password.size() < length) password += characters[random_below(characters.size())];
        // One that starts with "-" would look like an option on a command line.
    } while (password.front() == '-' || !password_weakness(password).code.empty());
    return password;
}

}  // namespace wardwatch
