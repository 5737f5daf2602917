#include "reporting/fleet/tls_link.h"

#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "reporting/client/client.h"
#include "reporting/client/resolve.h"
#include "reporting/client/url.h"

namespace wardwatch {

namespace {

[[noreturn]] void system_failure(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

bool is_loopback(const sockaddr_storage& address) {
    if (address.ss_family != AF_INET) return false;
    in_addr host{};
    std::memcpy(&host, reinterpret_cast<const char*>(&address) + offsetof(sockaddr_in, sin_addr), sizeof host);
    return (ntohl(host.s_addr) >> 24) == 127;
}

// 127.x.y.1: x is the process, y counts its connections.
void come_from_own_address(int descriptor, unsigned connections) {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in from{};
    from.sin_family = AF_INET;
    const auto process = static_cast<std::uint32_t>(getpid() % 250 + 1);
    from.sin_addr.s_addr = htonl((127u << 24) | (process << 16) | ((connections / 16'000 % 256) << 8) | 1u);
    if (bind(descriptor, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) system_failure("bind");
}

}  // namespace

LinkTarget::LinkTarget(const std::string& url, const std::string& ca_pem) {
    const CentreUrl parsed = parse_centre_url(url);
    name_ = parsed.host;
    host_ = host_and_port(parsed.host, parsed.port);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    addrinfo wanted{};
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (getaddrinfo(resolve_host(parsed.host, deadline).front().c_str(), parsed.port.c_str(), &wanted, &found) != 0)
        throw HostNotFound("The address " + url + " cannot be used.");
    std::memcpy(&address_, found->ai_addr, found->ai_addrlen);
    address_size_ = found->ai_addrlen;
    freeaddrinfo(found);
    context_.reset(SSL_CTX_new(TLS_client_method()));
    const openssl::UniqueCertificate ca = openssl::read_certificate(ca_pem);
    openssl::require(context_ && SSL_CTX_set_min_proto_version(context_.get(), TLS1_3_VERSION) == 1 &&
                         X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), ca.get()) == 1,
                     "TLS could not be set up");
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context_.get(),
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                         SSL_MODE_NO_AUTO_CHAIN);  // as the agents
}

UniqueDescriptor LinkTarget::begin_connection() const {
    UniqueDescriptor descriptor{::socket(address_.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!descriptor) system_failure("socket");
    const int on = 1;
    setsockopt(descriptor.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (is_loopback(address_)) come_from_own_address(descriptor.get(), connections_++);
    // What refuses is told by the socket's error when the loop looks.
    if (connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&address_), address_size_) != 0 &&
        errno != EINPROGRESS && errno != ECONNREFUSED)
        system_failure("connect");
    return descriptor;
}

void LinkTarget::check_host(SSL* connection) const {
    X509_VERIFY_PARAM* const rules = SSL_get0_param(connection);
    if (X509_VERIFY_PARAM_set1_ip_asc(rules, name_.c_str()) == 1) return;
    openssl::require(SSL_set1_host(connection, name_.c_str()) == 1, "the centre's name cannot be checked");
    // OpenSSL copies the name; its macro for this call is a C cast.
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(name_.c_str()));
}

LinkKeys::LinkKeys(const Identity& identity)
    : key(openssl::read_private_key(identity.private_key_pem)),
      certificate(openssl::read_certificate(identity.certificate_pem)) {}

struct TlsLink::Slow {
    int descriptor;
    std::size_t allowance = 0;
    bool starved = false;
};

BIO_METHOD* TlsLink::slow_method() {
    static BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "slow link");
        const auto moved = [](BIO* bio, auto move, int wanted, auto set_retry) {
            auto& slow = *static_cast<Slow*>(BIO_get_data(bio));
            BIO_clear_retry_flags(bio);
            slow.starved = slow.allowance == 0;
            const std::size_t most = std::min(slow.allowance, static_cast<std::size_t>(std::max(wanted, 0)));
            const ssize_t done = slow.starved ? -1 : move(slow.descriptor, most);
            if (slow.starved || (done < 0 && (errno == EAGAIN || errno == EINTR))) set_retry(bio);
            if (done > 0) slow.allowance -= static_cast<std::size_t>(done);
            return static_cast<int>(done);
        };
        static const auto share = moved;
        BIO_meth_set_write(made, [](BIO* bio, const char* bytes, int size) {
            const auto move = [bytes](int to, std::size_t most) { return ::send(to, bytes, most, MSG_NOSIGNAL); };
            return share(bio, move, size, [](BIO* again) { BIO_set_retry_write(again); });
        });
        BIO_meth_set_read(made, [](BIO* bio, char* bytes, int size) {
            const auto move = [bytes](int from, std::size_t most) { return ::recv(from, bytes, most, 0); };
            return share(bio, move, size, [](BIO* again) { BIO_set_retry_read(again); });
        });
        BIO_meth_set_ctrl(made, [](BIO*, int command, long, void*) -> long { return command == BIO_CTRL_FLUSH; });
        return made;
    }();
    return method;
}

