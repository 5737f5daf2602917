// How the service is registered: start, restart, privileges, and its source in the Event Log.
#include "agent/data_folder/protected_files.h"
#include "agent/service/service.h"
#include "agent/service/windows_service_settings.h"
#include "agent/system/windows_error.h"
#include "collectors/core/unique_resource.h"

namespace wardwatch {
namespace {

constexpr wchar_t service_name[] = L"Wardwatch";
constexpr int stop_attempts = 60;
constexpr DWORD stop_attempt_ms = 250;

constexpr wchar_t event_source[] = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Wardwatch";

struct ServiceHandleTraits {
    static SC_HANDLE none() { return nullptr; }
    static void release(SC_HANDLE handle) noexcept { CloseServiceHandle(handle); }
};
using UniqueServiceHandle = UniqueResource<SC_HANDLE, ServiceHandleTraits>;

UniqueServiceHandle open_manager(DWORD access) {
    UniqueServiceHandle manager(OpenSCManagerW(nullptr, nullptr, access));
    if (!manager) throw failed_call("opening the service manager (run as administrator)");
    return manager;
}

// Empty when it is not registered.
UniqueServiceHandle open_service(const UniqueServiceHandle& manager, DWORD access) {
    UniqueServiceHandle service(OpenServiceW(manager.get(), service_name, access));
    if (!service && GetLastError() != ERROR_SERVICE_DOES_NOT_EXIST)
        throw failed_call("opening the service (run as administrator)");
    return service;
}

// As CommandLineToArgvW takes it apart: backslashes count only before a quote.
std::wstring quoted(const std::wstring& argument) {
    std::wstring text = L"\"";
    std::size_t backslashes = 0;
    for (const wchar_t c : argument) {
        if (c == L'"') text.append(backslashes + 1, L'\\');
        backslashes = c == L'\\' ? backslashes + 1 : 0;
        text.push_back(c);
    }
    text.append(backslashes, L'\\');
    return text + L"\"";
}

std::wstring own_path() {
    wchar_t program[MAX_PATH];
    const DWORD length = GetModuleFileNameW(nullptr, program, MAX_PATH);
    if (length == 0 || length == MAX_PATH) throw failed_call("GetModuleFileName");
    return program;
}

std::wstring command_line(const std::filesystem::path& folder) {
    return quoted(own_path()) + L" --data " + quoted(std::filesystem::absolute(folder).wstring()) + L" service run";
}

struct Registered {
    std::wstring command;  ///< empty where Windows does not tell it
    DWORD start = SERVICE_AUTO_START;
};

Registered registered(const UniqueServiceHandle& service) {
    DWORD size = 0;
    QueryServiceConfigW(service.get(), nullptr, 0, &size);
    std::vector<std::uint64_t> buffer(size / sizeof(std::uint64_t) + 1);
    auto* const config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer.data());
    if (!QueryServiceConfigW(service.get(), config, static_cast<DWORD>(buffer.size() * sizeof buffer[0]), &size) ||
        config->lpBinaryPathName == nullptr)
        return {};
    return {config->lpBinaryPathName, config->dwStartType};
}

// As the MSI does. Without it the Event Log shows the events with numbers instead of sentences: no reason to fail.
void register_event_source() {
    const std::wstring program = own_path();
    const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    RegSetKeyValueW(HKEY_LOCAL_MACHINE, event_source, L"EventMessageFile", REG_EXPAND_SZ, program.c_str(),
                    static_cast<DWORD>((program.size() + 1) * sizeof(wchar_t)));
    RegSetKeyValueW(HKEY_LOCAL_MACHINE, event_source, L"TypesSupported", REG_DWORD, &types, sizeof types);
}

DWORD state_of(const UniqueServiceHandle& service) {
    SERVICE_STATUS status = {};
    if (!QueryServiceStatus(service.get(), &status)) throw failed_call("asking for the service's state");
    return status.dwCurrentState;
}

void stop(const UniqueServiceHandle& service) {
    SERVICE_STATUS status = {};
    if (!ControlService(service.get(), SERVICE_CONTROL_STOP, &status) && GetLastError() != ERROR_SERVICE_NOT_ACTIVE)
        throw failed_call("stopping the service");
    for (int attempt = 0; attempt < stop_attempts; ++attempt) {
        if (state_of(service) == SERVICE_STOPPED) return;
        Sleep(stop_attempt_ms);
    }
    throw std::runtime_error("the service does not stop: end it in the task manager, then try again");
}

}  // namespace

