// HTTPS requests and their answers, over TLS 1.3 only. No Asio or Beast in this header.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "reporting/client/url.h"
#include "reporting/tls/http.h"

namespace wardwatch {

/// Whom to talk to, by what to know it, and as whom. Either `ca_sha256` or `ca_pem` is set.
struct TlsEndpoint {
    std::string host;             ///< name or IP address; the server's certificate must be for it
    std::string port;             ///< decimal
    std::string ca_sha256;        ///< 64 lower-case hex digits: the CA that the server shows must have this fingerprint
    std::string ca_pem;           ///< the only CA that is trusted
    std::string certificate_pem;  ///< ours; may be empty
    std::string private_key_pem;  ///< ours; may be empty
    /// Through this proxy's tunnel, which sees the host's name and TLS bytes only; else directly. The proxy finds the
    /// host: its name need not be known here.
    std::optional<ProxyEndpoint> proxy = std::nullopt;
    bool operator==(const TlsEndpoint&) const = default;
};

/// Connects, sends, reads the answer (1 MiB at most) and closes; name resolution and all else ends by `deadline`.
/// Sets Host, Content-Length and Connection itself. Throws CentreUnreachable or CentreNotTrusted (client.h); any status
/// code is an answer.
HttpResponse https_exchange(const TlsEndpoint& endpoint, const HttpRequest& request,
                            std::chrono::steady_clock::time_point deadline);

/// The same over a connection that stays open from one exchange to the next: a handshake costs thousands of times what
/// a small request does. For requests that may be sent twice: one whose connection turns out to be gone is sent again
/// over a new one. After any error the connection is closed. Used by one thread at a time.
class HttpsConnection {
public:
    HttpsConnection();
    ~HttpsConnection();
    HttpsConnection(const HttpsConnection&) = delete;
    HttpsConnection& operator=(const HttpsConnection&) = delete;

    /// Another endpoint than before is another connection. As https_exchange() in all else.
    HttpResponse exchange(const TlsEndpoint& endpoint, const HttpRequest& request,
                          std::chrono::steady_clock::time_point deadline);

private:
    struct Open;
    std::unique_ptr<Open> open_;
};

}  // namespace wardwatch
