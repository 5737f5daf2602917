// Tells other systems what happened here: webhooks, syslog, mail.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/api/routes.h"
#include "reporting/central/integration/digest_options.h"
#include "reporting/central/integration/head_options.h"
#include "reporting/central/integration/mail.h"
#include "reporting/central/integration/store.h"
#include "reporting/central/integration/syslog.h"
#include "reporting/central/integration/webhooks.h"
#include "reporting/central/judging/current_policy.h"
#include "reporting/tls/sealing.h"

namespace wardwatch {

struct IntegrationOptions {
    const CurrentPolicy& policy;
    Sealing sealing;  ///< of the secrets in the database
    Clock clock;
    Log log;
    std::string own_host;
    WebhookRules webhooks;
    std::optional<SmtpOptions> smtp;
    std::optional<SyslogOptions> syslog;
    std::vector<DigestOptions> digests;
    std::chrono::days silent_after{7};
    HeadOptions heads = {};
};

/// What is to be told is read from the database after the last that was told, so that neither a restart nor a receiver
/// that is away loses anything. A target that is new is told what happens from then on. Throws what the store throws;
/// what a receiver does wrong is logged, and tried again later. Each function is used by one thread, which need not be
/// the others'.
class Integration {
public:
    Integration(sql::Database& database, IntegrationOptions options);

    /// Puts changes on their way to the webhooks and tries what is due; to be called every few seconds.
    void tell_webhooks();
    void tell_syslog();
    /// Sends the digests whose time has come.
    void send_digests();

    /// Writes and mails what was signed of the audit log.
    void tell_heads();

private:
    std::vector<std::string> syslog_lines(std::int64_t& change, std::int64_t& audit, std::int64_t& head) const;
    void queue_administration(Instant now);
    void write_heads();
    void mail_heads_daily();

    sql::Database& database_;
    Integrations table_;
    IntegrationOptions options_;
    std::optional<Instant> syslog_rests_;  ///< until then, after a failure
    const std::vector<std::string> administrators_actions_;
    std::optional<Instant> heads_rest_;  ///< no mail of heads until then
    std::map<std::size_t, Instant> digest_rests_;
};

}  // namespace wardwatch
