// HTTPS requests and their answers, over TLS 1.3 only. No Asio or Beast in this header.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "reporting/client/url.h"
#include "reporting/tls/http.h"

namespace wardwatch {

class ClientConnection;

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
/// over a new one. After any error the connection is closed. Thread safe: exchanges come one after the other, but none
/// waits for the end of a poll: it is sent behind it, and the server, which hears of the client again, answers the poll
/// at once (docs/wire_format.md). The time until its turn is not an exchange's own: its deadline comes as much later.
class HttpsConnection {
public:
    HttpsConnection();
    ~HttpsConnection();
    HttpsConnection(const HttpsConnection&) = delete;
    HttpsConnection& operator=(const HttpsConnection&) = delete;

    /// Another endpoint than before is another connection. As https_exchange() in all else, but a poll, whose answer
    /// may come `wait` later than the deadline, is not sent again when its connection ends while it waits. One thread
    /// polls.
    HttpResponse exchange(const TlsEndpoint& endpoint, const HttpRequest& request,
                          std::chrono::steady_clock::time_point deadline,
                          std::chrono::seconds wait = std::chrono::seconds{0});

private:
    class Turn;
    bool take_turn(const TlsEndpoint& endpoint, const HttpRequest& request,
                   std::chrono::steady_clock::time_point deadline, bool polls);
    HttpResponse exchange_over(ClientConnection& connection, const HttpRequest& request,
                               std::chrono::steady_clock::time_point deadline, std::chrono::seconds wait);

    std::unique_ptr<ClientConnection> open_;  ///< of whose turn it is
    std::mutex mutex_;                        ///< of the following
    std::condition_variable turn_;
    bool busy_ = false;
    unsigned number_ = 0;                  ///< of the exchange that goes on
    std::size_t others_ = 0;               ///< who wait for their turn, but polls
    const TlsEndpoint* polls_ = nullptr;   ///< the turn is a poll's: its endpoint
    ClientConnection* polling_ = nullptr;  ///< over which it goes on
    const HttpRequest* behind_ = nullptr;  ///< whose turn is next: sent behind the poll, or to be
    std::chrono::steady_clock::time_point behind_deadline_;
};

}  // namespace wardwatch
