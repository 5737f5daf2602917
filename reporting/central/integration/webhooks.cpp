// Which address may be told, the signature of a message, and when it is tried again.
#include "reporting/central/integration/webhooks.h"

#include <openssl/hmac.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "collectors/core/ascii.h"
#include "reporting/central/integration/curl_handles.h"
#include "reporting/central/integration/local_address.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

struct UrlTraits {
    static CURLU* none() { return nullptr; }
    static void release(CURLU* url) noexcept { curl_url_cleanup(url); }
};
using UniqueUrl = UniqueResource<CURLU*, UrlTraits>;

std::string url_part(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK || text == nullptr) return "";
    std::string copy = text;
    curl_free(text);
    return copy;
}

bool names_this_machine(const std::string& host) {
    return host == "localhost" || host.ends_with(".localhost") || is_local_address(host);
}

/// As libcurl has it: "[::1]" with its brackets, which the configuration may leave out.
bool is_named(const std::string& host, const std::vector<std::string>& hosts) {
    return std::any_of(hosts.begin(), hosts.end(),
                       [&](const std::string& each) { return host == each || host == "[" + each + "]"; });
}

/// Which host a URL has, in lower case; empty where it cannot be read.
std::string host_of(const std::string& url) {
    const UniqueUrl parsed{curl_url()};
    if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return "";
    return ascii_lower(url_part(parsed.get(), CURLUPART_HOST));
}

struct Reached {
    bool local_allowed = false;
    bool refused = false;  ///< an address was not connected to
};

/// libcurl asks before each connection, with the address that the name has now.
curl_socket_t open_socket(void* reached, curlsocktype purpose, curl_sockaddr* address) {
    static_cast<void>(purpose);
    auto& to = *static_cast<Reached*>(reached);
    if (!to.local_allowed && is_local_address(address->addr)) {
        to.refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype, address->protocol);
}

constexpr const char* local_refused =
    "The URL leads to this machine or its own cable (loopback or link-local); the configuration must name its host in "
    "\"webhook_local_hosts\".";

/// Nobody's answer is kept.
std::size_t drop_answer(char* bytes, std::size_t size, std::size_t count, void* ignored) {
    static_cast<void>(bytes);
    static_cast<void>(ignored);
    return size * count;
}

}  // namespace

std::string webhook_url_problem(const std::string& url, const std::vector<std::string>& local_hosts) {
    const UniqueUrl parsed{curl_url()};
    if (!parsed || url.size() > 2000 || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
        return "The URL cannot be read; write https://host:port/path.";
    const std::string scheme = url_part(parsed.get(), CURLUPART_SCHEME);
    const std::string host = ascii_lower(url_part(parsed.get(), CURLUPART_HOST));
    if (!url_part(parsed.get(), CURLUPART_USER).empty() || !url_part(parsed.get(), CURLUPART_PASSWORD).empty())
        return "The URL must hold no user name or password; the receiver checks the signature.";
    const bool allowed = is_named(host, local_hosts);
    if (scheme != "https" && !(scheme == "http" && allowed))
        return "The URL must begin with https://; http:// is for hosts that the configuration names in "
               "\"webhook_local_hosts\".";
    return !allowed && names_this_machine(host) ? local_refused : "";
}

std::string webhook_signature(std::string_view secret, Instant now, std::string_view body) {
    const std::string time = std::to_string(now.time_since_epoch().count());
    const std::string text = time + "." + std::string{body};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size) == nullptr)
        throw PkiError("HMAC-SHA256 is not available");
    return "t=" + time + ",v1=" + to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

std::string webhook_body(const Policy& policy, const std::string& id, Instant now,
                         const std::vector<ToldChange>& changes) {
    nlohmann::json list = nlohmann::json::array();
    for (const ToldChange& change : changes) {
        const auto rule = std::find_if(policy.rules.begin(), policy.rules.end(),
                                       [&](const Rule& each) { return each.id == change.rule; });
        list.push_back({{"at", format_instant(change.at)},
                        {"device_id", change.device_id},
                        {"host_name", change.host_name},
                        {"unit_id", change.unit_id},
                        {"unit", change.unit},
                        {"rule", change.rule},
                        {"clause", rule == policy.rules.end() ? "" : rule->clause},
                        {"instance", change.instance},
                        {"from", change.from},
                        {"to", change.to}});
    }
    const nlohmann::json body = {
        {"id", id}, {"type", "verdict_changes"}, {"created_at", format_instant(now)}, {"changes", std::move(list)}};
    return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string administration_body(const std::string& id, Instant now, const std::vector<ToldEntry>& entries) {
    nlohmann::json list = nlohmann::json::array();
    for (const ToldEntry& entry : entries) {
        list.push_back({{"entry", entry.id},
                        {"at", format_instant(entry.at)},
                        {"actor", entry.actor},
                        {"address", entry.address},
                        {"action", entry.action},
                        {"subject", entry.subject}});
    }
    const nlohmann::json body = {
        {"id", id}, {"type", "administration"}, {"created_at", format_instant(now)}, {"entries", std::move(list)}};
    return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string post_webhook(const Webhook& webhook, std::string_view secret, const std::string& body, Instant now,
                         const WebhookRules& rules, std::chrono::seconds deadline) {
    const std::string problem = webhook_url_problem(webhook.url, rules.local_hosts);
    if (!problem.empty()) return problem;
    Reached reached{is_named(host_of(webhook.url), rules.local_hosts)};
    const curl::UniqueEasy easy = curl::make_easy(static_cast<long>(deadline.count()), rules.ca_file);
    curl::UniqueList headers;
    curl::append(headers, "Content-Type: application/json");
    curl::append(headers, "Wardwatch-Signature: " + webhook_signature(secret, now, body));
    curl::append(headers, "Expect:");
    char details[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(easy.get(), CURLOPT_URL, webhook.url.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy.get(), CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy.get(), CURLOPT_OPENSOCKETDATA, &reached);
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, "wardwatch-central");
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, drop_answer);
    curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, details);
    const CURLcode code = curl_easy_perform(easy.get());
    curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, nullptr);
    if (code != CURLE_OK) return reached.refused ? local_refused : curl::problem_of(code, details);
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status < 300) return "";
    return "the receiver answered " + std::to_string(status);
}

std::chrono::seconds webhook_wait(std::int64_t attempts) {
    constexpr std::int64_t first = 30;
    constexpr std::int64_t longest = 6 * 3600;
    return std::chrono::seconds{attempts >= 10 ? longest : std::min(longest, first << attempts)};
}

}  // namespace wardwatch
