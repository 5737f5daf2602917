// The service's end of the named pipe: several instances, overlapped calls, a time limit for each client.
#include "agent/control/windows_control.h"

#include <algorithm>
#include <array>

#include "agent/control/control_channel.h"
#include "agent/data_folder/protected_files.h"
#include "agent/system/windows_error.h"
#include "reporting/tls/pki.h"
// After windows.h:
#include <sddl.h>

namespace wardwatch {
namespace {

using Clock = std::chrono::steady_clock;

// As many clients at a time; the next gets ERROR_PIPE_BUSY and waits until one has left: 3 seconds at most.
constexpr std::size_t pipe_instances = 4;

// SYSTEM and Administrators; nobody else may open the pipe or add an instance to it.
constexpr wchar_t pipe_rights[] = L"D:P(A;;FA;;;SY)(A;;FA;;;BA)";

struct DescriptorTraits {
    static void* none() { return nullptr; }
    static void release(void* memory) noexcept { LocalFree(memory); }
};
using UniqueDescriptor = UniqueResource<void*, DescriptorTraits>;

enum class Step { connecting, reading, answering, leaving };

// One instance of the pipe with the one call that is under way on it. Stays where it is: the system writes into it.
struct Instance {
    UniquePipe pipe;
    UniqueEvent event;
    OVERLAPPED call = {};
    Step step = Step::connecting;
    Clock::time_point deadline = Clock::time_point::max();
    char block[max_control_request] = {};
    std::string in;
    std::string out;
};
using Instances = std::array<Instance, pipe_instances>;

UniqueEvent new_event() {
    UniqueEvent event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    if (!event) throw failed_call("CreateEvent");
    return event;
}

void open_instances(Instances& instances, const std::wstring& name) {
    UniqueDescriptor descriptor;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(pipe_rights, SDDL_REVISION_1, descriptor.receive(),
                                                              nullptr))
        throw failed_call("ConvertStringSecurityDescriptorToSecurityDescriptor");
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    // The first one fails when somebody has the name already: he could answer in the service's place.
    DWORD first = FILE_FLAG_FIRST_PIPE_INSTANCE;
    for (Instance& instance : instances) {
        instance.event = new_event();
        instance.pipe.reset(CreateNamedPipeW(
            name.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | first,
            PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, pipe_instances,
            static_cast<DWORD>(max_control_answer), static_cast<DWORD>(max_control_request), 0, &attributes));
        if (!instance.pipe)
            throw failed_call("making the pipe " + utf8(std::wstring_view(name)) +
                              (first != 0 ? " (another program may have taken its name)" : ""));
        first = 0;
    }
}

OVERLAPPED* new_call(Instance& instance, Step step) {
    instance.step = step;
    instance.call = {};
    instance.call.hEvent = instance.event.get();
    ResetEvent(instance.event.get());
    return &instance.call;
}

// A call that succeeded at once sets its event, too: both are told by the wait.
bool under_way(BOOL succeeded) { return succeeded || GetLastError() == ERROR_IO_PENDING; }

bool read_more(Instance& instance, Step step) {
    OVERLAPPED* call = new_call(instance, step);
    return under_way(ReadFile(instance.pipe.get(), instance.block, sizeof instance.block, nullptr, call));
}

bool write_answer(Instance& instance) {
    OVERLAPPED* call = new_call(instance, Step::answering);
    return under_way(
        WriteFile(instance.pipe.get(), instance.out.data(), static_cast<DWORD>(instance.out.size()), nullptr, call));
}

// A client may be there already: since the instance was made.
void await_client(Instance& instance) {
    for (;; DisconnectNamedPipe(instance.pipe.get())) {
        instance.in.clear();
        instance.out.clear();
        instance.deadline = Clock::time_point::max();
        OVERLAPPED* call = new_call(instance, Step::connecting);
        if (under_way(ConnectNamedPipe(instance.pipe.get(), call))) return;
        const DWORD error = GetLastError();
        if (error == ERROR_PIPE_CONNECTED) {  // between the two calls: no event will say so
            instance.deadline = Clock::now() + control_client_limit;
            if (read_more(instance, Step::reading)) return;
        } else if (error != ERROR_NO_DATA) {  // came and left
            throw failed_call("waiting on the control pipe", error);
        }
    }
}

// The request so far; false when there is nothing more to do for this client.
bool take_request(Instance& instance, DWORD count, const ControlAnswer& answer) {
    instance.in.append(instance.block, count);
    const std::size_t end = instance.in.find('\n');
    if (std::min(end, instance.in.size()) >= max_control_request)
        instance.out = control_request_too_long() + "\n";
    else if (end != std::string::npos)
        instance.out = answer(std::string_view(instance.in).substr(0, end)) + "\n";
    else
        return read_more(instance, Step::reading);
    return write_answer(instance);
}

// What follows when the call has ended; false when the client is to go.
bool go_on(Instance& instance, DWORD count, const ControlAnswer& answer) {
    switch (instance.step) {
        case Step::connecting:
            instance.deadline = Clock::now() + control_client_limit;
            return read_more(instance, Step::reading);
        case Step::reading:
            return take_request(instance, count, answer);
        case Step::answering:
            instance.out.erase(0, count);
            if (!instance.out.empty()) return write_answer(instance);
            return read_more(instance, Step::leaving);
        case Step::leaving:
            // Disconnecting throws away what the client has not read yet: it closes first, which fails this read. What
            // it still says, behind a request that was too long, is read away until its time is over.
            return read_more(instance, Step::leaving);
    }
    return false;
}

// Ends the call, so that the system no longer writes into the instance.
void cancel(Instance& instance) {
    DWORD count = 0;
    if (CancelIoEx(instance.pipe.get(), &instance.call) || GetLastError() != ERROR_NOT_FOUND)
        GetOverlappedResult(instance.pipe.get(), &instance.call, &count, TRUE);
}

struct CancelAll {
    Instances& instances;
    ~CancelAll() {
        for (Instance& instance : instances)
            if (instance.pipe && instance.call.hEvent != nullptr) {
                cancel(instance);
                // Else a client that stays would keep the name taken after this process.
                DisconnectNamedPipe(instance.pipe.get());
            }
    }
};

void send_away(Instance& instance) {
    DisconnectNamedPipe(instance.pipe.get());
    await_client(instance);
}

void look_after(Instance& instance, Clock::time_point now, const ControlAnswer& answer) {
    DWORD count = 0;
    if (WaitForSingleObject(instance.event.get(), 0) == WAIT_OBJECT_0) {
        const bool succeeded = GetOverlappedResult(instance.pipe.get(), &instance.call, &count, FALSE) != 0;
        if (!succeeded || !go_on(instance, count, answer)) send_away(instance);
    } else if (instance.deadline <= now) {
        cancel(instance);
        send_away(instance);
    }
}

void serve_instances(Instances& instances, HANDLE stopped, const ControlAnswer& answer) {
    std::array<HANDLE, pipe_instances + 1> events = {stopped};
    for (std::size_t i = 0; i < pipe_instances; ++i) events[i + 1] = instances[i].event.get();
    for (;;) {
        DWORD wait = INFINITE;
        for (const Instance& instance : instances)
            if (instance.deadline != Clock::time_point::max())
                wait = std::min(wait, control_milliseconds_until(instance.deadline));
        const DWORD woken = WaitForMultipleObjects(static_cast<DWORD>(events.size()), events.data(), FALSE, wait);
        if (woken == WAIT_OBJECT_0) return;
        if (woken == WAIT_FAILED) throw failed_call("waiting on the control pipe");
        for (Instance& instance : instances) look_after(instance, Clock::now(), answer);
    }
}

}  // namespace

