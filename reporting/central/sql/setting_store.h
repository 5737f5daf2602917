// What the centre remembers under a name, in its database.
#pragma once

#include <optional>
#include <string>

#include "collectors/core/fact.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// May be used from any thread; each function is one transaction.
class Settings {
public:
    explicit Settings(sql::Database database) : database_(std::move(database)) {}

    std::optional<std::string> get(const std::string& name) const;
    void set(const std::string& name, const std::string& value);

private:
    sql::Database database_;
};

/// The instant that the setting holds; from now on `now`, where it holds none.
Instant since_setting(sql::Database database, const std::string& name, Instant now);

}  // namespace wardwatch
