// Whose turn it is on a kept connection.
#include "reporting/client/https.h"

#include <algorithm>
#include <utility>

#include "reporting/client/client.h"
#include "reporting/client/connection.h"
#include "reporting/client/url.h"

namespace wardwatch {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using std::chrono::seconds;

/// How soon the server answers a poll that waits when it hears of the client again; else the connection is dead.
constexpr seconds end_of_poll{10};
/// A connection that was dead before is found out by then.
constexpr seconds found_out{5};

}  // namespace

HttpResponse https_exchange(const TlsEndpoint& endpoint, const HttpRequest& request, SteadyTime deadline) {
    return ClientConnection{endpoint, true}.exchange(request, 0, deadline, seconds{0});
}

HttpsConnection::HttpsConnection() = default;
HttpsConnection::~HttpsConnection() = default;

/// From take_turn() to its end nobody else uses the connection.
class HttpsConnection::Turn {
public:
    explicit Turn(HttpsConnection& shared) : shared_(shared) {}
    ~Turn() {
        {
            const std::lock_guard lock(shared_.mutex_);
            shared_.busy_ = false;
            shared_.polls_ = nullptr;
        }
        shared_.turn_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    HttpsConnection& shared_;
};

/// False where another endpoint's poll waits.
bool HttpsConnection::take_turn(const TlsEndpoint& endpoint, const HttpRequest& request, SteadyTime deadline,
                                bool polls) {
    std::unique_lock lock(mutex_);
    if (!polls && polls_ != nullptr) {
        if (!(*polls_ == endpoint)) return false;
        if (behind_ == nullptr) {
            behind_ = &request;
            behind_deadline_ = std::min(deadline, std::chrono::steady_clock::now() + end_of_poll);
            if (polling_ != nullptr) polling_->send_behind(number_, *behind_, behind_deadline_);
        }
    }
    if (!polls) ++others_;
    turn_.wait(lock, [&] { return !busy_ && (behind_ == nullptr || behind_ == &request) && !(polls && others_ > 0); });
    if (!polls) --others_;
    behind_ = nullptr;
    busy_ = true;
    if (polls) polls_ = &endpoint;
    return true;
}

HttpResponse HttpsConnection::exchange_over(ClientConnection& connection, const HttpRequest& request,
                                            SteadyTime deadline, seconds wait) {
    unsigned number = 0;
    {
        const std::lock_guard lock(mutex_);
        number = ++number_;
        if (wait.count() > 0) polling_ = &connection;
        if (behind_ != nullptr && polling_ != nullptr) connection.send_behind(number, *behind_, behind_deadline_);
    }
    const auto over = [this](ClientConnection*) {
        const std::lock_guard lock(mutex_);
        polling_ = nullptr;
    };
    const std::unique_ptr<ClientConnection, decltype(over)> polling{&connection, over};
    return connection.exchange(request, number, deadline, wait);
}

HttpResponse HttpsConnection::exchange(const TlsEndpoint& endpoint, const HttpRequest& request, SteadyTime deadline,
                                       seconds wait) {
    const SteadyTime asked = std::chrono::steady_clock::now();
    if (!take_turn(endpoint, request, deadline, wait.count() > 0)) return https_exchange(endpoint, request, deadline);
    const Turn turn{*this};
    const SteadyTime began = std::chrono::steady_clock::now();
    deadline += began - asked;
    // Kept again only after a whole answer.
    std::unique_ptr<ClientConnection> open = std::move(open_);
    if (open && !(open->endpoint() == endpoint)) open.reset();
    std::optional<HttpResponse> response;
    if (open) {
        try {
            response = exchange_over(*open, request, deadline, wait);
        } catch (const ConnectionGone&) {
            open.reset();
            if (wait.count() > 0 && std::chrono::steady_clock::now() - began > found_out) {
                throw CentreUnreachable("The connection to " + host_and_port(endpoint.host, endpoint.port) +
                                        " was closed while it was waited for a command.");
            }
        }
    }
    if (!response) {
        open = std::make_unique<ClientConnection>(endpoint, false);
        response = exchange_over(*open, request, deadline, wait);
    }
    if (open->stays_open()) open_ = std::move(open);
    return std::move(*response);
}

}  // namespace wardwatch
