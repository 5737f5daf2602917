// The agent on this PC: real clock, real centre, real collectors.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>

#include "agent/schedule/wakeup.h"
#include "agent/service/service.h"

namespace wardwatch {

/// Runs until a stop is requested. `console`: the log goes to standard error too. Says on standard error and in the log
/// why it ended otherwise.
ServiceExit run_agent(const std::filesystem::path& folder, const std::stop_token& stop,
                      const std::shared_ptr<Wakeup>& wakeup, bool console);

/// The same under the system's service manager, or in the foreground: see run_service.
[[noreturn]] void run_agent_as_service(const std::filesystem::path& folder);

}  // namespace wardwatch