TlsLink::TlsLink(const LinkTarget& target, const LinkKeys* keys, SSL_SESSION* session)
    : socket_(target.begin_connection()), ssl_(SSL_new(target.context())) {
    openssl::require(ssl_ && SSL_set_fd(ssl_.get(), socket_.get()) == 1, "a connection could not be set up");
    target.check_host(ssl_.get());
    if (keys != nullptr)
        openssl::require(SSL_use_certificate(ssl_.get(), keys->certificate.get()) == 1 &&
                             SSL_use_PrivateKey(ssl_.get(), keys->key.get()) == 1,
                         "a PC's certificate cannot be used");
    if (session != nullptr) SSL_set_session(ssl_.get(), session);
    SSL_set_connect_state(ssl_.get());
}

TlsLink::~TlsLink() {
    if (in_order_ || !socket_) return;
    const linger at_once{1, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void TlsLink::make_slow() {
    slow_ = std::make_unique<Slow>(Slow{socket_.get()});
    BIO* const bio = BIO_new(slow_method());
    openssl::require(bio != nullptr, "no memory for a slow link");
    BIO_set_data(bio, slow_.get());
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
}

void TlsLink::refill(std::size_t bytes) {
    if (slow_) slow_->allowance = bytes;
}

unsigned TlsLink::wanted_events() const {
    if (slow_ && slow_->starved && state_ != State::connecting) return 0;
    return wants_write_ ? EPOLLIN | EPOLLOUT : EPOLLIN;
}

UniqueSession TlsLink::session() const {
    UniqueSession session{SSL_get1_session(ssl_.get())};
    if (session && SSL_SESSION_is_resumable(session.get()) != 1) session.reset();
    return session;
}

void TlsLink::close_in_order() {
    in_order_ = true;
    if (state_ == State::open) SSL_shutdown(ssl_.get());
    state_ = State::ended;
}

void TlsLink::advance() {
    if (state_ == State::connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return end_with(std::generic_category().message(error));
        state_ = State::shaking_hands;
    }
    if (state_ == State::shaking_hands) shake_hands();
    if (state_ == State::open) write_and_read();
}

void TlsLink::shake_hands() {
    ERR_clear_error();
    const int result = SSL_connect(ssl_.get());
    if (result == 1)
        state_ = State::open;
    else
        end(result, "during the TLS handshake");
}

void TlsLink::write_and_read() {
    wants_write_ = false;
    while (!to_send_.empty()) {
        ERR_clear_error();
        const int written = SSL_write(ssl_.get(), to_send_.data(), static_cast<int>(to_send_.size()));
        if (written <= 0) {
            end(written, "while a request was written");
            break;
        }
        to_send_.erase(0, static_cast<std::size_t>(written));
    }
    if (to_send_.empty()) to_send_ = std::string{};  // 10,000 PCs would keep what they needed once
    std::array<char, 16'384> bytes;
    while (state_ == State::open) {
        ERR_clear_error();
        const int got = SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
        if (got <= 0) return end(got, "while an answer was awaited");
        received_.append(bytes.data(), static_cast<std::size_t>(got));
    }
}

// Only those results that mean an end.
void TlsLink::end(int result, const char* when) {
    const int system_error = errno;
    const int reason = SSL_get_error(ssl_.get(), result);
    if (reason == SSL_ERROR_WANT_WRITE) wants_write_ = true;
    if (reason == SSL_ERROR_WANT_READ && state_ == State::shaking_hands) wants_write_ = false;
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) return;
    if (reason == SSL_ERROR_ZERO_RETURN) return end_with("");
    std::string words = "the connection broke";
    if (const unsigned long error = ERR_peek_error(); reason == SSL_ERROR_SSL && error != 0) {
        const char* const said = ERR_reason_error_string(error);
        if (said != nullptr) words = said;
    } else if (reason == SSL_ERROR_SYSCALL && system_error != 0) {
        words = std::generic_category().message(system_error);
    }
    end_with(words + " " + when);
}

void TlsLink::end_with(std::string problem) {
    problem_ = std::move(problem);
    in_order_ = problem_.empty();
    state_ = State::ended;
}

}  // namespace wardwatch
