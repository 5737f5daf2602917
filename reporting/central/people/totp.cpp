// Codes of RFC 6238, and which step a code is of.
#include "reporting/central/people/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "reporting/central/people/password.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

constexpr std::string_view base32_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::int64_t step_seconds = 30;

std::vector<unsigned char> from_base32(std::string_view text) {
    std::vector<unsigned char> bytes;
    bytes.reserve(text.size());
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        const std::size_t digit = base32_digits.find(c);
        if (digit == std::string_view::npos) throw std::invalid_argument("This is no base32");
        bits = (bits << 5U) | static_cast<std::uint32_t>(digit);
        count += 5;
        if (count < 8) continue;
        count -= 8;
        bytes.push_back(static_cast<unsigned char>((bits >> static_cast<unsigned>(count)) & 0xFFU));
    }
    return bytes;
}

}  // namespace

std::string new_totp_secret() {
    // 32 digits of 5 bits, from 64 of hex: each is drawn from a byte, of which 256 / 32 give the same.
    constexpr std::size_t digits = 32;
    const std::string hex = random_hex(digits);
    std::string secret;
    for (std::size_t i = 0; i < digits; ++i)
        secret += base32_digits[std::stoul(hex.substr(2 * i, 2), nullptr, 16) % base32_digits.size()];
    return secret;
}

std::string totp_uri(std::string_view secret, std::string_view user) {
    return "otpauth://totp/Wardwatch:" + std::string{user} + "?secret=" + std::string{secret} +
           "&issuer=Wardwatch&algorithm=SHA1&digits=6&period=30";
}

// RFC 4226, section 5.3.
std::string totp_code(std::string_view secret, std::int64_t step) {
    const std::vector<unsigned char> key = from_base32(secret);
    std::array<unsigned char, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter.at(7 - i) = static_cast<unsigned char>((static_cast<std::uint64_t>(step) >> (8 * i)) & 0xFFU);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), counter.data(), counter.size(), digest.data(),
             &size) == nullptr)
        throw std::runtime_error("The one-time code cannot be computed");
    const std::size_t at = digest.at(size - 1) & 0x0FU;
    std::uint32_t number = digest.at(at) & 0x7FU;
    for (std::size_t i = 1; i < 4; ++i) number = (number << 8U) | digest.at(at + i);
    const std::string text = std::to_string(number % 1'000'000);
    return std::string(6 - text.size(), '0') + text;
}

std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, Instant now) {
    const std::int64_t present =
        std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<step_seconds>>>(now.time_since_epoch())
            .count();
    std::optional<std::int64_t> found;
    for (const std::int64_t step : {present, present - 1, present + 1}) {
        if (equal_in_constant_time(totp_code(secret, step), code) && !found) found = step;
    }
    return found;
}

}  // namespace wardwatch
