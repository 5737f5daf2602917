// How a connection waits for an answer that comes later. For connection.cpp: includes Asio.
#pragma once

#include <memory>
#include <optional>

#include "reporting/central/http/listener.h"
#include "reporting/central/http/tls_stream.h"

namespace wardwatch {

/// Until it is woken (true), its time is over, or, unless it is work, the client is heard of (both false): most likely
/// it closed the connection; whatever else it sent is read as the next request. Nothing when the connection was closed
/// meanwhile.
Async<std::optional<bool>> wait_for(std::shared_ptr<TlsStream> stream, const LaterAnswer& later);

}  // namespace wardwatch
