// Decides whether a TLS server is the centre, and says in words why not. For .cpp files: includes OpenSSL.
#pragma once

#include <optional>
#include <string>

#include "reporting/client/https.h"
#include "reporting/tls/openssl_handles.h"

namespace wardwatch {

/// For one connection. Neither copied nor moved: OpenSSL keeps its address while the connection lives.
class Trust {
public:
    /// Throws CentreNotTrusted when our own key, certificate or stored CA cannot be used.
    explicit Trust(const TlsEndpoint& endpoint);
    Trust(const Trust&) = delete;
    Trust& operator=(const Trust&) = delete;

    /// A context of its own for the connection: TLS 1.3, host name and chain checked. The caller owns it.
    SSL_CTX* context();

    /// Tells the server which name is meant, unless it is an IP address (RFC 6066, section 3).
    void send_server_name(SSL* connection) const;

    /// Why the server's certificate was refused; empty when it was not.
    const std::string& refusal() const { return refusal_; }

    /// What a TLS error that OpenSSL reported means, when it is one about trust: a server that refuses our
    /// certificate, or something that speaks no TLS 1.3. Nothing for others, such as a broken connection.
    std::optional<std::string> explain(unsigned long openssl_error) const;

private:
    static int verify(X509_STORE_CTX* chain, void* self);
    bool verify_pinned(X509_STORE_CTX* chain);
    std::string explain_chain(X509_STORE_CTX* chain) const;

    const TlsEndpoint& endpoint_;
    openssl::UniqueSslContext context_;
    bool host_is_address_ = false;
    std::string refusal_;
};

}  // namespace wardwatch
