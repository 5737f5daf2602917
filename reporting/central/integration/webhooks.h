// Messages of what changed here to other systems, as signed HTTPS requests.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/integration/store.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

struct WebhookRules {
    std::filesystem::path ca_file;         ///< whom webhooks trust; empty: the system's CAs
    std::vector<std::string> local_hosts;  ///< as URLs have them; these may be this machine or on its own cable
};

/// Why the URL cannot be a webhook's, as a sentence; empty when it can: https, or http to one of the local hosts. An
/// address of this machine or its cable, and "localhost", must be one of those. What another name means is looked at
/// when a message is sent.
std::string webhook_url_problem(const std::string& url, const std::vector<std::string>& local_hosts);

/// "t=1763780645,v1=<64 hex digits>": HMAC-SHA256 with the secret over the time, a dot and the body. The receiver makes
/// the same, compares, and refuses old times.
std::string webhook_signature(std::string_view secret, Instant now, std::string_view body);

/// One message of these changes; `clause_of` comes from the policy's rules.
std::string webhook_body(const Policy& policy, const std::string& id, Instant now,
                         const std::vector<ToldChange>& changes);

/// One message of what administrators did, without the details.
std::string administration_body(const std::string& id, Instant now, const std::vector<ToldEntry>& entries);

/// Sends it, signed with the opened secret. Empty when it was taken (2xx), else what went wrong. Follows no redirect,
/// and connects to no local address (local_address.h) but that of a local host, whatever the name server says at that
/// moment.
std::string post_webhook(const Webhook& webhook, std::string_view secret, const std::string& body, Instant now,
                         const WebhookRules& rules, std::chrono::seconds deadline);

/// How long to wait after so many attempts: half a minute, then twice as long each time, six hours at most.
std::chrono::seconds webhook_wait(std::int64_t attempts);
/// After so many attempts, about two days, it is a dead letter.
inline constexpr std::int64_t webhook_attempts = 17;

}  // namespace wardwatch
