// What both ends of the Unix socket share. For posix_control*.cpp only.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "agent/data_folder/protected_files.h"
#include "collectors/core/unique_resource.h"

namespace wardwatch {

struct SocketTraits {
    static int none() { return -1; }
    static void release(int file) noexcept { close(file); }
};
using UniqueSocket = UniqueResource<int, SocketTraits>;

inline std::filesystem::path control_socket_file(const std::filesystem::path& folder) {
    return folder / "control.sock";
}

/// Empty when the path does not fit (107 bytes on Linux).
inline std::optional<sockaddr_un> control_address(const std::filesystem::path& folder) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const std::string path = control_socket_file(folder).string();
    if (path.size() >= sizeof address.sun_path) return std::nullopt;
    path.copy(address.sun_path, path.size());
    return address;
}

/// Who is at the other end when it connected or began to listen; empty when the system does not say.
inline std::optional<uid_t> control_peer(int socket) {
    ucred peer = {};
    socklen_t size = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
    return peer.uid;
}

inline bool control_peer_is_trusted(int socket) {
    const std::optional<uid_t> peer = control_peer(socket);
    return peer && (*peer == 0 || *peer == geteuid());
}

/// For poll: from now to then, rounded up, 0 when it is over.
inline int control_milliseconds_until(std::chrono::steady_clock::time_point then) {
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(then - std::chrono::steady_clock::now());
    return static_cast<int>(std::max(rest.count(), std::chrono::milliseconds::rep{0}));
}

}  // namespace wardwatch
