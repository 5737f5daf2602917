// A simulated PC's connection to the centre: TLS 1.3 on a socket that never blocks. The agents' own client keeps a
// thread and four descriptors for each connection; this keeps one descriptor and what OpenSSL needs.
// For .cpp files: includes OpenSSL.
#pragma once

#include <netinet/in.h>

#include <memory>
#include <string>
#include <string_view>

#include "reporting/fleet/event_loop.h"
#include "reporting/tls/openssl_handles.h"

namespace wardwatch {

struct Identity;

/// Where all PCs connect, and whom they trust.
class LinkTarget {
public:
    /// Throws what parse_centre_url() throws, HostNotFound, PkiError for a CA that is none.
    LinkTarget(const std::string& url, const std::string& ca_pem);

    const std::string& host() const { return host_; }  ///< as the Host header names it
    SSL_CTX* context() const { return context_.get(); }
    /// A socket that is on its way there. Throws std::system_error when there are no more descriptors. On the loopback
    /// each 16,000 connections come from an address of their own, as an address has 28,000 ports.
    UniqueDescriptor begin_connection() const;
    void check_host(SSL* connection) const;

private:
    std::string name_;
    std::string host_;
    sockaddr_storage address_{};
    socklen_t address_size_ = 0;
    openssl::UniqueSslContext context_;
    mutable unsigned connections_ = 0;
};

/// What a PC shows of itself, read once.
struct LinkKeys {
    explicit LinkKeys(const Identity& identity);
    openssl::UniqueKey key;
    openssl::UniqueCertificate certificate;
};

inline void free_session(SSL_SESSION* session) { SSL_SESSION_free(session); }
using UniqueSession = UniqueResource<SSL_SESSION*, openssl::Traits<SSL_SESSION, free_session>>;

class TlsLink {
public:
    enum class State { connecting, shaking_hands, open, ended };

    /// `keys` may be null: nobody yet. `session` may be null: nothing to resume.
    TlsLink(const LinkTarget& target, const LinkKeys* keys, SSL_SESSION* session);
    ~TlsLink();
    TlsLink(const TlsLink&) = delete;
    TlsLink& operator=(const TlsLink&) = delete;

    State state() const { return state_; }
    int descriptor() const { return socket_.get(); }
    /// As epoll's events.
    unsigned wanted_events() const;
    /// Goes on as far as it can; call when the descriptor is ready and after send() and refill().
    void advance();
    void send(std::string_view bytes) { to_send_ += bytes; }
    /// What came and was not taken yet.
    std::string& received() { return received_; }
    /// Why it ended: "connection refused"; empty when the centre closed it in good order.
    const std::string& problem() const { return problem_; }
    bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

    /// From now on as slow as this: nothing moves, either way, until refill() allows so many bytes more.
    void make_slow();
    void refill(std::size_t bytes);

    /// For the next connection; null when the centre gave none.
    UniqueSession session() const;
    /// Says goodbye. Without it, the end is the cut that a power failure makes: the centre gets a reset.
    void close_in_order();

private:
    void shake_hands();
    void write_and_read();
    void end(int result, const char* when);
    void end_with(std::string problem);

    struct Slow;
    struct SslTraits {
        static SSL* none() { return nullptr; }
        static void release(SSL* ssl) noexcept { SSL_free(ssl); }
    };
    static BIO_METHOD* slow_method();

    UniqueDescriptor socket_;
    std::unique_ptr<Slow> slow_;
    UniqueResource<SSL*, SslTraits> ssl_;
    State state_ = State::connecting;
    bool wants_write_ = true;
    bool in_order_ = false;
    std::string to_send_;
    std::string received_;
    std::string problem_;
};

}  // namespace wardwatch
