// Accepts connections, holds their number down, and ends them at a stop.
#include "reporting/central/http/listener.h"

#include <atomic>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <set>
#include <vector>

#include "reporting/central/http/connection.h"
#include "reporting/central/http/handshakes.h"
#include "reporting/central/http/tls.h"

namespace wardwatch {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

Instant system_clock() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

}  // namespace

std::string peer_address(const Socket& socket) {
    error_code error;
    const asio::ip::address address = socket.remote_endpoint(error).address();
    if (error) return {};
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    return address.to_string();
}

ListenerSetup::ListenerSetup(ListenerOptions chosen_options, Handler chosen_handler)
    : options(std::move(chosen_options)),
      handler(std::move(chosen_handler)),
      strangers(options.strangers, "too many clients at once that are not known", options.log_error),
      pcs({options.connection_limit, options.connections_of_pc}, "too many connections of one PC", options.log_error),
      bodies(options.bodies_limit),
      sessions(options.session_limit, options.clock ? options.clock : system_clock),
      tls(make_server_context(options)) {
    if (options.session_limit > 0) sessions.keep_for(tls.get(), options.authority_pem);
}

namespace {

using Acceptor = asio::basic_socket_acceptor<tcp, Strand>;

struct Listener {
    Listener(asio::thread_pool& pool, ListenerOptions options, Handler handler)
        : setup(std::make_shared<ListenerSetup>(std::move(options), std::move(handler))),
          acceptor(asio::make_strand(pool.get_executor())),
          handshakes(setup->options.handshakes_at_once),
          pause(acceptor.get_executor()) {}

    // The acceptor's strand owns the following.
    std::shared_ptr<ListenerSetup> setup;  ///< of the next connection
    Acceptor acceptor;
    Handshakes handshakes;
    Timer pause;                       ///< what the accepting coroutine waits on instead of a connection
    std::size_t open_connections = 0;  ///< waited for at the limit
};

tcp::endpoint parse_endpoint(const ListenerOptions& options) {
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error) {
        throw std::runtime_error("Cannot listen on '" + options.address +
                                 "': it is not an IP address. Use 0.0.0.0 for all addresses of this machine.");
    }
    return {address, options.port};
}

void open_acceptor(Acceptor& acceptor, const tcp::endpoint& endpoint) {
    acceptor.open(endpoint.protocol());
    if (endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(false));
#ifndef _WIN32
    // A restarted centre takes its port back at once. On Windows the option would let two programs share the port.
    acceptor.set_option(Acceptor::reuse_address(true));
#endif
    acceptor.bind(endpoint);
    acceptor.listen();
}

void listen_on(Acceptor& acceptor, const ListenerOptions& options) {
    const tcp::endpoint endpoint = parse_endpoint(options);
    try {
        open_acceptor(acceptor, endpoint);
    } catch (const boost::system::system_error& error) {
        const std::string what = "Cannot listen on " + options.address + " port " + std::to_string(options.port) + ": ";
        if (error.code() == asio::error::address_in_use) {
            throw std::runtime_error(what + "another program uses this port. End it, or choose another port.");
        }
        if (error.code() == asio::error::access_denied) {
            throw std::runtime_error(what + "not permitted. Choose a port above 1023, or another one.");
        }
        throw std::runtime_error(what + error.code().message() + ".");
    }
}

}  // namespace

struct Server::State {
    explicit State(unsigned threads) : pool(threads) {}

    void begin(const std::shared_ptr<Listener>& listener, Socket socket);
    Async<void> accept(std::shared_ptr<Listener> listener);
    std::vector<std::shared_ptr<Connection>> open_connections();
    void stop(std::chrono::seconds grace);

    asio::thread_pool pool;  ///< outlives the listeners, whose sockets are its own
    std::atomic<bool> stopping{false};
    std::once_flag stop_once;
    std::mutex mutex;  ///< of the following
    std::condition_variable changed;
    std::set<std::weak_ptr<Connection>, std::owner_less<>> connections;
    std::vector<std::shared_ptr<Listener>> listeners;
    bool stopped = false;
};

void Server::State::begin(const std::shared_ptr<Listener>& listener, Socket socket) {
    const auto connection = std::make_shared<Connection>(listener->setup, std::move(socket), stopping);
    {
        const std::lock_guard lock(mutex);
        if (stopping) return;
        connections.insert(connection);
    }
    ++listener->open_connections;
    const auto shaken = [listener, handshake = listener->handshakes.begin(std::chrono::steady_clock::now())] {
        asio::post(listener->acceptor.get_executor(), [listener, handshake] {
            listener->handshakes.end(handshake);
            listener->pause.cancel();
        });
    };
    Connection::start(connection, shaken, [this, listener, weak = std::weak_ptr(connection)] {
        asio::post(listener->acceptor.get_executor(), [listener] {
            --listener->open_connections;
            listener->pause.cancel();
        });
        const std::lock_guard lock(mutex);
        connections.erase(weak);
        changed.notify_all();
    });
}

