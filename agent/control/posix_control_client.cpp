// The command line's end of the Unix socket.
#include <poll.h>

#include <cerrno>
#include <system_error>

#include "agent/control/control_channel.h"
#include "agent/control/posix_control.h"

namespace wardwatch {
namespace {

using Clock = std::chrono::steady_clock;

ControlError channel_failed(const std::string& what) {
    return {ControlFailure::failed, "the service's control channel failed: " + what};
}

ControlError channel_failed_errno() { return channel_failed(std::generic_category().message(errno)); }

UniqueSocket connect_to(const std::filesystem::path& folder) {
    const std::optional<sockaddr_un> address = control_address(folder);
    if (!address) throw ControlError(ControlFailure::absent, "the data folder's path is too long for a control socket");
    UniqueSocket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) throw channel_failed_errno();
    // connect() waits only while the server's queue is full, and then no longer than this.
    const timeval limit{std::chrono::duration_cast<std::chrono::seconds>(control_answer_limit).count(), 0};
    setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
        if (errno == ENOENT || errno == ENOTDIR || errno == ECONNREFUSED)
            throw ControlError(ControlFailure::absent, "no service runs on the data folder " + utf8(folder));
        if (errno == EACCES || errno == EPERM)
            throw ControlError(ControlFailure::denied,
                               "only an administrator may ask the service on " + utf8(folder) + ": run as root");
        throw channel_failed_errno();
    }
    if (!control_peer_is_trusted(socket.get()))
        throw channel_failed("what answers in " + utf8(folder) + " runs as another user and is not trusted");
    return socket;
}

void send_line(const UniqueSocket& socket, std::string line) {
    line += '\n';
    // Far less than a socket's buffer. A service that refuses the line may have closed already: its answer is there.
    if (send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0 && errno != EPIPE) throw channel_failed_errno();
}

std::string receive_line(const UniqueSocket& socket) {
    const Clock::time_point deadline = Clock::now() + control_answer_limit;
    std::string line;
    for (;;) {
        pollfd ready = {socket.get(), POLLIN, 0};
        const int rest = control_milliseconds_until(deadline);
        const int count = poll(&ready, 1, rest);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw channel_failed_errno();
        if (count == 0)
            throw channel_failed("no answer within " + std::to_string(control_answer_limit.count()) +
                                 " seconds: see wardwatch.log, or start the service anew");
        char block[4096];
        const ssize_t size = recv(socket.get(), block, sizeof block, 0);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) throw channel_failed("the service ended before it answered");
        line.append(block, static_cast<std::size_t>(size));
        if (line.back() == '\n') return line.substr(0, line.size() - 1);
        if (line.size() > max_control_answer) throw channel_failed("the answer is too long");
    }
}

}  // namespace

std::string exchange_control(const std::filesystem::path& folder, std::string_view request) {
    const UniqueSocket socket = connect_to(folder);
    send_line(socket, std::string(request));
    return receive_line(socket);
}

}  // namespace wardwatch
