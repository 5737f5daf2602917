// HTTPS listeners. Sockets end here: a handler turns a request into a response.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "reporting/central/http/places.h"
#include "reporting/central/http/proxies.h"
#include "reporting/tls/http.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

/// An answer that is not there yet (a long poll, or work done elsewhere). Until it is, the request costs a connection,
/// but no thread.
struct LaterAnswer {
    std::chrono::seconds longest{0};
    /// Something is being done for the client: what it sends meanwhile is read after the answer, and a stop of the
    /// server lets it end. Otherwise the client waits for news, and whatever it sends ends the wait.
    bool is_work = false;
    /// Called once on a thread of the pool; must not block. `wake` ends the wait, from any thread, however often, also
    /// when it is over. What is returned is destroyed when the wait is over.
    std::function<std::shared_ptr<void>(std::function<void()> wake)> begin;
    /// The answer, as a handler gives it; `woken` is false when `longest` passed or the client spoke before
    /// (unless is_work). Not called
    /// when the connection ended or the server stops.
    std::function<HttpResponse(bool woken)> finish;
};

/// Called from several threads at once. What it throws becomes a 500 whose text stays in the log.
using Handler = std::function<std::variant<HttpResponse, LaterAnswer>(const HttpRequest&)>;

struct ListenerOptions {
    std::string address;                  ///< "127.0.0.1", "0.0.0.0", "::"
    std::uint16_t port = 0;               ///< 0: any free one
    KeyAndCertificate certificate;        ///< the server's
    std::string authority_pem;            ///< sent with the chain
    bool client_certificates = false;     ///< ask for one, in TLS 1.3 only; one that is shown must be the authority's
    std::uint64_t body_limit = 1u << 20;  ///< bytes; more is a 413
    /// Asked with the head of a request whose body is larger than 64 KiB, or of unknown length, before any of it is
    /// read: an answer refuses it. As a handler, it is called from several threads at once. Without it, none is
    /// refused.
    std::function<std::optional<HttpResponse>(const HttpRequest& head)> refuse_large_body;
    /// Their connections begin with a PROXY header, and the address that it tells is the client's. Without one, or with
    /// a wrong one, their connection is ended; what others send before TLS is wrong as ever.
    Proxies proxies = {};
    std::chrono::seconds handshake_limit{10};  ///< of a PROXY header, too
    std::size_t handshakes_at_once = 256;      ///< more wait in the system's queue (handshakes.h)
    std::chrono::seconds idle_limit{30};       ///< from the last answer to the end of the next request's head
    std::chrono::seconds request_limit{120};   ///< for a request's body, and again for its answer
    std::size_t connection_limit = 4096;       ///< more wait in the system's queue
    /// Connections whose client no handler has known yet (HttpRequest::admitted). They are fewer than connection_limit:
    /// the rest is for those who are known, whatever strangers do.
    Places::Limits strangers{2048, 512};  ///< of_owner: of one network_of an address
    /// Of one PC, by its certificate: it has one or two, and for each a new one while an old one is dying.
    std::size_t connections_of_pc = 64;
    std::size_t bodies_limit = 128u << 20;  ///< bytes of all larger bodies at once; more is a 503
    std::size_t session_limit = 0;          ///< TLS sessions that are kept to be resumed; 0: none is
    /// What the end of a client's certificate is compared with before its session is resumed; without it the system's.
    std::function<Instant()> clock;
    std::function<void(const std::string&)> log_error;
};

/// Several listeners on one pool of threads. A handler keeps its thread: as many run at once as there are threads. One
/// that has to wait returns a LaterAnswer instead.
/// Who resumes a TLS session is known by the certificate of the handshake in which it began (resumable_sessions.h).
class Server {
public:
    /// From now on the process ignores SIGPIPE.
    explicit Server(unsigned threads);
    ~Server();  ///< as stop()
    /// Starts listening, serving at once, and returns the port. Throws std::runtime_error that says which address is
    /// taken and what to do.
    std::uint16_t listen(ListenerOptions options, Handler handler);
    /// Connections from now on are shown this certificate, and theirs are checked by this authority; those that are
    /// open stay as they are. Of all listeners. May be called from any thread, but no handler's.
    void replace_certificates(const KeyAndCertificate& certificate, const std::string& authority_pem);
    /// Blocks until stop() is called.
    void run();
    /// Ends idle connections and lets running requests end, at most for `grace`; then their connections are cut, and
    /// only a handler that still runs is waited for. May be called from any thread, a signal's too, but no handler's.
    void stop(std::chrono::seconds grace = std::chrono::seconds{5});

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace wardwatch
