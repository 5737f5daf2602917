// The settings of a registered service, read from and written to the service manager.
#pragma once

#include <windows.h>

#include "agent/service/service_settings.h"

namespace wardwatch {

/// The rights that the handle needs: a restart as the action after a failure is written by who may start the service.
inline constexpr DWORD settings_access = SERVICE_QUERY_CONFIG | SERVICE_CHANGE_CONFIG | SERVICE_START;

ServiceSettings read_service_settings(SC_HANDLE service);

/// Makes one of them as wanted_service_settings() says. False when Windows refuses: GetLastError() says why.
bool write_service_setting(SC_HANDLE service, ServiceSetting setting);

}  // namespace wardwatch
