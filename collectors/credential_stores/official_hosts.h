// Decides whether a saved entry belongs to one of the policy's official systems.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/core/fact.h"

namespace wardwatch {

/// A host as it goes over the wire: lower case, no trailing dot, Unicode labels as punycode ("ngânhàng.vn" and
/// "xn--ngnhng-ltan.vn" are the same). Empty for what is no host name: IPv6, empty labels, broken UTF-8. Letters other
/// than A-Z are expected in lower case and composed (NFC), as browsers store them.
std::string ascii_host(std::string_view host);

/// "dichvucong.gov.vn" is that host only; "*.hanoi.gov.vn" is hanoi.gov.vn and every host below it. False for what is
/// neither, and for names below which anybody can have a site ("*.vn", "*.com.vn": public_suffix.h).
bool is_host_pattern(std::string_view pattern);

/// Of the passwords saved for official hosts: how old the oldest is.
struct OfficialAge {
    std::optional<Instant> oldest_change;  ///< the least of the entries' last changes
    bool undated = false;                  ///< an entry has no date, so that nobody knows the oldest

    void add(const std::optional<Instant>& last_change) {
        if (!last_change) {
            undated = true;
        } else if (!oldest_change || *last_change < *oldest_change) {
            oldest_change = last_change;
        }
    }
};

class OfficialHosts {
public:
    /// What is no pattern matches nothing.
    explicit OfficialHosts(std::span<const std::string> patterns);

    /// `url` is an origin or URL with the scheme http or https; anything else (android://, moz-proxy://) is not
    /// official. The host counts as a browser understands it: "https://hanoi.gov.vn@evil.com" is evil.com.
    bool match_url(std::string_view url) const;

private:
    std::vector<std::string> exact_;
    std::vector<std::string> parents_;
};

}  // namespace wardwatch
