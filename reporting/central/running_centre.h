// The centre while it runs: two listeners over one database, and what is done beside answering.
#pragma once

#include <cstddef>
#include <functional>
#include <latch>
#include <string>
#include <vector>

#include "reporting/central/commands/waits.h"
#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/http/endpoint.h"
#include "reporting/central/http/listener.h"
#include "reporting/central/intake/agent_api.h"
#include "reporting/central/judging/current_policy.h"
#include "reporting/central/operation/config.h"
#include "reporting/central/operation/disk_room.h"
#include "reporting/central/operation/metrics.h"
#include "reporting/central/people_api.h"
#include "reporting/central/served_certificates.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Where it is found, and by what its agents know it.
struct CentreAddresses {
    std::string agents_url;
    std::string people_url;
    std::string ca_sha256;
};

/// The members are what it is made of, each before those that use it; it ends the other way round.
class RunningCentre {
public:
    /// Takes the folder, which is there, for itself, makes what is missing in it and opens its database. Throws
    /// DataFolderError when another process serves it.
    RunningCentre(const CentralConfig& config, DataFolder folder, Log log);
    RunningCentre(const RunningCentre&) = delete;
    RunningCentre& operator=(const RunningCentre&) = delete;

    /// Begins to listen. Nobody gets an answer before `announce` returned: who gets one may rely on what it told.
    /// Throws EndpointError for an address that is none, std::runtime_error for one that is taken, and what `announce`
    /// throws.
    void listen(const std::function<void(sql::Database& database, const CentreAddresses& addresses)>& announce);
    /// Judges, renews, tells and forgets beside answering; returns after SIGTERM or SIGINT.
    void run();

private:
    struct Duties;
    ListenerOptions listener_options(const Endpoint& endpoint) const;
    std::uint16_t listen_to_people(const Endpoint& endpoint);
    std::uint16_t listen_to_agents(const Endpoint& endpoint);
    Handler gated(const char* listener, Handler handler);
    PeopleApiOptions people_options();
    void renew_certificates();
    void stop();

    const CentralConfig config_;
    const Log log_;
    const std::size_t agent_connections_;
    const Instant started_at_;
    const DataFolder folder_;
    const ServeLock lock_;
    sql::Database database_;
    const Sealing sealing_;
    CurrentPolicy policy_;
    const std::vector<std::string> names_;  ///< the server's certificate is for these
    ServedCertificates certificates_;
    RequestMeter meter_;
    CommandWaits waits_;
    ArrivalQueue queue_;
    DiskRoom room_;
    AgentApi agents_;
    PeopleApi people_;
    std::latch announced_{1};
    // Each listener has threads of its own: no PC waits for people.
    Server agents_server_;
    Server people_server_;
};

}  // namespace wardwatch
