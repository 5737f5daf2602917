// The bytes before TLS.
#include "reporting/central/http/proxied_client.h"

#include "reporting/central/http/proxies.h"

namespace wardwatch {

Async<bool> learn_client(TlsStream& stream, const ListenerSetup& setup, std::string& peer) {
    if (!setup.options.proxies.holds(peer)) co_return true;
    try {
        std::string header;
        TlsStream::ErrorCode error;
        for (std::size_t more = proxy_header_wants(header); more > 0; more = proxy_header_wants(header)) {
            co_await stream.read_before_tls(header, more, error);
            if (error) co_return false;
        }
        const std::string told = proxied_address(header);
        if (!told.empty()) peer = told;
        co_return true;
    } catch (const ProxyError& wrong) {
        setup.log("refused a connection of the proxy " + peer + ": " + wrong.what());
        co_return false;
    }
}

}  // namespace wardwatch
