// Contexts for both listeners, and why a client's certificate is refused.
#include "reporting/central/http/tls.h"

namespace wardwatch {

namespace {

// RFC 9325, section 4.2: for the people's browsers that know no TLS 1.3.
constexpr const char* tls12_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305";

// Not OpenSSL's finite fields of up to 8192 bits, by which a stranger has the centre work for milliseconds.
constexpr const char* groups = "X25519:P-256:P-384";

void send_with_chain(SSL_CTX* context, X509* authority) {
    openssl::require(SSL_CTX_add1_chain_cert(context, authority) == 1, "the chain could not be completed");
}

void ask_for_certificates(SSL_CTX* context, X509* authority) {
    openssl::require(X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority) == 1 &&
                         SSL_CTX_add_client_CA(context, authority) == 1,
                     "the authority could not be trusted");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

}  // namespace

openssl::UniqueSslContext make_server_context(const ListenerOptions& options) {
    openssl::UniqueSslContext context{SSL_CTX_new(TLS_server_method())};
    const int oldest = options.client_certificates ? TLS1_3_VERSION : TLS1_2_VERSION;
    openssl::require(context && SSL_CTX_set_min_proto_version(context.get(), oldest) == 1 &&
                         SSL_CTX_set_cipher_list(context.get(), tls12_ciphers) == 1 &&
                         SSL_CTX_set1_groups_list(context.get(), groups) == 1,
                     "TLS could not be set up");
    SSL_CTX_set_mode(context.get(),
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context.get(), 1);  // a record by one call of the system, not two
    // No session is resumed, unless ResumableSessions keeps them. A client that goes without TLS's goodbye costs
    // nothing: HTTP says itself whether a message is whole.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                           SSL_OP_IGNORE_UNEXPECTED_EOF);
    openssl::require(SSL_CTX_set_num_tickets(context.get(), 0) == 1, "session tickets could not be switched off");

    openssl::use_certificate(context.get(), options.certificate.certificate_pem, options.certificate.private_key_pem);
    const openssl::UniqueCertificate authority = openssl::read_certificate(options.authority_pem);
    send_with_chain(context.get(), authority.get());
    if (options.client_certificates) ask_for_certificates(context.get(), authority.get());
    return context;
}

std::string client_certificate_problem(const SSL* connection) {
    const long result = SSL_get_verify_result(connection);
    return result == X509_V_OK ? std::string() : X509_verify_cert_error_string(result);
}

}  // namespace wardwatch
