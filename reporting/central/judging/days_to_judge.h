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
    /// The days from `first` to `last` are judged: the one before them is next. Nothing when `last` is not the next one
    /// any more: all were asked for anew meanwhile.
    void judged(const std::string& last, const std::string& first);
    /// There are no further ones.
    void end();

private:
    sql::Database database_;
};

}  // namespace wardwatch
