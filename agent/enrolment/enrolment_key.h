// What the installer leaves for the enrolment that the service makes by itself: on Windows in the registry, in
// HKLM\SOFTWARE\Wardwatch and, the token, in its key Enrolment, which only SYSTEM and Administrators may open.
// Elsewhere there is nothing and keeping a token fails.
#pragma once

#include <optional>
#include <string>

namespace wardwatch {

struct EnrolmentOrder {
    std::string collector_url;  ///< empty: not given
    std::string ca_sha256;      ///< empty: not given
    std::string token;
};

/// Empty when no token waits. Throws std::runtime_error when there is one that cannot be read.
std::optional<EnrolmentOrder> read_enrolment_order();

/// Stores the token; the key has its rights before the token is in it. Throws std::runtime_error.
void keep_enrolment_token(const std::string& token);

/// Removes the token and its key; nothing happens when there is none. Throws std::runtime_error.
void forget_enrolment_token();

/// Puts the key's rights back when they were loosened; true when they were.
bool repair_enrolment_key();

}  // namespace wardwatch
