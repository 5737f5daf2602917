// One client's connection to a listener. For the listener's .cpp files: includes Asio, but not Beast.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "reporting/central/http/listener.h"

namespace wardwatch {

/// What all connections of a listener share. Not changed once it listens.
struct ListenerSetup {
    ListenerSetup(ListenerOptions chosen_options, Handler chosen_handler);

    void log(const std::string& text) const {
        if (options.log_error) options.log_error(text);
    }

    ListenerOptions options;
    Handler handler;
    boost::asio::ssl::context tls;
};

/// As people read it: an IPv4 client of an IPv6 socket by its IPv4 address. Empty when the connection is gone already;
/// reading from it will tell.
std::string peer_address(const boost::asio::ip::tcp::socket& socket);

/// Serves requests one after the other on the socket's executor, which must be a strand, until the client or an error
/// ends it, or `stopping` is set.
class Connection {
public:
    Connection(std::shared_ptr<ListenerSetup> setup, boost::asio::ip::tcp::socket socket,
               const std::atomic<bool>& stopping);
    ~Connection();

    /// Once. Keeps the connection alive until `ended` has been called, on the strand.
    static void start(const std::shared_ptr<Connection>& connection, std::function<void()> ended);

    /// Both from any thread; they happen on the strand. A connection is idle while no request is being answered.
    static void close(const std::shared_ptr<Connection>& connection);
    static void close_if_idle(const std::shared_ptr<Connection>& connection);

private:
    class Work;
    std::unique_ptr<Work> work_;
};

}  // namespace wardwatch
