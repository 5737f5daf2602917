// Who is logged in on the people's listener: sessions, and a limit on login attempts. In memory: a restart logs out.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/core/fact.h"

namespace wardwatch {

struct Session {
    std::string user;
    std::string csrf_token;
    std::string password_hash;  ///< the user's when they logged in: another one now ends the session
    Instant began;
    Instant used;
};

struct SessionLimits {
    std::chrono::minutes idle{30};       ///< without a request
    std::chrono::minutes absolute{720};  ///< whatever is done meanwhile
};

/// May be used from any thread.
class Sessions {
public:
    explicit Sessions(SessionLimits limits = {}) : limits_(limits) {}

    struct Opened {
        std::string id;  ///< 256 random bits as hex, for the cookie; only its SHA-256 is kept
        std::string csrf_token;
    };
    Opened open(const std::string& user, const std::string& password_hash, Instant now);
    /// The living session, which counts as used now; nothing when it is unknown or over.
    std::optional<Session> find(std::string_view id, Instant now);
    void close(std::string_view id);

private:
    bool is_over(const Session& session, Instant now) const;

    SessionLimits limits_;
    std::mutex mutex_;
    std::map<std::string, Session, std::less<>> by_hash_;
};

/// Counts login attempts that failed, per user and address and per address. May be used from any thread.
class LoginLimit {
public:
    static constexpr int per_user = 5;      ///< failures of one user from one address within the window
    static constexpr int per_address = 30;  ///< failures of one address, whatever the user names
    static constexpr std::chrono::minutes window{15};

    /// Zero when an attempt may be made, else how long to wait. Counts the attempt as failed until succeeded() is
    /// called, so that attempts made at the same time count as well.
    std::chrono::seconds attempt(const std::string& user, const std::string& address, Instant now);
    /// The login was right: its user and address start anew.
    void succeeded(const std::string& user, const std::string& address);

private:
    struct Count {
        int failures = 0;
        Instant ends;
    };
    void forget_old(Instant now);

    std::mutex mutex_;
    std::map<std::string, Count> by_user_;
    std::map<std::string, Count> by_address_;
};

}  // namespace wardwatch
