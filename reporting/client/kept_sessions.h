// TLS sessions of earlier connections, which the next one may resume: a handshake without certificates, for a fifth of
// its processor time. For .cpp files: includes OpenSSL.
#pragma once

#include <list>
#include <mutex>

#include "reporting/client/https.h"
#include "reporting/tls/openssl_handles.h"

namespace wardwatch {

/// Of the process, in its memory alone; thread safe. Of few endpoints, the newest: a PC has one centre.
class KeptSessions {
public:
    static KeptSessions& of_process();

    /// Offers the endpoint's session, if there is one whose server's certificate has not ended. It is offered once.
    void offer(SSL* connection, const TlsEndpoint& endpoint);
    /// After an answer, and before the connection ends: its session is for the next one to the same endpoint.
    void keep(SSL* connection, const TlsEndpoint& endpoint);

private:
    struct Kept {
        TlsEndpoint endpoint;
        openssl::UniqueSession session;
    };
    std::mutex mutex_;
    std::list<Kept> kept_;  ///< the newest first
};

}  // namespace wardwatch
