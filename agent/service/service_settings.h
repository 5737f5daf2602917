// How the service is to be registered beyond what the MSI's tables say, and what of it differs. Values only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace wardwatch {

struct RestartActions {
    std::vector<std::chrono::milliseconds> restart_after;  ///< one entry a failure; the last counts for all others
    std::chrono::seconds forget_after;                     ///< so long without a failure
    bool operator==(const RestartActions&) const = default;
};

/// Nothing: this Windows does not tell it (Wine knows only some).
struct ServiceSettings {
    std::optional<std::string> description;
    std::optional<bool> delayed_start;
    std::optional<RestartActions> restart;  ///< other actions than a restart make it differ: no entry stands for them
    std::optional<bool> restart_after_exit_code;
    std::optional<std::vector<std::string>> privileges;
    std::optional<bool> own_sid;  ///< unrestricted: rights and firewall rules can name this service
};

/// What `wardwatch service install` and the MSI give it.
ServiceSettings wanted_service_settings();

enum class ServiceSetting { description, delayed_start, restart, restart_after_exit_code, privileges, own_sid };
inline constexpr ServiceSetting all_service_settings[] = {
    ServiceSetting::description, ServiceSetting::delayed_start,
    ServiceSetting::restart,     ServiceSetting::restart_after_exit_code,
    ServiceSetting::privileges,  ServiceSetting::own_sid};

/// "delayed start", …, for the log.
const char* name_of(ServiceSetting setting);

/// What Windows tells otherwise than wanted; what it does not tell is left alone.
std::vector<ServiceSetting> changed_settings(const ServiceSettings& found);

}  // namespace wardwatch
