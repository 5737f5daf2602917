// What a TLS 1.3 connection costs a server at the least: OpenSSL's own memory for each that was shaken by hand with a
// client's certificate, its buffers released. The certificates, and what each side sends of them, are the centre's and
// its agents'. Prints KiB.
// Usage: openssl_memory CONNECTIONS SERVER_CERTIFICATE SERVER_KEY CA CLIENT_CERTIFICATE CLIENT_KEY (PEM files)
#include <fcntl.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

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

SSL_CTX* context_of(const SSL_METHOD* method, const char* certificate, const char* key, const char* authority) {
    SSL_CTX* context = SSL_CTX_new(method);
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    // Agents send their own certificate alone.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
    require(SSL_CTX_use_certificate_file(context, certificate, SSL_FILETYPE_PEM) == 1 &&
                SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1 &&
                SSL_CTX_load_verify_file(context, authority) == 1,
            "reading certificates");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    return context;
}

int begin(SSL* connection, int descriptor) {
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
    require(SSL_set_fd(connection, descriptor) == 1, "a connection");
    return descriptor;
}

// The client and the sockets are gone afterwards.
SSL* shaken(SSL_CTX* server_context, SSL_CTX* client_context) {
    SSL* server = SSL_new(server_context);
    SSL* client = SSL_new(client_context);
    int ends[2] = {};
    require(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0, "sockets");
    begin(server, ends[0]);
    begin(client, ends[1]);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int i = 0; i < 10 && (!SSL_is_init_finished(server) || !SSL_is_init_finished(client)); ++i) {
        SSL_do_handshake(client);
        SSL_do_handshake(server);
    }
    char bytes[256] = {};
    require(SSL_write(client, bytes, sizeof bytes) > 0 && SSL_read(server, bytes, sizeof bytes) > 0, "a request");
    require(SSL_write(server, bytes, sizeof bytes) > 0 && SSL_read(client, bytes, sizeof bytes) > 0, "an answer");
    require(SSL_get0_peer_certificate(server) != nullptr, "the client's certificate");
    SSL_free(client);
    close(ends[0]);
    close(ends[1]);
    return server;
}

}  // namespace

int main(int argc, char** argv) {
    require(argc == 7, "the command line");
    const int count = std::atoi(argv[1]);
    SSL_CTX* server = context_of(TLS_server_method(), argv[2], argv[3], argv[4]);
    SSL_CTX* client = context_of(TLS_client_method(), argv[5], argv[6], argv[4]);
    std::vector<SSL*> held;
    held.reserve(static_cast<std::size_t>(count) + 50);
    for (int i = 0; i < 50; ++i) held.push_back(shaken(server, client));  // what is made once
    const long before = private_kib();
    for (int i = 0; i < count; ++i) held.push_back(shaken(server, client));
    std::printf("%.2f\n", static_cast<double>(private_kib() - before) / count);
    return 0;
}
