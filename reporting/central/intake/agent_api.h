// The agents' API: enrol, report, heartbeat, renew, commands. docs/wire_format.md describes it.
#pragma once

#include <chrono>
#include <mutex>
#include <variant>
#include <vector>

#include "reporting/central/api/routes.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/http/listener.h"
#include "reporting/central/judging/current_policy.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/sql/database.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

class CommandWaits;

struct AgentApiOptions {
    KeyAndCertificate authority;
    std::chrono::days certificate_validity{365};
    std::size_t report_limit = 1u << 20;  ///< bytes
    Clock clock;
    Log log;
    CommandWaits* waits = nullptr;  ///< outlives the API and its answers; without it no poll waits
};

/// May be called from several threads at once.
class AgentApi {
public:
    /// The store and the policy outlive it.
    AgentApi(sql::Database& database, const CurrentPolicy& policy, AgentApiOptions options);
    AgentApi(const AgentApi&) = delete;
    AgentApi& operator=(const AgentApi&) = delete;

    /// From now on it signs, and hands this certificate out. While requests run, too.
    void replace_authority(KeyAndCertificate authority);

    /// Answers at once, a poll for commands too.
    HttpResponse handle(const HttpRequest& request) const;
    /// As handle(), but a poll for commands waits for one (commands/agent_routes.cpp). The request is copied for that.
    std::variant<HttpResponse, LaterAnswer> handle_waiting(const HttpRequest& request) const;

private:
    HttpResponse enrol(const Call& call) const;
    HttpResponse add_report(const Call& call) const;
    HttpResponse heartbeat(const Call& call) const;
    HttpResponse renew(const Call& call) const;
    HttpResponse commands(const Call& call) const;
    HttpResponse command_news(const Call& call) const;
    HttpResponse update_piece(const Call& call) const;

    Device authenticated(const Call& call) const;
    KeyAndCertificate authority() const;
    std::string sign(const std::string& signing_request, const std::string& device_id, Instant now) const;
    HttpResponse hand_out(const std::string& certificate, const std::string& device_id, Instant now) const;

    sql::Database& database_;
    const CurrentPolicy& policy_;
    AgentApiOptions options_;
    mutable std::mutex authority_mutex_;  ///< of options_.authority
    std::vector<Route> routes_;
};

}  // namespace wardwatch
