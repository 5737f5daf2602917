// Tells from Firefox's key database whether a primary password protects the saved logins.
#pragma once

#include <optional>
#include <string_view>

#include "collectors/credential_stores/snapshot.h"

namespace wardwatch {

struct PrimaryPassword {
    StoreStatus status = StoreStatus::absent;  ///< of key4.db
    std::optional<bool> set;                   ///< empty when the database does not tell
};

/// From the PBKDF2 iteration count of metaData's password check, which NSS sets to 1 for an empty password and to 10000
/// for any other (seen in 7 profiles); any other count tells nothing.
PrimaryPassword read_primary_password(Snapshot key4);

/// The iteration count of a DER value whose algorithm is PBES2 with PBKDF2; empty for anything else.
std::optional<unsigned> pbkdf2_iterations(std::string_view der);

}  // namespace wardwatch
