// One client's connection to a listener. For the listener's .cpp files: includes Asio and OpenSSL, but not Beast.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "reporting/central/http/listener.h"
#include "reporting/central/http/resumable_sessions.h"
#include "reporting/central/http/tls_stream.h"
#include "reporting/tls/openssl_handles.h"

namespace wardwatch {

/// What all connections of a listener share. Not changed once it listens.
struct ListenerSetup {
    ListenerSetup(ListenerOptions chosen_options, Handler chosen_handler);

    void log(const std::string& text) const {
        if (options.log_error) options.log_error(text);
    }

    ListenerOptions options;
    Handler handler;
    Places strangers;
    Places pcs;
    BodyBudget bodies;
    ResumableSessions sessions;  ///< of tls, and outlives it
    openssl::UniqueSslContext tls;
};

/// As people read it: an IPv4 client of an IPv6 socket by its IPv4 address. Empty when the connection is gone already;
/// reading from it will tell.
std::string peer_address(const Socket& socket);

/// Serves requests one after the other on the socket's strand until the client or an error
/// ends it, or `stopping` is set.
class Connection {
public:
    /// Throws PkiError.
    Connection(std::shared_ptr<ListenerSetup> setup, Socket socket, const std::atomic<bool>& stopping);
    ~Connection();

    /// Once. Keeps the connection alive until `ended` has been called. Both are called on the strand, `shaken` when the
    /// TLS handshake is over, however it went.
    static void start(const std::shared_ptr<Connection>& connection, std::function<void()> shaken,
                      std::function<void()> ended);

    /// Both from any thread; they happen on the strand. A connection is idle while no request is being answered.
    static void close(const std::shared_ptr<Connection>& connection);
    static void close_if_idle(const std::shared_ptr<Connection>& connection);

private:
    class Work;
    std::unique_ptr<Work> work_;
};

}  // namespace wardwatch
