// TLS of a listener. For .cpp files: includes OpenSSL.
#pragma once

#include "reporting/central/http/listener.h"
#include "reporting/tls/openssl_handles.h"

namespace wardwatch {

/// Throws PkiError when key and certificates cannot be used.
openssl::UniqueSslContext make_server_context(const ListenerOptions& options);

/// The certificate that the client showed; empty when it showed none. After the handshake only, which has then verified
/// its chain. Reading one costs more than answering a heartbeat.
std::shared_ptr<const CertificateInfo> client_certificate(const SSL* connection);

/// What a client did wrong with its certificate; empty when the handshake failed for another reason.
std::string client_certificate_problem(const SSL* connection);

}  // namespace wardwatch
