// The agents' API: the long poll for commands, and what the PC says about one.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reporting/central/api/routes.h"
#include "reporting/central/commands/store.h"
#include "reporting/central/commands/waits.h"
#include "reporting/central/devices/calling_device.h"
#include "reporting/central/http/listener.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// How this centre takes reports, as its answers to reports and heartbeats offer.
nlohmann::json report_offers_json();
/// What an agent is told in return for a heartbeat, whichever way it came.
nlohmann::json heartbeat_json(bool want_report);
/// Without what an agent needs not: it says so much each day that a line of its answers' heads is felt.
HttpResponse agent_answer(unsigned status, const nlohmann::json& body);

struct AgentCommandOptions {
    CallingDevice caller;
    /// Takes the heartbeat that a poll carries; what the PC is told in return. Throws ApiError.
    std::function<nlohmann::json(const Call&, const Caller&, const nlohmann::json& heartbeat)> heartbeat;
    /// What an agent is told of the update of this version; nothing when it is not here any more.
    std::function<std::optional<nlohmann::json>(const std::string& version)> update;
    std::function<void(const CommandDelivery&)> delivered;  ///< writes it down, now or soon
    Log log;
    CommandWaits* waits = nullptr;  ///< outlives this and its answers; without it no poll waits
};

using AgentHandler = std::function<HttpResponse(const HttpRequest&)>;

/// May be used from several threads at once. Outlives its routes.
class AgentCommands {
public:
    AgentCommands(sql::Database& database, AgentCommandOptions options)
        : database_(database), options_(std::move(options)) {}

    std::vector<Route> routes() const;
    /// What `handle` answers, but a poll for commands waits for one. `handle` is copied with the request for that.
    std::variant<HttpResponse, LaterAnswer> handle_waiting(const HttpRequest& request,
                                                           const AgentHandler& handle) const;

private:
    HttpResponse commands(const Call& call) const;
    HttpResponse command_news(const Call& call) const;
    nlohmann::json described(const std::vector<StoredCommand>& commands) const;

    sql::Database& database_;
    AgentCommandOptions options_;
};

}  // namespace wardwatch
