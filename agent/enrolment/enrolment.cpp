// Enrolment as the installer ordered it: key, request, certificate, and what becomes of the token.
#include "agent/enrolment/enrolment.h"

#include <stdexcept>

#include "agent/centre/centre.h"
#include "agent/enrolment/hardware_claim.h"
#include "agent/enrolment/identity.h"
#include "agent/log/event_log.h"
#include "agent/settings/config.h"
#include "collectors/machine/host.h"
#include "collectors/machine/real_machine.h"
#include "reporting/tls/pki.h"

namespace wardwatch {
namespace {

// What the installation did not say may stand in the settings.
std::optional<EnrolmentOrder> complete_order(const std::filesystem::path& folder) {
    std::optional<EnrolmentOrder> order = read_enrolment_order();
    if (!order) return std::nullopt;
    const Config config = load_config(folder).config;
    if (order->collector_url.empty()) order->collector_url = config.collector_url;
    if (order->ca_sha256.empty()) order->ca_sha256 = config.ca_sha256;
    if (order->collector_url.empty() || order->ca_sha256.empty()) return std::nullopt;
    return order;
}

// 408 and 429 say "later"; every other 4xx says that this request will never do.
bool is_definite(const CentreRefused& refusal) {
    return refusal.status >= 400 && refusal.status < 500 && refusal.status != 408 && refusal.status != 429;
}

}  // namespace

std::string enrol(const std::filesystem::path& folder, const EnrolmentOrder& order) {
    const std::string proxy = load_config(folder).config.proxy;
    const Client client = make_client(order.collector_url, proxy_finder(proxy, order.collector_url));
    const IdentityFiles files(folder);
    EnrolRequest request;
    request.token = order.token;
    request.device_id = files.make_device_id(random_uuid);
    request.private_key_pem = files.make_key(make_private_key);
    request.host_name = real_machine()->machine().host.name();
    request.agent_version = WARDWATCH_VERSION;
    request.hardware = hardware_claim(read_hardware());
    const Identity identity = client.enrol(request, order.ca_sha256);
    save_centre(folder, order.collector_url, order.ca_sha256);
    files.save(identity);  // last: the service looks for the certificate
    forget_enrolment_token();
    return request.device_id;
}

void enrol_anew(const std::filesystem::path& folder, const std::string& token) {
    const Config config = load_config(folder).config;
    const Client client = make_client(config.collector_url, proxy_finder(config.proxy, config.collector_url));
    EnrolRequest request;
    request.token = token;
    request.device_id = random_uuid();
    request.private_key_pem = make_private_key();
    request.host_name = real_machine()->machine().host.name();
    request.agent_version = WARDWATCH_VERSION;
    request.hardware = hardware_claim(read_hardware());
    const Identity identity = client.enrol(request, config.ca_sha256);
    const IdentityFiles files(folder);
    files.save(identity);
    files.follow(request.device_id);
}

bool enrolment_is_ordered(const std::filesystem::path& folder) { return complete_order(folder).has_value(); }

void enrol_as_ordered(const std::filesystem::path& folder) {
    std::optional<EnrolmentOrder> order = complete_order(folder);
    if (!order) return;
    order->ca_sha256 = normal_fingerprint(order->ca_sha256);
    if (order->ca_sha256.empty())
        throw std::invalid_argument("CaSha256 of the installation is not the 64 hex digits of the centre's CA");
    try {
        enrol(folder, *order);
    } catch (const CentreRefused& refusal) {
        if (is_definite(refusal)) {
            forget_enrolment_token();
            write_event(Event::token_refused, {refusal.what()});
        }
        throw;
    }
}

}  // namespace wardwatch
