// Past days that are to be judged anew, the newest first: which one is next.
#pragma once

#include <string>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// May be used from any thread; each function is one transaction.
class DaysToJudge {
public:
    explicit DaysToJudge(sql::Database database) : database_(std::move(database)) {}

    /// All days before today.
    void ask(Instant now);
    /// "2026-11-21"; empty when there is none.
    std::string next() const;
    /// The day is judged: the one before it is next. Nothing when all were asked for anew meanwhile.
    void judged(const std::string& day);
    /// There are no further ones.
    void end();

private:
    sql::Database database_;
};

}  // namespace wardwatch
