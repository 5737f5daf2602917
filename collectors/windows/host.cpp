#include "collectors/windows/host.h"

#include <windows.h>

#include <lm.h>

#include <vector>

#include "collectors/windows/error.h"
#include "collectors/windows/library.h"
#include "collectors/windows/net_buffer.h"
#include "collectors/windows/text.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

using RtlGetVersionFunction = LONG(WINAPI*)(OSVERSIONINFOEXW*);

// GetVersionEx tells a program without a manifest for the newest Windows that it runs on an older one; this does not.
WindowsVersion kernel_version() {
    OSVERSIONINFOEXW information{};
    information.dwOSVersionInfoSize = sizeof information;
    const LONG status = system_function<RtlGetVersionFunction>("ntdll.dll", "RtlGetVersion")(&information);
    if (status != 0) throw status_error("RtlGetVersion", status);
    return {information.dwMajorVersion, information.dwMinorVersion, information.dwBuildNumber,
            to_utf8(information.szCSDVersion)};
}

}  // namespace

std::string WindowsHost::name() const {
    std::vector<wchar_t> name(256);
    DWORD length = static_cast<DWORD>(name.size());
    if (!GetComputerNameExW(ComputerNamePhysicalDnsHostname, name.data(), &length)) {
        throw windows_error("GetComputerNameEx", GetLastError());
    }
    return to_utf8({name.data(), length});
}

OperatingSystem WindowsHost::operating_system() const { return describe_windows(kernel_version(), registry_); }

Membership WindowsHost::membership() const {
    wchar_t* name = nullptr;
    NETSETUP_JOIN_STATUS status = NetSetupUnknownStatus;
    const NET_API_STATUS result = NetGetJoinInformation(nullptr, &name, &status);
    if (result != NERR_Success) throw windows_error("NetGetJoinInformation", result);
    const UniqueNetBuffer owner(static_cast<BYTE*>(static_cast<void*>(name)));
    switch (status) {
        case NetSetupDomainName:
            return {"domain", to_utf8(name)};
        case NetSetupWorkgroupName:
            return {"workgroup", to_utf8(name)};
        case NetSetupUnjoined:
            return {"standalone", ""};
        default:
            throw PortError(reasons::windows_names_no_membership());
    }
}

std::string WindowsHost::time_zone() const {
    DYNAMIC_TIME_ZONE_INFORMATION zone{};
    if (GetDynamicTimeZoneInformation(&zone) == TIME_ZONE_ID_INVALID) {
        throw windows_error("GetDynamicTimeZoneInformation", GetLastError());
    }
    if (zone.TimeZoneKeyName[0] == L'\0') throw PortError(reasons::windows_names_no_time_zone());
    return to_utf8(zone.TimeZoneKeyName);
}

}  // namespace wardwatch
