// Peers that do what no proper client or server does: bytes over TCP or TLS, straight from OpenSSL.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "reporting/tls/pki.h"

struct ssl_session_st;

namespace wardwatch::test {

/// A TLS session, as OpenSSL has it.
using RawSession = std::shared_ptr<ssl_session_st>;

/// One end of a connection. Blocking. Errors end it: reads are empty then, writes do nothing.
class RawStream {
public:
    struct Ends;
    explicit RawStream(std::unique_ptr<Ends> ends);
    ~RawStream();
    RawStream(RawStream&&) noexcept;

    bool is_open() const;                          ///< connected, and the handshake succeeded
    bool write(std::string_view bytes);            ///< false when the connection is gone
    std::string read_some();                       ///< empty at the end
    std::string read_all();                        ///< until the end
    std::string read_until(std::string_view end);  ///< up to and with `end`, or what came before the connection's end
    bool session_can_be_resumed() const;
    RawSession session() const;
    /// Ends it without TLS's goodbye.
    void break_off();
    bool is_resumed() const;  ///< began with the session that it was given
    std::string tls_version() const;
    int further_certificates() const;  ///< that a client sent beside its own

private:
    std::unique_ptr<Ends> ends_;
    std::string unread_;
};

struct RawTls {
    KeyAndCertificate certificate;  ///< ours; a server's must be there
    std::string authority_pem;      ///< sent after the server's certificate
    bool tls12_only = false;
    RawSession session = nullptr;       ///< offered to be resumed
    bool asks_for_certificate = false;  ///< of clients; any will do
    std::string before = {};            ///< a client's bytes before TLS
    std::size_t piece = 1000;           ///< so many of them at once
};

/// Without `tls` plain TCP. The server's certificate is not checked.
RawStream raw_connect(std::uint16_t port, const RawTls* tls);

/// Accepts on a free loopback port and lets `talk` do what it wants with each connection, one after the other.
class RawServer {
public:
    RawServer(const RawTls* tls, std::function<void(RawStream&)> talk);
    ~RawServer();
    std::uint16_t port() const { return port_; }

private:
    struct Socket;
    std::unique_ptr<Socket> socket_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace wardwatch::test
