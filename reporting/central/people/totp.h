// The second factor: time-based one-time passwords (RFC 6238) of six digits every 30 seconds with HMAC-SHA-1, as every
// authenticator app knows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/core/fact.h"

namespace wardwatch {

/// 160 random bits in base32.
std::string new_totp_secret();

/// What an authenticator app reads as a QR code or a link: "otpauth://totp/Wardwatch:an?secret=…".
std::string totp_uri(std::string_view secret, std::string_view user);

/// The code of a time step (seconds since 1970 / 30). Throws std::invalid_argument for a secret that is no base32.
std::string totp_code(std::string_view secret, std::int64_t step);

/// The time step to which the code belongs: the present one, or one before or after it, for clocks that differ. Nothing
/// for another code. Who keeps the last step that was used sees to it that no code serves twice.
std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, Instant now);

}  // namespace wardwatch
