// What `wardwatch status` says about the service that runs, and about its last scan.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/cli/cli.h"
#include "agent/control/control.h"

namespace wardwatch {

struct ServiceView {
    std::string state;               ///< "running", "stopped", "not_installed", …
    std::optional<LiveStatus> live;  ///< what the service says; empty when none answers
    std::string problem;             ///< why it does not answer although it runs
};

/// A verdict in people's words: "không đạt" for "fail".
std::string verdict_text(const Invocation& invocation, const std::string& name);

/// Asks the service on this data folder. Never throws for the service's sake.
ServiceView look_at_service(const Invocation& invocation);

/// The members of `status --json`, and the table's rows. `notes` are the database's: what was stored last; `none`
/// stands for what they lack.
nlohmann::json live_members(const ServiceView& service, std::map<std::string, std::string> notes);
std::vector<std::vector<std::string>> live_rows(const Invocation& invocation, const ServiceView& service,
                                                std::map<std::string, std::string> notes, const std::string& none);

}  // namespace wardwatch