Async<void> Server::State::accept(std::shared_ptr<Listener> listener) {
    error_code error;
    while (!stopping) {
        if (listener->open_connections >= listener->setup->options.connection_limit) {
            listener->pause.expires_at(Timer::time_point::max());
            co_await listener->pause.async_wait(asio::redirect_error(awaiting, error));
            continue;
        }
        if (!listener->handshakes.has_room(std::chrono::steady_clock::now())) {
            listener->pause.expires_at(listener->handshakes.room_at());
            co_await listener->pause.async_wait(asio::redirect_error(awaiting, error));
            continue;
        }
        Socket socket{asio::make_strand(pool.get_executor())};
        co_await listener->acceptor.async_accept(socket, asio::redirect_error(awaiting, error));
        if (!error) {
            // What is written is whole: without this, an answer of several packets waits 40 ms for the client's
            // delayed acknowledgement, and a handshake twice that. A socket that is gone already refuses the option.
            error_code gone;
            socket.set_option(tcp::no_delay(true), gone);
            begin(listener, std::move(socket));
        } else if (!stopping && error != asio::error::connection_aborted) {
            // Out of file descriptors, most likely: some become free when connections end.
            listener->setup->log("a connection could not be accepted: " + error.message());
            listener->pause.expires_after(std::chrono::seconds{1});
            co_await listener->pause.async_wait(asio::redirect_error(awaiting, error));
        }
    }
}

std::vector<std::shared_ptr<Connection>> Server::State::open_connections() {
    const std::lock_guard lock(mutex);
    std::vector<std::shared_ptr<Connection>> open;
    for (const auto& weak : connections) {
        if (auto connection = weak.lock()) open.push_back(std::move(connection));
    }
    return open;
}

void Server::State::stop(std::chrono::seconds grace) {
    {
        const std::lock_guard lock(mutex);
        stopping = true;
        for (const auto& listener : listeners) {
            asio::post(listener->acceptor.get_executor(), [listener] {
                listener->acceptor.close();
                listener->pause.cancel();
            });
        }
    }
    for (const auto& connection : open_connections()) Connection::close_if_idle(connection);
    {
        std::unique_lock lock(mutex);
        changed.wait_for(lock, grace, [&] { return connections.empty(); });
    }
    for (const auto& connection : open_connections()) Connection::close(connection);
    // Every coroutine's wait is over now, so the pool runs out of work.
    pool.join();
    const std::lock_guard lock(mutex);
    stopped = true;
    changed.notify_all();
}

Server::Server(unsigned threads) : state_(std::make_unique<State>(threads)) {
#ifndef _WIN32
    // OpenSSL writes to sockets as to files: when the client has gone that must be an error, not the process's end.
    std::signal(SIGPIPE, SIG_IGN);
#endif
}

Server::~Server() { stop(); }

std::uint16_t Server::listen(ListenerOptions options, Handler handler) {
    const auto listener = std::make_shared<Listener>(state_->pool, std::move(options), std::move(handler));
    listen_on(listener->acceptor, listener->setup->options);
    const std::uint16_t port = listener->acceptor.local_endpoint().port();
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopping) throw std::logic_error("listen() after stop()");
        state_->listeners.push_back(listener);
    }
    asio::co_spawn(listener->acceptor.get_executor(), state_->accept(listener), [](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
    });
    return port;
}

void Server::replace_certificates(const KeyAndCertificate& certificate, const std::string& authority_pem) {
    const std::lock_guard lock(state_->mutex);
    for (const auto& listener : state_->listeners) {
        asio::post(listener->acceptor.get_executor(), [listener, certificate, authority_pem] {
            ListenerOptions options = listener->setup->options;
            options.certificate = certificate;
            options.authority_pem = authority_pem;
            listener->setup = std::make_shared<ListenerSetup>(std::move(options), listener->setup->handler);
        });
    }
}

void Server::run() {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [&] { return state_->stopped; });
}

void Server::stop(std::chrono::seconds grace) {
    std::call_once(state_->stop_once, [&] { state_->stop(grace); });
}

}  // namespace wardwatch
