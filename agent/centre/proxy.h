// Which proxy, if any, leads to the centre: the setting `proxy` and what it means.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agent/centre/system_proxy.h"
#include "reporting/client/url.h"

namespace wardwatch {

/// Asked before each exchange; empty: no proxy. Throws CentreUnreachable when the system names a proxy that cannot be
/// used.
using FindProxy = std::function<std::optional<ProxyEndpoint>()>;

/// `setting` is "none", "system" or a proxy's address, `collector_url` the centre's. What the system says counts for
/// five minutes: it may take seconds to find out, and a notebook changes its network. Thread safe. Throws
/// std::invalid_argument for addresses that are none.
FindProxy proxy_finder(const std::string& setting, const std::string& collector_url);

/// What the system's configuration says for this host: never a proxy for this PC itself (127.0.0.0/8, ::1, localhost).
/// Throws std::invalid_argument when the proxy that it names cannot be used.
std::optional<ProxyEndpoint> choose_proxy(const SystemProxy& system, std::string_view host);

}  // namespace wardwatch
