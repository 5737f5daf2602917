// What was refused, for the audit log: gathered, so that a flood of it does not fill the disk.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "reporting/central/api/routes.h"
#include "reporting/central/audit/store.h"

namespace wardwatch {

struct Denial {
    Instant at;
    std::string actor;    ///< who is known to have asked; empty: nobody
    std::string address;  ///< from where
    std::string subject;  ///< what was asked for: an operation, a path
    std::string code;     ///< the answer's: "not_allowed"
};

/// The first of an actor, address and code within a minute is written at once, the others are counted: one entry says
/// how many they were. At most `most_kinds` are told apart in a minute; the others are counted together. May be used
/// from any thread. What cannot be written is said in the log.
class Denials {
public:
    static constexpr std::chrono::seconds window{60};
    static constexpr std::size_t most_kinds = 100;

    Denials(sql::Database database, Log log) : database_(std::move(database)), log_(std::move(log)) {}
    ~Denials();  ///< writes what is left
    Denials(const Denials&) = delete;
    Denials& operator=(const Denials&) = delete;

    void add(const Denial& denial);
    /// Writes the counts whose minute is over; to be called every few seconds.
    void write_due(Instant now);

private:
    struct Gathered {
        Denial first;
        std::int64_t more = 0;  ///< behind the first
    };
    using Kind = std::tuple<std::string, std::string, std::string>;
    void write(const Denial& denial, std::int64_t more);
    void write_all(const std::map<Kind, Gathered>& over);

    sql::Database database_;
    Log log_;
    std::mutex mutex_;
    std::map<Kind, Gathered> gathered_;
};

/// Whether the audit log has this refusal. Wrong passwords stand there as signInFailed.
bool is_denial(const ApiError& error, const Person& person);

}  // namespace wardwatch
