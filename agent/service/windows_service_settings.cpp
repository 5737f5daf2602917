// QueryServiceConfig2 and ChangeServiceConfig2, one setting at a time.
#include "agent/service/windows_service_settings.h"

#include "agent/system/windows_error.h"

namespace wardwatch {
namespace {

/// Kept as 64-bit numbers: the structures in it hold pointers. Empty where Windows does not tell it.
using Buffer = std::vector<std::uint64_t>;

Buffer query(SC_HANDLE service, DWORD level) {
    DWORD size = 0;
    Buffer buffer(64);
    while (!QueryServiceConfig2W(service, level, reinterpret_cast<BYTE*>(buffer.data()),
                                 static_cast<DWORD>(buffer.size() * sizeof buffer[0]), &size)) {
        if (GetLastError() != ERROR_INSUFFICIENT_BUFFER || size <= buffer.size() * sizeof buffer[0]) return {};
        buffer.resize(size / sizeof buffer[0] + 1);
    }
    return buffer;
}

template <class Structure>
const Structure* as(const Buffer& buffer) {
    return buffer.empty() ? nullptr : reinterpret_cast<const Structure*>(buffer.data());
}

std::vector<std::string> texts(const wchar_t* list) {
    std::vector<std::string> result;
    for (; list != nullptr && *list != L'\0'; list += result.back().size() + 1) {
        const std::wstring_view text(list);
        result.push_back(utf8(text));
        if (result.back().size() != text.size()) return result;  // no privilege has such a name
    }
    return result;
}

RestartActions restart_of(const SERVICE_FAILURE_ACTIONSW& failure) {
    RestartActions restart{{}, std::chrono::seconds(failure.dwResetPeriod)};
    for (DWORD i = 0; failure.lpsaActions != nullptr && i < failure.cActions; ++i) {
        if (failure.lpsaActions[i].Type == SC_ACTION_RESTART)
            restart.restart_after.emplace_back(failure.lpsaActions[i].Delay);
    }
    return restart;
}

bool change(SC_HANDLE service, DWORD level, void* value) {
    return ChangeServiceConfig2W(service, level, value) != FALSE;
}

bool write_restart(SC_HANDLE service, const RestartActions& restart) {
    std::vector<SC_ACTION> actions;
    actions.reserve(restart.restart_after.size());
    for (const std::chrono::milliseconds after : restart.restart_after)
        actions.push_back({SC_ACTION_RESTART, static_cast<DWORD>(after.count())});
    SERVICE_FAILURE_ACTIONSW failure = {};
    failure.dwResetPeriod = static_cast<DWORD>(restart.forget_after.count());
    failure.cActions = static_cast<DWORD>(actions.size());
    failure.lpsaActions = actions.data();
    return change(service, SERVICE_CONFIG_FAILURE_ACTIONS, &failure);
}

bool write_privileges(SC_HANDLE service, const std::vector<std::string>& privileges) {
    std::wstring list;
    for (const std::string& each : privileges) list += utf16(each) + L'\0';
    list += L'\0';
    SERVICE_REQUIRED_PRIVILEGES_INFOW required{list.data()};
    return change(service, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &required);
}

}  // namespace

ServiceSettings read_service_settings(SC_HANDLE service) {
    ServiceSettings found;
    const Buffer description = query(service, SERVICE_CONFIG_DESCRIPTION);
    if (const auto* value = as<SERVICE_DESCRIPTIONW>(description))
        found.description = value->lpDescription != nullptr ? utf8(std::wstring_view(value->lpDescription)) : "";
    const Buffer delayed = query(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO);
    if (const auto* value = as<SERVICE_DELAYED_AUTO_START_INFO>(delayed))
        found.delayed_start = value->fDelayedAutostart != FALSE;
    const Buffer failure = query(service, SERVICE_CONFIG_FAILURE_ACTIONS);
    if (const auto* value = as<SERVICE_FAILURE_ACTIONSW>(failure)) found.restart = restart_of(*value);
    const Buffer flag = query(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG);
    if (const auto* value = as<SERVICE_FAILURE_ACTIONS_FLAG>(flag))
        found.restart_after_exit_code = value->fFailureActionsOnNonCrashFailures != FALSE;
    const Buffer privileges = query(service, SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO);
    if (const auto* value = as<SERVICE_REQUIRED_PRIVILEGES_INFOW>(privileges))
        found.privileges = texts(value->pmszRequiredPrivileges);
    const Buffer sid = query(service, SERVICE_CONFIG_SERVICE_SID_INFO);
    if (const auto* value = as<SERVICE_SID_INFO>(sid))
        found.own_sid = value->dwServiceSidType == SERVICE_SID_TYPE_UNRESTRICTED;
    return found;
}

bool write_service_setting(SC_HANDLE service, ServiceSetting setting) {
    const ServiceSettings wanted = wanted_service_settings();
    switch (setting) {
        case ServiceSetting::description: {
            std::wstring text = utf16(wanted.description.value());
            SERVICE_DESCRIPTIONW description{text.data()};
            return change(service, SERVICE_CONFIG_DESCRIPTION, &description);
        }
        case ServiceSetting::delayed_start: {
            SERVICE_DELAYED_AUTO_START_INFO delayed{wanted.delayed_start.value()};
            return change(service, SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed);
        }
        case ServiceSetting::restart:
            return write_restart(service, wanted.restart.value());
        case ServiceSetting::restart_after_exit_code: {
            SERVICE_FAILURE_ACTIONS_FLAG flag{wanted.restart_after_exit_code.value()};
            return change(service, SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &flag);
        }
        case ServiceSetting::privileges:
            return write_privileges(service, wanted.privileges.value());
        case ServiceSetting::own_sid:
            break;
    }
    SERVICE_SID_INFO sid{SERVICE_SID_TYPE_UNRESTRICTED};
    return change(service, SERVICE_CONFIG_SERVICE_SID_INFO, &sid);
}

}  // namespace wardwatch
