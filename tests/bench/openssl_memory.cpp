// What a TLS 1.3 connection costs a server at the least: OpenSSL's own memory for each that was shaken by hand with a
// client's certificate, its buffers released, without sockets. Prints KiB. Usage: openssl_memory CONNECTIONS
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

void require(bool good, const char* what) {
    if (good) return;
    std::fprintf(stderr, "%s failed\n", what);
    std::exit(1);
}

long private_kib() {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);)
        if (line.rfind("RssAnon:", 0) == 0) return std::atol(line.c_str() + 8);
    return 0;
}

X509* certificate_of(EVP_PKEY* key, const char* name) {
    X509* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_set_pubkey(certificate, key);
    require(X509_sign(certificate, key, EVP_sha256()) > 0, "signing");
    return certificate;
}

SSL_CTX* context_of(const SSL_METHOD* method, const char* name) {
    SSL_CTX* context = SSL_CTX_new(method);
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = certificate_of(key, name);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    return context;
}

// Both ends over memory; the client and what carried the bytes are gone afterwards.
SSL* shaken(SSL_CTX* server_context, SSL_CTX* client_context) {
    SSL* server = SSL_new(server_context);
    SSL* client = SSL_new(client_context);
    BIO* at_server = nullptr;
    BIO* at_client = nullptr;
    BIO_new_bio_pair(&at_server, 0, &at_client, 0);
    SSL_set_bio(server, at_server, at_server);
    SSL_set_bio(client, at_client, at_client);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int i = 0; i < 10 && (!SSL_is_init_finished(server) || !SSL_is_init_finished(client)); ++i) {
        SSL_do_handshake(client);
        SSL_do_handshake(server);
    }
    char bytes[256] = {};
    require(SSL_write(client, bytes, sizeof bytes) > 0 && SSL_read(server, bytes, sizeof bytes) > 0, "a request");
    require(SSL_write(server, bytes, sizeof bytes) > 0 && SSL_read(client, bytes, sizeof bytes) > 0, "an answer");
    SSL_free(client);
    SSL_set_bio(server, nullptr, nullptr);
    return server;
}

}  // namespace

int main(int argc, char** argv) {
    const int count = argc > 1 ? std::atoi(argv[1]) : 1000;
    SSL_CTX* server = context_of(TLS_server_method(), "server");
    SSL_CTX* client = context_of(TLS_client_method(), "client");
    std::vector<SSL*> held;
    held.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < 50; ++i) held.push_back(shaken(server, client));  // what is made once
    const long before = private_kib();
    for (int i = 0; i < count; ++i) held.push_back(shaken(server, client));
    std::printf("%.2f\n", static_cast<double>(private_kib() - before) / count);
    return 0;
}
