// One connection to a server, and the requests that go over it. For the client's .cpp files; no Asio or Beast here.
#pragma once

#include <chrono>
#include <exception>
#include <memory>

#include "reporting/client/https.h"

namespace wardwatch {

/// A connection that had answered before, and had ended before any of this answer came.
class ConnectionGone : public std::exception {};

/// Destroying it closes everything at once. Used by one thread at a time, but for send_behind().
class ClientConnection {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    /// Throws CentreNotTrusted when our own key or certificates cannot be used. `for_one`: the server may close it
    /// after one answer.
    ClientConnection(const TlsEndpoint& endpoint, bool for_one);
    ~ClientConnection();
    ClientConnection(const ClientConnection&) = delete;
    ClientConnection& operator=(const ClientConnection&) = delete;

    /// Connects first when there were no requests before. `number` is another one for each exchange. All ends by
    /// `deadline`, but a request that was sent may be answered `wait` later. After an exception the connection is of no
    /// use any more.
    HttpResponse exchange(const HttpRequest& request, unsigned number, SteadyTime deadline, std::chrono::seconds wait);

    /// From any thread while the exchange of that number goes on, or is about to begin: sends `next` behind its
    /// request, and gives it until `deadline` only. The next exchange must be that of `next`, and awaits the answer.
    /// When the exchange is over already, nothing happens.
    void send_behind(unsigned number, const HttpRequest& next, SteadyTime deadline);

    const TlsEndpoint& endpoint() const;
    /// Whether the server lets it stand for another request.
    bool stays_open() const;

private:
    class Work;
    std::unique_ptr<Work> work_;
};

}  // namespace wardwatch
