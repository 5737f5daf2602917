// TLS sessions that clients may resume: a handshake without certificates, for a quarter of its processor time. For the
// listener's .cpp files: includes OpenSSL.
//
// OpenSSL verifies nothing again when a session is resumed. So a session is given out only while its client's
// certificate is valid; otherwise the client goes through a whole handshake, and is refused or not, as always. Sessions
// belong to one context, and so to one authority: whoever replaces it begins with none.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "reporting/tls/openssl_handles.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

/// Thread safe. Holds each session until it is resumed (the client gets another one then), its lifetime is over, or
/// there are too many: then the oldest goes.
class ResumableSessions {
public:
    static constexpr std::chrono::hours lifetime{12};

    /// `clock` is what the end of a certificate is compared with.
    ResumableSessions(std::size_t most, std::function<Instant()> clock) : most_(most), clock_(std::move(clock)) {}
    ResumableSessions(const ResumableSessions&) = delete;
    ResumableSessions& operator=(const ResumableSessions&) = delete;

    /// Has the context give out sessions and ask for them here, from now on and as long as it is used. `authority_pem`
    /// is what its clients' certificates are checked by. Throws PkiError.
    void keep_for(SSL_CTX* context, std::string_view authority_pem);

    /// The certificate that the client showed in the handshake, or in the one whose session it resumed: looked at once
    /// for all of them. Empty when it showed none. After the handshake only.
    static std::shared_ptr<const CertificateInfo> client_of(const SSL* connection);

private:
    struct Kept {
        std::string id;
        openssl::UniqueSession session;
    };

    static int began(SSL* connection, SSL_SESSION* session);
    static SSL_SESSION* asked_for(SSL* connection, const unsigned char* id, int length, int* copy);
    void keep(openssl::UniqueSession session);
    openssl::UniqueSession take(const std::string& id);

    const std::size_t most_;
    const std::function<Instant()> clock_;
    std::mutex mutex_;
    std::list<Kept> by_age_;  ///< the oldest first
    std::unordered_map<std::string, std::list<Kept>::iterator> by_id_;
};

}  // namespace wardwatch
