// Recovery codes: each lets its user in once in place of the second factor, when the phone is lost.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// As thread safe as the store.
class RecoveryCodes {
public:
    static constexpr int count = 10;

    explicit RecoveryCodes(sql::Database database) : database_(std::move(database)) {}

    /// New ones in place of those that there are: each 20 digits (66 bits), of which the SHA-256 is kept.
    std::vector<std::string> make(const std::string& user);
    /// False when it is none of the user's, or was used before. Spaces and hyphens in it do not matter.
    bool use(const std::string& user, std::string_view code);
    std::int64_t left(const std::string& user) const;

private:
    sql::Database database_;
};

/// Whether a text that was typed as a code can be one of these: it is longer than an app's.
bool is_recovery_code(std::string_view code);

}  // namespace wardwatch
