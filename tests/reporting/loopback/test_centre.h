// A small centre for tests: an authority, a server certificate and a listener on the loopback.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reporting/central/http/listener.h"
#include "reporting/client/client.h"
#include "reporting/client/https.h"
#include "reporting/tls/pki.h"
#include "tests/reporting/loopback/raw_peer.h"

namespace wardwatch::test {

inline Instant right_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

inline const std::string device = "5f0c3a52-6c0d-4a55-9d0c-2b1c3a52f00d";
constexpr std::chrono::days year{365};

inline const KeyAndCertificate& authority() {
    static const KeyAndCertificate made = make_authority("Wardwatch test", right_now(), 10 * year);
    return made;
}

/// The same name as authority(), another key.
inline const KeyAndCertificate& foreign_authority() {
    static const KeyAndCertificate made = make_authority("Wardwatch test", right_now(), 10 * year);
    return made;
}

inline const KeyAndCertificate& server_certificate() {
    static const KeyAndCertificate made =
        make_server_certificate(authority(), {"localhost", "127.0.0.1", "::1"}, right_now(), year);
    return made;
}

/// A PC that `signer` enrolled at `when`, and that trusts authority().
inline Identity identity_of(const KeyAndCertificate& signer, Instant when = right_now()) {
    const std::string key = make_private_key();
    return {key, sign_client_request(signer, make_signing_request(key, device), device, when, year),
            authority().certificate_pem};
}

inline RawTls as_peer(const Identity& identity) {
    return {{identity.private_key_pem, identity.certificate_pem}, {}, false, {}};
}

/// Lines that a listener logged; written by the pool's threads.
class Log {
public:
    std::function<void(const std::string&)> writer() {
        return [this](const std::string& line) {
            const std::lock_guard lock(mutex_);
            text_ += line + "\n";
        };
    }
    std::string text() const {
        const std::lock_guard lock(mutex_);
        return text_;
    }

private:
    mutable std::mutex mutex_;
    std::string text_;
};

inline ListenerOptions agents_options() {
    ListenerOptions options;
    options.address = "127.0.0.1";
    options.certificate = server_certificate();
    options.authority_pem = authority().certificate_pem;
    options.client_certificates = true;
    return options;
}

inline std::string url_of(std::uint16_t port, const std::string& host = "127.0.0.1") {
    return "https://" + host + ":" + std::to_string(port);
}

inline Client client_of(std::uint16_t port, std::chrono::seconds deadline = std::chrono::seconds{60},
                        std::shared_ptr<HttpsConnection> kept = nullptr) {
    return Client(url_of(port), "wardwatch-test/1", deadline, std::nullopt, std::move(kept));
}

/// What `action` throws as `Error`; the test fails when it throws nothing or something else.
template <class Error, class Action>
std::string message_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

inline bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace wardwatch::test