void install_service(const std::filesystem::path& folder) {
    const UniqueServiceHandle manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    if (!open_service(manager, SERVICE_CHANGE_CONFIG)) {
        const UniqueServiceHandle made(CreateServiceW(manager.get(), service_name, L"Wardwatch", SERVICE_CHANGE_CONFIG,
                                                      SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                                                      SERVICE_ERROR_NORMAL, command_line(folder).c_str(), nullptr,
                                                      nullptr, nullptr, nullptr, nullptr));
        if (!made) throw failed_call("registering the service");
    }
    configure_service(folder);
    register_event_source();
}

void configure_service(const std::filesystem::path& folder) {
    const UniqueServiceHandle service = open_service(open_manager(SC_MANAGER_CONNECT), settings_access);
    if (!service) throw std::runtime_error("the service is not registered: run `wardwatch service install`");
    if (!ChangeServiceConfigW(service.get(), SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL,
                              command_line(folder).c_str(), nullptr, nullptr, nullptr, nullptr, nullptr, L"Wardwatch"))
        throw failed_call("changing the service");
    // Wine knows only some of these. A service without them works, so none is a reason to fail.
    for (const ServiceSetting setting : all_service_settings) write_service_setting(service.get(), setting);
}

RepairedService repair_service(const std::filesystem::path& folder) {
    RepairedService repaired;
    const UniqueServiceHandle service = open_service(open_manager(SC_MANAGER_CONNECT), settings_access);
    if (!service) return repaired;
    const std::wstring command = command_line(folder);
    const Registered found = registered(service);
    if (!found.command.empty() && found.command != command) {
        if (ChangeServiceConfigW(service.get(), SERVICE_NO_CHANGE, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE,
                                 command.c_str(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr))
            repaired.put_back.emplace_back("command line");
        else
            repaired.refused.push_back(failed_call("command line").what());
    }
    ServiceSettings settings = read_service_settings(service.get());
    if (found.start != SERVICE_AUTO_START) settings.delayed_start.reset();  // only an automatic start can be delayed
    for (const ServiceSetting setting : changed_settings(settings)) {
        if (write_service_setting(service.get(), setting))
            repaired.put_back.emplace_back(name_of(setting));
        else
            repaired.refused.push_back(failed_call(name_of(setting)).what());
    }
    return repaired;
}

bool remove_service() {
    const UniqueServiceHandle manager = open_manager(SC_MANAGER_CONNECT);
    const UniqueServiceHandle service = open_service(manager, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE);
    RegDeleteKeyExW(HKEY_LOCAL_MACHINE, event_source, KEY_WOW64_64KEY, 0);
    if (!service) return false;
    stop(service);
    if (!DeleteService(service.get())) throw failed_call("removing the service");
    return true;
}

std::string service_state() {
    const UniqueServiceHandle manager = open_manager(SC_MANAGER_CONNECT);
    const UniqueServiceHandle service = open_service(manager, SERVICE_QUERY_STATUS);
    if (!service) return "not_installed";
    switch (state_of(service)) {
        case SERVICE_RUNNING:
            return "running";
        case SERVICE_STOPPED:
            return "stopped";
        case SERVICE_START_PENDING:
            return "starting";
        case SERVICE_STOP_PENDING:
            return "stopping";
        default:
            return "paused";
    }
}

}  // namespace wardwatch
