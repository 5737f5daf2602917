// The service's end of the Unix socket: one thread, several clients, a time limit for each.
#include "agent/control/posix_control.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <list>
#include <system_error>
#include <vector>

#include "agent/control/control_channel.h"

namespace wardwatch {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// More wait in the listening socket's queue until one has left: after 3 seconds at the latest.
constexpr std::size_t most_clients = 8;

std::runtime_error control_failed(const std::string& what) {
    return std::runtime_error(what + ": " + std::generic_category().message(errno));
}

UniqueSocket listen_in(const fs::path& folder) {
    const std::string file = control_socket_file(folder).string();
    const std::optional<sockaddr_un> address = control_address(folder);
    if (!address)
        throw std::runtime_error("the path of the control socket " + file + " is longer than " +
                                 std::to_string(sizeof address->sun_path - 1) + " bytes: give --data a shorter folder");
    struct stat info = {};
    if (lstat(file.c_str(), &info) == 0) {
        // Of a service that was killed: this one holds the folder's lock.
        if (!S_ISSOCK(info.st_mode)) throw std::runtime_error(file + " is no socket: remove it");
        if (unlink(file.c_str()) != 0) throw control_failed("removing " + file);
    }
    UniqueSocket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) throw control_failed("making the control socket");
    // Before it has a name; bind() takes the mode from here.
    if (fchmod(socket.get(), 0600) != 0) throw control_failed("protecting the control socket");
    if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0 ||
        listen(socket.get(), 16) != 0)
        throw control_failed("listening on " + file);
    return socket;
}

struct Client {
    UniqueSocket socket;
    Clock::time_point deadline;
    std::string in;
    std::string out;  // not empty: the answer's rest
};

std::optional<Client> accept_client(int listener) {
    UniqueSocket socket(accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
        if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return std::nullopt;
        throw control_failed("accepting on the control socket");
    }
    if (!control_peer_is_trusted(socket.get())) return std::nullopt;
    return Client{std::move(socket), Clock::now() + control_client_limit, "", ""};
}

bool try_again_later() { return errno == EAGAIN || errno == EINTR; }

// False when the client is done with, or gone.
bool read_request(Client& client, const ControlAnswer& answer) {
    char block[max_control_request];
    const ssize_t count = recv(client.socket.get(), block, sizeof block, 0);
    if (count < 0) return try_again_later();
    if (count == 0) return false;
    client.in.append(block, static_cast<std::size_t>(count));
    const std::size_t end = client.in.find('\n');
    if (std::min(end, client.in.size()) >= max_control_request)
        client.out = control_request_too_long() + "\n";
    else if (end != std::string::npos)
        client.out = answer(std::string_view(client.in).substr(0, end)) + "\n";
    return true;
}

bool write_answer(Client& client) {
    const ssize_t count = send(client.socket.get(), client.out.data(), client.out.size(), MSG_NOSIGNAL);
    if (count < 0) return try_again_later();
    client.out.erase(0, static_cast<std::size_t>(count));
    return !client.out.empty();
}

std::vector<pollfd> watched(int stopped, int listener, const std::list<Client>& clients) {
    std::vector<pollfd> all = {{stopped, POLLIN, 0}};
    for (const Client& client : clients)
        all.push_back({client.socket.get(), static_cast<short>(client.out.empty() ? POLLIN : POLLOUT), 0});
    if (clients.size() < most_clients) all.push_back({listener, POLLIN, 0});
    return all;
}

int wait_for_next_deadline(const std::list<Client>& clients) {
    int wait = -1;
    for (const Client& client : clients) {
        const int rest = control_milliseconds_until(client.deadline);
        wait = wait < 0 ? rest : std::min(wait, rest);
    }
    return wait;
}

void serve_clients(int stopped, int listener, const ControlAnswer& answer) {
    std::list<Client> clients;
    for (;;) {
        std::vector<pollfd> ready = watched(stopped, listener, clients);
        if (poll(ready.data(), ready.size(), wait_for_next_deadline(clients)) < 0 && errno != EINTR)
            throw control_failed("waiting on the control socket");
        if (ready[0].revents != 0) return;
        const bool somebody_new = ready.size() == clients.size() + 2 && ready.back().revents != 0;
        std::size_t position = 0;
        const Clock::time_point now = Clock::now();
        std::erase_if(clients, [&](Client& client) {
            const bool due = ready[++position].revents != 0;
            if (due && !(client.out.empty() ? read_request(client, answer) : write_answer(client))) return true;
            return client.deadline <= now;
        });
        if (!somebody_new) continue;
        if (std::optional<Client> client = accept_client(listener)) clients.push_back(std::move(*client));
    }
}

}  // namespace

void serve_control(const fs::path& folder, const std::stop_token& stop, const ControlAnswer& answer) {
    const UniqueSocket stopped(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!stopped) throw control_failed("preparing the control socket");
    const UniqueSocket listener = listen_in(folder);
    const std::stop_callback on_stop(stop, [&] { eventfd_write(stopped.get(), 1); });
    try {
        serve_clients(stopped.get(), listener.get(), answer);
    } catch (const std::exception&) {
        unlink(control_socket_file(folder).c_str());
        throw;
    }
    unlink(control_socket_file(folder).c_str());
}

}  // namespace wardwatch
