// The agent as a service of the operating system.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "agent/schedule/wakeup.h"

namespace wardwatch {

/// Why the service ended: the service-specific exit code on Windows, the exit code elsewhere. docs/agent.md has a
/// sentence each.
enum class ServiceExit : int { stopped = 0, data_folder = 11, already_running = 12, unexpected = 13 };

/// What the service does; `foreground` is true when a person started it at a terminal.
using ServiceBody =
    std::function<ServiceExit(const std::stop_token& stop, const std::shared_ptr<Wakeup>& wakeup, bool foreground)>;

/// Runs the body on its own thread until the system or Ctrl+C asks to stop, and then ends the process within 8 seconds,
/// whether the body has returned or is held up in a call: nothing that it has stored can be lost by that. Windows: as a
/// service under the Service Control Manager, else in the foreground. Sleep, wake-up and changes of the clock wake the
/// body; `on_session_change` is called, on the service manager's thread, when somebody has logged on or off.
[[noreturn]] void run_service(const ServiceBody& body, void (*on_session_change)());

/// Registers this program with delayed automatic start, restart on failure and the least privileges, and its source in
/// the Event Log; `folder` becomes its --data. Replaces an older registration. Throws std::runtime_error: no rights, or
/// not on this system.
void install_service(const std::filesystem::path& folder);

/// The same for a service that an installer registered: what its tables cannot say. Throws std::runtime_error.
void configure_service(const std::filesystem::path& folder);

struct RepairedService {
    std::vector<std::string> put_back;  ///< what differed from what configure_service() writes, by name
    std::vector<std::string> refused;   ///< what could not be put back, and why
};
/// For the running service, at each start: a rolled-back upgrade, a repair by the MSI or a person may have left other
/// settings (command line, restart, delayed start, privileges, …). Start type and account are left alone: an
/// administrator may have changed those. `folder` is the data folder it runs on. Privileges and SID count from the next
/// start on. Throws std::runtime_error: no rights.
RepairedService repair_service(const std::filesystem::path& folder);

/// Stops and unregisters, with the source in the Event Log. False when there was none.
bool remove_service();

/// "running", "stopped", "not_installed", …; empty where the system does not say.
std::string service_state();

}  // namespace wardwatch
