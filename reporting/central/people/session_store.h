// Who is signed in on the people's listener, and a limit on attempts to sign in, in the centre's database: both hold at
// every process on it, and outlive a restart.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

struct Session {
    std::string user;
    std::string csrf_token;
    std::string password_hash;  ///< the user's when they signed in: another one now ends the session
    Instant began;
    Instant used;
};

/// From where somebody signed in.
struct SessionClient {
    std::string address;
    std::string browser;  ///< what it calls itself (User-Agent), cut; empty: it did not say
};

/// As its owner is shown it.
struct OpenSession {
    std::string name;  ///< session_name()
    SessionClient client;
    Instant began;
    Instant used;  ///< to within half a minute
};

/// What a session is called where it is listed: the beginning of its id's SHA-256, of no use to whoever reads it.
std::string session_name(std::string_view id);

struct SessionLimits {
    std::chrono::minutes idle{30};       ///< without a request
    std::chrono::minutes absolute{720};  ///< whatever is done meanwhile
};

/// May be used from any thread.
class Sessions {
public:
    explicit Sessions(sql::Database database, SessionLimits limits = {})
        : database_(std::move(database)), limits_(limits) {}

    struct Opened {
        std::string id;  ///< 256 random bits as hex, for the cookie; only its SHA-256 is kept
        std::string csrf_token;
    };
    /// In place of the session with the id `before`, if there is one.
    Opened open(const std::string& user, const std::string& password_hash, Instant now, std::string_view before = "",
                const SessionClient& client = {});
    /// The living session, which counts as used now; nothing when it is unknown or over. Does not write.
    std::optional<Session> find(std::string_view id, Instant now);
    void close(std::string_view id);
    /// Of this user, the one used last first; those that are over are left out.
    std::vector<OpenSession> of(const std::string& user, Instant now) const;
    /// Returns how many it ended.
    std::int64_t end(const std::string& user, const std::string& name);
    std::int64_t end_others(const std::string& user, const std::string& but);
    std::int64_t end_all(const std::string& user);
    /// Writes down when sessions were used, for other processes: until then they take a session for used as of the last
    /// time.
    void write_use();

private:
    bool is_over(const Session& session, Instant now) const;

    sql::Database database_;
    const SessionLimits limits_;
    mutable std::mutex mutex_;
    std::map<std::string, Instant> used_;  ///< by the id's hash: at this process, and not written yet
};

/// Who tries to sign in, and from where.
struct Attempt {
    std::string user;    ///< as it was typed
    bool known = false;  ///< there is such a user
    std::string address;
    std::string device;  ///< RememberedDevices' secret; empty: none that the user has signed in from
};

/// Counts attempts to sign in that failed. From a browser from which the user has signed in before, that browser's
/// alone count: nobody else can keep them out, neither by guessing at their account nor from the same office. From
/// elsewhere those of the address, of the user from this address, and of the account from everywhere. May be used from
/// any thread.
class LoginLimit {
public:
    static constexpr int per_user = 5;      ///< failures of one user from one address (or browser) within the window
    static constexpr int per_address = 30;  ///< failures of one address, whatever the user names
    static constexpr std::chrono::minutes window{15};
    /// Failures of an account from wherever that cost nothing; then each one doubles the time until the next attempt.
    static constexpr int per_account = 10;
    static constexpr std::chrono::minutes longest_delay{5};
    static constexpr std::chrono::hours account_window{24};

    explicit LoginLimit(sql::Database database) : database_(std::move(database)) {}

    /// Zero when an attempt may be made, else how long to wait. Counts the attempt as failed until succeeded() is
    /// called, so that attempts made at the same time count as well.
    std::chrono::seconds attempt(const Attempt& attempt, Instant now);
    /// The login was right: what was counted of its user there starts anew.
    void succeeded(const Attempt& attempt);

private:
    sql::Database database_;
};

/// Browsers from which somebody has signed in: a cookie of theirs, of which the SHA-256 is kept. It lets nobody in; it
/// says whose attempts count by themselves.
class RememberedDevices {
public:
    static constexpr std::chrono::days life{180};

    explicit RememberedDevices(sql::Database database) : database_(std::move(database)) {}

    /// Whether this user has signed in with it.
    bool knows(const std::string& user, std::string_view secret, Instant now) const;
    /// From a sign-in on; returns the browser's secret, which is a new one unless it has one that is the user's.
    std::string remember(const std::string& user, std::string_view secret, Instant now);

private:
    sql::Database database_;
};

}  // namespace wardwatch
