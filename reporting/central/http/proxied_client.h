// Whose connection it is. For the listener's .cpp files: includes Asio and OpenSSL.
#pragma once

#include <string>

#include "reporting/central/http/connection.h"
#include "reporting/central/http/tls_stream.h"

namespace wardwatch {

/// Reads the PROXY header of a connection whose `peer` is one of the listener's proxies; `peer` is the client's address
/// then. False when there is none, or a wrong one, which is logged: the connection is to be ended. The stream's time
/// limit holds.
Async<bool> learn_client(TlsStream& stream, const ListenerSetup& setup, std::string& peer);

}  // namespace wardwatch
