#include "reporting/client/resolve.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <future>
#include <memory>
#include <utility>

#include "collectors/core/background_thread.h"

namespace wardwatch {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

using Resolved = std::pair<error_code, std::vector<std::string>>;

Resolved resolve_blocking(const std::string& host) {
    Resolved result;
    asio::io_context io;
    tcp::resolver resolver{io};
    // Without the default flag address_configured: a PC whose network is down still finds "localhost".
    const auto found = resolver.resolve(host, "0", tcp::resolver::numeric_service, result.first);
    for (const auto& entry : found) result.second.push_back(entry.endpoint().address().to_string());
    return result;
}

}  // namespace

// The system's resolver cannot be interrupted and takes up to half a minute when no DNS server answers. So that the
// deadline holds, it runs on a thread that owns all it touches and that nobody waits for once the time is over.
std::vector<std::string> resolve_host(const std::string& host, std::chrono::steady_clock::time_point deadline) {
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    if (!not_an_address) return {host};

    const auto task = std::make_shared<std::packaged_task<Resolved()>>([host] { return resolve_blocking(host); });
    std::future<Resolved> answer = task->get_future();
    start_background_thread([task] { (*task)(); });
    if (answer.wait_until(deadline) != std::future_status::ready)
        throw HostNotFound("could not be found: the name service (DNS) does not answer. Check this PC's network.");
    Resolved result = answer.get();
    if (result.first || result.second.empty())
        throw HostNotFound("could not be found: the name service (DNS) does not know '" + host +
                           "'. Check the address and this PC's network (" + result.first.message() + ").");
    return std::move(result.second);
}

}  // namespace wardwatch
