// A server that does not know a session any more goes through a whole handshake, in which it is checked as always.
#include "reporting/client/kept_sessions.h"

#include <algorithm>

namespace wardwatch {

namespace {

constexpr std::size_t most = 4;

}  // namespace

KeptSessions& KeptSessions::of_process() {
    static KeptSessions sessions;
    return sessions;
}

void KeptSessions::offer(SSL* connection, const TlsEndpoint& endpoint) {
    const std::lock_guard lock{mutex_};
    const auto found =
        std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.endpoint == endpoint; });
    if (found == kept_.end()) return;
    SSL_SESSION* const session = found->session.get();
    X509* const server = SSL_SESSION_get0_peer(session);
    // Nothing is verified again when a session is resumed; the endpoint, equal in all, has the rest.
    if (server != nullptr && X509_cmp_current_time(X509_get0_notAfter(server)) > 0)
        SSL_set_session(connection, session);
    kept_.erase(found);
}

void KeptSessions::keep(SSL* connection, const TlsEndpoint& endpoint) {
    // OpenSSL lets nobody resume the session of a connection that ended without a goodbye.
    SSL_set_shutdown(connection, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    openssl::UniqueSession session{SSL_get1_session(connection)};
    if (!session || SSL_SESSION_is_resumable(session.get()) == 0 || SSL_SESSION_has_ticket(session.get()) == 0) return;
    const std::lock_guard lock{mutex_};
    kept_.remove_if([&](const Kept& kept) { return kept.endpoint == endpoint; });
    kept_.push_front({endpoint, std::move(session)});
    if (kept_.size() > most) kept_.pop_back();
}

}  // namespace wardwatch
