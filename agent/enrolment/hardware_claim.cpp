// Which texts are nobody's own, and the hashes of the others.
#include "agent/enrolment/hardware_claim.h"

#include <algorithm>
#include <array>
#include <set>

#include "collectors/core/ascii.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

std::string normal(std::string_view text) {
    const auto is_space = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return ascii_lower(text);
}

/// Boards of several makers carry these.
constexpr std::array<std::string_view, 3> shared_uuids{"03000200-0400-0500-0006-000700080009",
                                                       "12345678-1234-5678-90ab-cddeefaabbcc",
                                                       "00020003-0004-0005-0006-000700080009"};
constexpr std::array<std::string_view, 9> placeholder_words{"o.e.m", "oem", "to be filled", "default", "not ",
                                                            "none",  "n/a", "unknown",      "serial"};

bool is_placeholder(const std::string& text) {
    constexpr std::size_t shortest = 4;
    std::string letters = text;
    std::erase_if(letters, [](char c) { return c == '-' || c == ' ' || c == '.' || c == '_'; });
    if (letters.size() < shortest) return true;
    if (std::set<char>(letters.begin(), letters.end()).size() == 1) return true;
    if (std::string_view{"0123456789012345678901234567890123456789"}.find(letters) != std::string_view::npos)
        return true;
    if (std::find(shared_uuids.begin(), shared_uuids.end(), text) != shared_uuids.end()) return true;
    return std::any_of(placeholder_words.begin(), placeholder_words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

std::string hashed(const std::string& text) {
    const std::string own = normal(text);
    return is_placeholder(own) ? "" : sha256_hex(own);
}

}  // namespace

HardwareClaim hardware_claim(const HardwareTexts& texts) {
    return {hashed(texts.system), hashed(texts.disk), hashed(texts.machine)};
}

}  // namespace wardwatch
