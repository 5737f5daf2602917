// OpenSSL's callbacks for a cache that is not its own: its own would keep sessions that were resumed, and of
// certificates that ended.
#include "reporting/central/http/resumable_sessions.h"

#include <openssl/crypto.h>

namespace wardwatch {

namespace {

using Certificate = std::shared_ptr<const CertificateInfo>;

extern "C" {
// A session that is resumed goes on as a copy of itself.
int copy_certificate(CRYPTO_EX_DATA*, const CRYPTO_EX_DATA*, void** data, int, long, void*) {
    if (*data == nullptr) return 1;
    auto* const copy = new (std::nothrow) Certificate(*static_cast<Certificate*>(*data));
    *data = copy;
    return copy == nullptr ? 0 : 1;
}
void free_certificate(void*, void* data, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<Certificate*>(data); }
}

/// Where a session has its client's certificate.
int certificate_index() {
    static const int index = SSL_SESSION_get_ex_new_index(0, nullptr, nullptr, copy_certificate, free_certificate);
    return index;
}

/// Where a context has its ResumableSessions.
int sessions_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

Certificate certificate_of(SSL_SESSION* session) {
    if (const void* const known = SSL_SESSION_get_ex_data(session, certificate_index()))
        return *static_cast<const Certificate*>(known);
    X509* const shown = SSL_SESSION_get0_peer(session);
    if (shown == nullptr) return nullptr;
    auto looked_at = std::make_unique<Certificate>(std::make_shared<const CertificateInfo>(openssl::inspect(shown)));
    Certificate certificate = *looked_at;
    if (SSL_SESSION_set_ex_data(session, certificate_index(), looked_at.get()) == 1)
        static_cast<void>(looked_at.release());
    return certificate;
}

std::string id_of(const SSL_SESSION* session) {
    unsigned int length = 0;
    const unsigned char* const id = SSL_SESSION_get_id(session, &length);
    return {reinterpret_cast<const char*>(id), length};
}

}  // namespace

void ResumableSessions::keep_for(SSL_CTX* context, std::string_view authority_pem) {
    const std::string authority = openssl::certificate_sha256(openssl::read_certificate(authority_pem).get());
    static_assert(SSL_MAX_SID_CTX_LENGTH >= 32);
    openssl::require(SSL_CTX_set_ex_data(context, sessions_index(), this) == 1 &&
                         SSL_CTX_set_session_id_context(
                             context, reinterpret_cast<const unsigned char*>(authority.data()), 32) == 1 &&
                         SSL_CTX_set_num_tickets(context, 1) == 1,
                     "the resumption of sessions could not be set up");
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_set_timeout(context, std::chrono::seconds{lifetime}.count());
    SSL_CTX_sess_set_new_cb(context, began);
    SSL_CTX_sess_set_get_cb(context, asked_for);
}

std::shared_ptr<const CertificateInfo> ResumableSessions::client_of(const SSL* connection) {
    SSL_SESSION* const session = SSL_get0_session(connection);
    return session == nullptr ? nullptr : certificate_of(session);
}

// In a handshake: an exception may not pass through OpenSSL's C code.
int ResumableSessions::began(SSL* connection, SSL_SESSION* session) {
    auto* const sessions =
        static_cast<ResumableSessions*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), sessions_index()));
    try {
        // Who shows no certificate comes to enrol, and does not come again as nobody.
        if (!certificate_of(session)) return 0;
        SSL_SESSION_up_ref(session);
        sessions->keep(openssl::UniqueSession{session});
    } catch (const std::exception&) {
        // Then it cannot be resumed.
    }
    return 0;  // the reference that came with the call was not taken
}

SSL_SESSION* ResumableSessions::asked_for(SSL* connection, const unsigned char* id, int length, int* copy) {
    auto* const sessions =
        static_cast<ResumableSessions*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), sessions_index()));
    *copy = 0;
    try {
        openssl::UniqueSession session =
            sessions->take({reinterpret_cast<const char*>(id), static_cast<std::size_t>(length)});
        if (!session || SSL_SESSION_is_resumable(session.get()) == 0) return nullptr;
        const Certificate certificate = certificate_of(session.get());
        if (certificate && sessions->clock_() >= certificate->not_after) return nullptr;
        return session.give_up();
    } catch (const std::exception&) {
        return nullptr;
    }
}

void ResumableSessions::keep(openssl::UniqueSession session) {
    std::string id = id_of(session.get());
    const std::lock_guard lock{mutex_};
    if (by_id_.contains(id)) return;
    while (!by_age_.empty() && by_age_.size() >= most_) {
        by_id_.erase(by_age_.front().id);
        by_age_.pop_front();
    }
    const auto place = by_age_.insert(by_age_.end(), {id, std::move(session)});
    by_id_.emplace(std::move(id), place);
}

openssl::UniqueSession ResumableSessions::take(const std::string& id) {
    const std::lock_guard lock{mutex_};
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return {};
    openssl::UniqueSession session = std::move(found->second->session);
    by_age_.erase(found->second);
    by_id_.erase(found);
    return session;
}

}  // namespace wardwatch
