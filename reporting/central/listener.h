// HTTPS listeners. Sockets end here: a handler turns a request into a response.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "reporting/tls/http.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

/// Called from several threads at once. What it throws becomes a 500 whose text stays in the log.
using Handler = std::function<HttpResponse(const HttpRequest&)>;

struct ListenerOptions {
    std::string address;                    ///< "127.0.0.1", "0.0.0.0", "::"
    std::uint16_t port = 0;                 ///< 0: any free one
    KeyAndCertificate certificate;          ///< the server's
    std::string authority_pem;              ///< sent with the chain
    bool client_certificates = false;       ///< ask for one; one that is shown must be signed by the authority
    std::uint64_t body_limit = 1u << 20;    ///< bytes; more is a 413
    std::chrono::seconds idle_limit{30};    ///< a connection that is silent for longer is closed
    std::size_t connection_limit = 4096;    ///< more wait in the system's queue
    std::function<void(const std::string&)> log_error;
};

/// Several listeners on one pool of threads.
class Server {
public:
    explicit Server(unsigned threads);
    ~Server();  ///< as stop()
    /// Starts listening and returns the port. Throws std::runtime_error that says which address is taken and what to do.
    std::uint16_t listen(ListenerOptions options, Handler handler);
    /// Blocks until stop() is called.
    void run();
    /// Lets running requests end, at most for `grace`. May be called from any thread and from a signal's thread.
    void stop(std::chrono::seconds grace = std::chrono::seconds{5});

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace wardwatch
