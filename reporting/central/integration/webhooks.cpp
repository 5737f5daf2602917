// Which address may be told, the signature of a message, and when it is tried again.
#include "reporting/central/integration/webhooks.h"

#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "reporting/central/integration/curl_handles.h"
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
    const bool address = host.find_first_not_of("0123456789.") == std::string::npos;
    return host == "localhost" || host == "[::1]" || (address && host.starts_with("127."));
}

/// Nobody's answer is kept.
std::size_t drop_answer(char* bytes, std::size_t size, std::size_t count, void* ignored) {
    static_cast<void>(bytes);
    static_cast<void>(ignored);
    return size * count;
}

}  // namespace

std::string webhook_url_problem(const std::string& url) {
    const UniqueUrl parsed{curl_url()};
    if (!parsed || url.size() > 2000 || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK)
        return "The URL cannot be read; write https://host:port/path.";
    const std::string scheme = url_part(parsed.get(), CURLUPART_SCHEME);
    const std::string host = url_part(parsed.get(), CURLUPART_HOST);
    if (!url_part(parsed.get(), CURLUPART_USER).empty() || !url_part(parsed.get(), CURLUPART_PASSWORD).empty())
        return "The URL must hold no user name or password; the receiver checks the signature.";
    if (scheme == "https" || (scheme == "http" && names_this_machine(host))) return "";
    return "The URL must begin with https://; http:// is for this machine itself only.";
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

std::string post_webhook(const Webhook& webhook, const std::string& body, Instant now,
                         const std::filesystem::path& ca_file, std::chrono::seconds deadline) {
    const std::string refused = webhook_url_problem(webhook.url);
    if (!refused.empty()) return refused;
    const curl::UniqueEasy easy = curl::make_easy(static_cast<long>(deadline.count()), ca_file);
    curl::UniqueList headers;
    curl::append(headers, "Content-Type: application/json");
    curl::append(headers, "Wardwatch-Signature: " + webhook_signature(webhook.secret, now, body));
    curl::append(headers, "Expect:");
    char details[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(easy.get(), CURLOPT_URL, webhook.url.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, "wardwatch-central");
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, drop_answer);
    curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, details);
    const CURLcode code = curl_easy_perform(easy.get());
    curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, nullptr);
    if (code != CURLE_OK) return curl::problem_of(code, details);
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