std::wstring control_pipe_name(const std::filesystem::path& folder) {
    const auto comparable = [](const std::filesystem::path& path) {
        std::wstring text = std::filesystem::absolute(path).lexically_normal().make_preferred().wstring();
        while (text.size() > 3 && text.back() == L'\\') text.pop_back();
        CharLowerBuffW(text.data(), static_cast<DWORD>(text.size()));
        return text;
    };
    const std::wstring text = comparable(folder);
    // Also as a literal: services that Wine starts have another %ProgramData%.
    if (text == comparable(default_data_folder()) || text == L"c:\\programdata\\wardwatch")
        return L"\\\\.\\pipe\\wardwatch";
    return L"\\\\.\\pipe\\wardwatch-" + utf16(sha256_hex(utf8(std::wstring_view(text))).substr(0, 16));
}

DWORD control_milliseconds_until(Clock::time_point then) {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(then - Clock::now());
    return static_cast<DWORD>(std::max(rest.count(), std::chrono::milliseconds::rep{0}));
}

void serve_control(const std::filesystem::path& folder, const std::stop_token& stop, const ControlAnswer& answer) {
    const UniqueEvent stopped = new_event();
    const std::stop_callback on_stop(stop, [&] { SetEvent(stopped.get()); });
    Instances instances;
    const CancelAll at_the_end{instances};
    open_instances(instances, control_pipe_name(folder));
    for (Instance& instance : instances) await_client(instance);
    serve_instances(instances, stopped.get(), answer);
}

}  // namespace wardwatch
