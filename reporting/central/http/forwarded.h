// Whose request an HTTP proxy passes on, by its header X-Forwarded-For.
#pragma once

#include <string>

#include "reporting/central/http/listener.h"
#include "reporting/central/http/proxies.h"
#include "reporting/tls/http.h"

namespace wardwatch {

/// The client's address: the peer's own, unless the peer is one of these proxies. Then the header is read from its end
/// to its begin, past those that are such proxies themselves; what stands before the first that is none, anybody may
/// have written, and so it is that one. A proxy that tells nobody, or what is no address, is taken for the client.
std::string forwarded_client(const HttpRequest& request, const Proxies& trusted);

/// The handler, to which each request comes from the client's address.
Handler for_clients(Proxies trusted, Handler handler);

}  // namespace wardwatch
