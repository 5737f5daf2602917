// TLS of a listener. For .cpp files: includes OpenSSL.
#pragma once

#include "reporting/central/http/listener.h"
#include "reporting/tls/openssl_handles.h"

namespace wardwatch {

/// Throws PkiError when key and certificates cannot be used.
openssl::UniqueSslContext make_server_context(const ListenerOptions& options);

/// What a client did wrong with its certificate; empty when the handshake failed for another reason.
std::string client_certificate_problem(const SSL* connection);

}  // namespace wardwatch
