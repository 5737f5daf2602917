// The command line's end of the named pipe; a pipe of another user's is not believed.
#include "agent/control/control_channel.h"
#include "agent/control/windows_control.h"
#include "agent/data_folder/protected_files.h"
#include "agent/system/windows_error.h"
#include "agent/system/windows_rights.h"

namespace wardwatch {
namespace {

using Clock = std::chrono::steady_clock;

ControlError channel_failed(const std::string& what) {
    return {ControlFailure::failed, "the service's control channel failed: " + what};
}

// While all instances serve others there is none to open.
UniquePipe open_pipe(const std::filesystem::path& folder, Clock::time_point deadline) {
    const std::wstring name = control_pipe_name(folder);
    for (;;) {
        // SECURITY_IDENTIFICATION: whoever answers may see who asks, but not act in his name.
        UniquePipe pipe(CreateFileW(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                                    FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, nullptr));
        if (pipe) return pipe;
        const DWORD error = GetLastError();
        if (error == ERROR_FILE_NOT_FOUND)
            throw ControlError(ControlFailure::absent, "no service runs on the data folder " + utf8(folder));
        if (error == ERROR_ACCESS_DENIED)
            throw ControlError(ControlFailure::denied,
                               "only administrators may ask the service: run this in a command prompt that was opened "
                               "with \"Run as administrator\"");
        const DWORD rest = control_milliseconds_until(deadline);
        if (error != ERROR_PIPE_BUSY || rest == 0) throw channel_failed(failed_call("opening its pipe", error).what());
        WaitNamedPipeW(name.c_str(), rest);
    }
}

// Anyone may make a pipe of this name while no service runs. Its owner tells who did: only administrators can make one
// that belongs to SYSTEM or Administrators. (The process id that the pipe tells is no proof: handles can be handed on.)
void check_server(const UniquePipe& pipe) {
    try {
        if (owner_is_trusted(pipe.get())) return;
    } catch (const std::runtime_error& error) {
        throw channel_failed(error.what());
    }
    throw channel_failed(
        "its pipe belongs to a user who is no administrator. Find and end that program, then start the service "
        "anew");
}

// Bytes that the call has moved; 0 when the other side has closed.
DWORD finish(const UniquePipe& pipe, OVERLAPPED& call, BOOL succeeded, Clock::time_point deadline) {
    DWORD count = 0;
    if (!succeeded && GetLastError() == ERROR_BROKEN_PIPE) return 0;
    if (!succeeded && GetLastError() != ERROR_IO_PENDING)
        throw channel_failed(failed_call("a call on its pipe").what());
    const bool in_time = WaitForSingleObject(call.hEvent, control_milliseconds_until(deadline)) == WAIT_OBJECT_0;
    if (!in_time) CancelIoEx(pipe.get(), &call);
    if (GetOverlappedResult(pipe.get(), &call, &count, TRUE)) return count;
    if (!in_time)
        throw channel_failed("no answer within " + std::to_string(control_answer_limit.count()) +
                             " seconds: see wardwatch.log, or start the service anew");
    if (GetLastError() == ERROR_BROKEN_PIPE || GetLastError() == ERROR_PIPE_NOT_CONNECTED) return 0;
    throw channel_failed(failed_call("a call on its pipe").what());
}

}  // namespace

std::string exchange_control(const std::filesystem::path& folder, std::string_view request) {
    const Clock::time_point deadline = Clock::now() + control_answer_limit;
    const UniquePipe pipe = open_pipe(folder, deadline);
    check_server(pipe);
    const UniqueEvent event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    if (!event) throw channel_failed(failed_call("CreateEvent").what());
    const std::string out = std::string(request) + "\n";
    OVERLAPPED call = {};
    call.hEvent = event.get();
    // Whole or not at all: it fits the pipe's buffer. A service that refuses it may have left already, with an answer.
    finish(pipe, call, WriteFile(pipe.get(), out.data(), static_cast<DWORD>(out.size()), nullptr, &call), deadline);
    std::string line;
    for (;;) {
        char block[4096];
        call = {};
        call.hEvent = event.get();
        const DWORD count = finish(pipe, call, ReadFile(pipe.get(), block, sizeof block, nullptr, &call), deadline);
        if (count == 0) throw channel_failed("the service ended before it answered");
        line.append(block, count);
        if (line.back() == '\n') return line.substr(0, line.size() - 1);
        if (line.size() > max_control_answer) throw channel_failed("the answer is too long");
    }
}

}  // namespace wardwatch
