// Errors of Windows calls as PortError. In English and by number: Windows' own messages are in the PC's language.
#pragma once

#include "collectors/core/reason.h"
#include "collectors/machine/machine.h"

namespace wardwatch {

/// "NetUserEnum failed with error 5 (access denied: run as administrator)", for Win32 and NET_API_STATUS codes.
PortError windows_error(const Said& call, unsigned long code);

/// "ConnectServer failed with 0x8004100e (this PC has no such WMI namespace)", for COM and WMI results.
PortError com_error(const Said& call, long result);

/// "SamConnect failed with status 0xc0000022 (access denied: run as administrator)", for NTSTATUS.
PortError status_error(const Said& call, long status);

}  // namespace wardwatch
