#include "tests/reporting/loopback/raw_peer.h"

#include <openssl/err.h>

#include <array>
#include <csignal>
#include <utility>

#include "reporting/tls/openssl_handles.h"

namespace wardwatch::test {

using namespace openssl;

namespace {

UniqueSslContext context_of(const RawTls& tls, const SSL_METHOD* method) {
    UniqueSslContext context{SSL_CTX_new(method)};
    if (tls.tls12_only) SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION);
    if (!tls.certificate.certificate_pem.empty()) {
        use_certificate(context.get(), tls.certificate.certificate_pem, tls.certificate.private_key_pem);
    }
    if (!tls.authority_pem.empty()) {
        SSL_CTX_add1_chain_cert(context.get(), read_certificate(tls.authority_pem).get());
    }
    if (tls.asks_for_certificate)
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    return context;
}

// Writing to a connection that the other end has closed must be an error, not the end of the tests.
void ignore_broken_pipes() {
#ifndef _WIN32
    std::signal(SIGPIPE, SIG_IGN);
#endif
}

}  // namespace

struct RawStream::Ends {
    UniqueSslContext context;
    UniqueBio bio;
    SSL* ssl = nullptr;  ///< of the bio; null for plain TCP
    bool open = false;
};

RawStream::RawStream(std::unique_ptr<Ends> ends) : ends_(std::move(ends)) {}
RawStream::~RawStream() = default;
RawStream::RawStream(RawStream&&) noexcept = default;

bool RawStream::is_open() const { return ends_->open; }

bool RawStream::write(std::string_view bytes) {
    while (ends_->open && !bytes.empty()) {
        const int count = BIO_write(ends_->bio.get(), bytes.data(), static_cast<int>(bytes.size()));
        if (count <= 0) {
            ERR_clear_error();
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return ends_->open;
}

std::string RawStream::read_some() {
    if (!unread_.empty()) return std::exchange(unread_, {});
    if (!ends_->open) return {};
    std::array<char, 4096> bytes{};
    const int count = BIO_read(ends_->bio.get(), bytes.data(), static_cast<int>(bytes.size()));
    ERR_clear_error();
    return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string();
}

std::string RawStream::read_all() {
    std::string all;
    for (std::string part = read_some(); !part.empty(); part = read_some()) all += part;
    return all;
}

std::string RawStream::read_until(std::string_view end) {
    std::string all;
    for (std::string part = read_some(); !part.empty(); part = read_some()) {
        all += part;
        if (const std::size_t at = all.find(end); at != std::string::npos) {
            unread_ = all.substr(at + end.size());
            all.resize(at + end.size());
            break;
        }
    }
    return all;
}

bool RawStream::session_can_be_resumed() const {
    const SSL_SESSION* const session = SSL_get0_session(ends_->ssl);
    return SSL_SESSION_is_resumable(session) == 1 &&
           (SSL_SESSION_has_ticket(session) == 1 || SSL_version(ends_->ssl) == TLS1_2_VERSION);
}

void RawStream::break_off() {
    SSL_set_shutdown(ends_->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);  // to its own end it was said
    ends_->bio = UniqueBio();
    ends_->ssl = nullptr;
    ends_->open = false;
}

RawSession RawStream::session() const { return {SSL_get1_session(ends_->ssl), SSL_SESSION_free}; }

bool RawStream::is_resumed() const { return SSL_session_reused(ends_->ssl) == 1; }

std::string RawStream::tls_version() const { return SSL_get_version(ends_->ssl); }

int RawStream::further_certificates() const {
    if (SSL_get0_peer_certificate(ends_->ssl) == nullptr) fail("the client showed no certificate");
    return sk_X509_num(SSL_get_peer_cert_chain(ends_->ssl));
}

RawStream raw_connect(std::uint16_t port, const RawTls* tls) {
    ignore_broken_pipes();
    auto ends = std::make_unique<RawStream::Ends>();
    const std::string address = "127.0.0.1:" + std::to_string(port);
    UniqueBio connection{BIO_new_connect(address.c_str())};
    ends->open = BIO_do_connect(connection.get()) == 1;
    if (ends->open && tls != nullptr) {
        for (std::size_t at = 0; at < tls->before.size(); at += tls->piece) {
            const std::string piece = tls->before.substr(at, tls->piece);
            BIO_write(connection.get(), piece.data(), static_cast<int>(piece.size()));
        }
        ends->context = context_of(*tls, TLS_client_method());
        UniqueBio filter{BIO_new_ssl(ends->context.get(), 1)};
        BIO_get_ssl(filter.get(), &ends->ssl);
        if (tls->session) SSL_set_session(ends->ssl, tls->session.get());
        ends->bio = UniqueBio(BIO_push(filter.give_up(), connection.give_up()));
        ends->open = BIO_do_handshake(ends->bio.get()) == 1;
    } else {
        ends->bio = std::move(connection);
    }
    ERR_clear_error();
    return RawStream(std::move(ends));
}

struct RawServer::Socket {
    UniqueSslContext context;
    UniqueBio accepting;
};

RawServer::RawServer(const RawTls* tls, std::function<void(RawStream&)> talk) : socket_(std::make_unique<Socket>()) {
    ignore_broken_pipes();
    socket_->accepting = UniqueBio(BIO_new_accept("127.0.0.1:0"));
    if (BIO_do_accept(socket_->accepting.get()) != 1) fail("the test's server cannot listen");
    port_ = static_cast<std::uint16_t>(std::stoul(BIO_get_accept_port(socket_->accepting.get())));
    if (tls != nullptr) socket_->context = context_of(*tls, TLS_server_method());
    thread_ = std::thread([this, talk = std::move(talk)] {
        while (BIO_do_accept(socket_->accepting.get()) == 1 && !stopping_) {
            auto ends = std::make_unique<RawStream::Ends>();
            ends->bio = UniqueBio(BIO_pop(socket_->accepting.get()));
            ends->open = true;
            if (socket_->context) {
                UniqueBio filter{BIO_new_ssl(socket_->context.get(), 0)};
                BIO_get_ssl(filter.get(), &ends->ssl);
                SSL_set_quiet_shutdown(ends->ssl, 1);  // the end comes without TLS's goodbye
                ends->bio = UniqueBio(BIO_push(filter.give_up(), ends->bio.give_up()));
                ends->open = BIO_do_handshake(ends->bio.get()) == 1;
            }
            RawStream stream{std::move(ends)};
            talk(stream);
            ERR_clear_error();
        }
    });
}

RawServer::~RawServer() {
    stopping_ = true;
    const RawStream wakes_it_up = raw_connect(port_, nullptr);
    thread_.join();
}

}  // namespace wardwatch::test
