// How the service runs under the service manager. How it is registered: windows_registration.cpp.
#include <atomic>
#include <cstdlib>
#include <future>

#include "agent/service/service.h"
#include "agent/system/windows_error.h"
#include "collectors/core/background_thread.h"

namespace wardwatch {
namespace {

constexpr wchar_t service_name[] = L"Wardwatch";
constexpr DWORD grace_ms = 8000;

// The SCM and Ctrl+C call plain functions, so what they need is here. One service per process.
struct Running {
    const ServiceBody* body = nullptr;
    void (*session_changed)() = nullptr;
    std::shared_ptr<Wakeup> wakeup = std::make_shared<Wakeup>();
    std::stop_source stop;
    // Both stay set: a PC that shuts down asks a service again that is stopping already.
    HANDLE stop_requested = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    HANDLE body_ended = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    std::atomic<int> outcome = 0;
    SERVICE_STATUS_HANDLE status = nullptr;
};
Running& running() {
    static Running* const one = new Running;  // never destroyed: threads may outlive main
    return *one;
}

void report(DWORD state, DWORD exit_code = 0) {
    SERVICE_STATUS status = {};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    if (state == SERVICE_RUNNING)
        status.dwControlsAccepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_POWEREVENT |
                                    SERVICE_ACCEPT_TIMECHANGE | SERVICE_ACCEPT_SESSIONCHANGE;
    if (state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING) status.dwWaitHint = grace_ms + 2000;
    if (exit_code != 0) {
        status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
        status.dwServiceSpecificExitCode = exit_code;
    }
    if (SetServiceStatus(running().status, &status)) return;
    if (state != SERVICE_RUNNING) return;
    // Windows 7 and Wine may not know the newest notification; the others are enough.
    status.dwControlsAccepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN;
    SetServiceStatus(running().status, &status);
}

void request_stop() {
    running().stop.request_stop();
    SetEvent(running().stop_requested);
}

DWORD WINAPI on_control(DWORD control, DWORD event, void*, void*) {
    switch (control) {
        case SERVICE_CONTROL_STOP:
        case SERVICE_CONTROL_SHUTDOWN:
            report(SERVICE_STOP_PENDING);
            request_stop();
            return NO_ERROR;
        case SERVICE_CONTROL_POWEREVENT:
        case SERVICE_CONTROL_TIMECHANGE:
            running().wakeup->wake();
            return NO_ERROR;
        case SERVICE_CONTROL_SESSIONCHANGE:
            if (event == WTS_SESSION_LOGON || event == WTS_SESSION_LOGOFF) running().session_changed();
            return NO_ERROR;
        case SERVICE_CONTROL_INTERROGATE:
            return NO_ERROR;
        default:
            return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

BOOL WINAPI on_console_event(DWORD) {
    request_stop();
    Sleep(grace_ms + 1000);  // the process ends meanwhile; returning would end it at once
    return TRUE;
}

// Returns the exit code when the body has ended or was given its grace.
DWORD run_body(bool foreground) {
    start_background_thread([foreground] {
        Running& one = running();
        one.outcome = static_cast<int>((*one.body)(one.stop.get_token(), one.wakeup, foreground));
        SetEvent(one.body_ended);
    });
    const HANDLE either[] = {running().stop_requested, running().body_ended};
    WaitForMultipleObjects(2, either, FALSE, INFINITE);
    WaitForSingleObject(running().body_ended, grace_ms);
    return static_cast<DWORD>(running().outcome.load());
}

void WINAPI service_main(DWORD, wchar_t**) {
    running().status = RegisterServiceCtrlHandlerExW(service_name, on_control, nullptr);
    if (running().status == nullptr) return;
    // Running before anything slow: at boot the SCM waits for each service in turn.
    report(SERVICE_START_PENDING);
    report(SERVICE_RUNNING);
    report(SERVICE_STOPPED, run_body(false));
}

}  // namespace

void run_service(const ServiceBody& body, void (*on_session_change)()) {
    running().body = &body;
    running().session_changed = on_session_change;
    wchar_t name[] = L"Wardwatch";
    const SERVICE_TABLE_ENTRYW table[] = {{name, service_main}, {nullptr, nullptr}};
    DWORD exit_code = 0;
    if (!StartServiceCtrlDispatcherW(table)) {
        // ERROR_FAILED_SERVICE_CONTROLLER_CONNECT: a person started it.
        SetConsoleCtrlHandler(on_console_event, TRUE);
        exit_code = run_body(true);
    }
    // Not exit(): a scan that hangs may still run, and would meet destroyed objects.
    TerminateProcess(GetCurrentProcess(), exit_code);
    std::abort();
}

}  // namespace wardwatch
