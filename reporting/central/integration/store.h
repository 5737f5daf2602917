// Webhooks, what is on its way to them, and how far each target outside was told of what happened here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/sql/database.h"

namespace wardwatch {

/// What a webhook's secret is sealed for.
inline constexpr std::string_view webhook_purpose = "webhook";

struct Webhook {
    std::int64_t id = 0;
    std::string url;
    std::string secret;                   ///< sealed for webhook_purpose
    std::optional<std::int64_t> unit_id;  ///< with the units below it; empty: all
    bool enabled = true;
    std::string created_by;
    Instant created_at;
    std::optional<Instant> last_ok_at;
    std::string last_problem;
    std::int64_t pending = 0;  ///< deliveries
    std::int64_t dead = 0;
};

struct Delivery {
    std::int64_t id = 0;
    std::int64_t webhook_id = 0;
    std::string body;
    Instant created_at;
    std::int64_t attempts = 0;
    Instant next_at;
    std::optional<Instant> dead_at;
    std::string problem;
};

/// A verdict that became another, with names for people.
struct ToldChange {
    std::int64_t id = 0;
    Instant at;
    std::string device_id;
    std::string host_name;
    std::int64_t unit_id = 0;
    std::string unit;  ///< path
    std::string rule;
    std::string instance;
    std::string from;  ///< empty: the subject is new
    std::string to;    ///< empty: it is gone
};

/// An entry of the audit log that others are told: a sign-in, a refusal, what an administrator or the command line did.
struct ToldEntry {
    std::int64_t id = 0;
    Instant at;
    std::string actor;
    std::string address;
    std::string action;
    std::string subject;
    std::string detail;

    bool is_sign_in() const;
    bool is_denial() const { return action == "denied"; }
};

/// A signed head of the audit log (audit/heads.h).
struct ToldHead {
    std::int64_t id = 0;
    Instant at;
    std::string line;
};

/// Thread safe, as the store.
class Integrations {
public:
    explicit Integrations(sql::Database database) : database_(std::move(database)) {}

    std::int64_t add_webhook(const Webhook& webhook);
    std::vector<Webhook> webhooks() const;
    std::optional<Webhook> webhook(std::int64_t id) const;
    /// URL, unit and whether it is in use.
    void change_webhook(const Webhook& webhook);
    /// The same secret, sealed: older programs stored it as it is.
    void seal_webhook_secret(std::int64_t id, const std::string& sealed);
    /// With all that is on its way to it. False when there is none.
    bool remove_webhook(std::int64_t id);

    /// Puts the deliveries on their way and the cursor behind them: both or neither.
    void enqueue(const std::vector<Delivery>& deliveries, const std::string& target, std::int64_t last_id);
    /// The oldest of each webhook in use that may be tried now.
    std::vector<Delivery> due(Instant now) const;
    void delivered(const Delivery& delivery, Instant now);
    /// All that wait for this webhook wait until `next_at`; with `dead` this one is given up.
    void not_delivered(const Delivery& delivery, const std::string& problem, Instant now, Instant next_at, bool dead);
    std::vector<Delivery> dead_letters() const;
    /// False when there is no such dead letter.
    bool retry(std::int64_t delivery_id, Instant now);

    /// Nothing when the target was never told of anything.
    std::optional<std::int64_t> cursor(const std::string& target) const;
    void set_cursor(const std::string& target, std::int64_t last_id);
    std::int64_t last_change() const;
    std::int64_t last_audit() const;
    /// After this id, oldest first, at most `limit`.
    std::vector<ToldChange> changes_after(std::int64_t id, std::int64_t limit) const;
    /// Sign-ins, refusals, what the command line did, and these actions.
    std::vector<ToldEntry> entries_after(std::int64_t id, const std::vector<std::string>& actions,
                                         std::int64_t limit) const;
    std::vector<ToldHead> heads_after(std::int64_t id, std::int64_t limit) const;
    /// Between these times, oldest first.
    std::vector<ToldChange> changes_between(Instant from, Instant to) const;

private:
    sql::Database database_;
};

}  // namespace wardwatch
