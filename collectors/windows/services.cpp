#include "collectors/windows/services.h"

#include <windows.h>

#include <algorithm>
#include <cstddef>

#include "collectors/core/unique_resource.h"
#include "collectors/windows/error.h"
#include "collectors/windows/text.h"

namespace wardwatch {
namespace {

struct ServiceManagerTraits {
    static SC_HANDLE none() { return nullptr; }
    static void release(SC_HANDLE handle) noexcept { CloseServiceHandle(handle); }
};
using UniqueServiceManager = UniqueResource<SC_HANDLE, ServiceManagerTraits>;

bool runs(DWORD state) {
    return state == SERVICE_RUNNING || state == SERVICE_START_PENDING || state == SERVICE_CONTINUE_PENDING;
}

// The service manager hands out at most 256 KiB at once and says with which service it goes on. Between two calls
// services come and go; each round moves on, so that this ends.
std::vector<Service> list_services(DWORD type, const wchar_t* group) {
    const UniqueServiceManager manager(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_ENUMERATE_SERVICE));
    if (!manager) throw windows_error("OpenSCManager", GetLastError());
    std::vector<std::byte> buffer(256 << 10);
    std::vector<Service> services;
    DWORD resume = 0;
    for (bool more = true; more;) {
        DWORD needed = 0;
        DWORD count = 0;
        const BOOL done = EnumServicesStatusExW(manager.get(), SC_ENUM_PROCESS_INFO, type, SERVICE_STATE_ALL,
                                                reinterpret_cast<BYTE*>(buffer.data()),
                                                static_cast<DWORD>(buffer.size()), &needed, &count, &resume, group);
        const DWORD error = done ? ERROR_SUCCESS : GetLastError();
        // A group that no driver has named yet does not exist.
        if (error == ERROR_SERVICE_DOES_NOT_EXIST) break;
        if (error != ERROR_SUCCESS && (error != ERROR_MORE_DATA || count == 0)) {
            throw windows_error("EnumServicesStatusEx", error);
        }
        const auto* entries = static_cast<const ENUM_SERVICE_STATUS_PROCESSW*>(static_cast<const void*>(buffer.data()));
        for (DWORD i = 0; i < count; ++i) {
            services.push_back(
                {to_utf8(entries[i].lpServiceName), runs(entries[i].ServiceStatusProcess.dwCurrentState)});
        }
        more = error == ERROR_MORE_DATA;
    }
    std::sort(services.begin(), services.end(), [](const Service& a, const Service& b) { return a.name < b.name; });
    return services;
}

}  // namespace

std::vector<Service> WindowsServices::all() const { return list_services(SERVICE_WIN32, nullptr); }

std::vector<Service> WindowsServices::antivirus_drivers() const {
    return list_services(SERVICE_FILE_SYSTEM_DRIVER, L"FSFilter Anti-Virus");
}

}  // namespace wardwatch
