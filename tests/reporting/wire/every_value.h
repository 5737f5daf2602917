// A report with every kind of value, and one with everything that strangers can put into it.
#pragma once

#include <string>

#include "collectors/core/report.h"
#include "embedded/reasons.h"

namespace wardwatch {

inline Report report_of(Facts facts) {
    return {"0c5e4a52-7d1b-4c39-9a53-6f5d8b1f6c01",
            "9b2d7f8e-1f0a-4c7d-8c55-2f6f5c7e9a02",
            "0.1.0",
            "manual",
            parse_instant("2026-11-22T03:04:05Z"),
            std::move(facts)};
}

inline Report every_value() {
    return report_of({
        {"accounts.password_changed_at", "Lê Thị Chi", parse_instant("2026-07-01T00:00:00Z"), "netapi"},
        {"accounts.password_changed_at", "an.nguyen", Unknown{in_words("Microsoft account: managed online")}, ""},
        {"antivirus", "", Unknown{reasons::timed_out(20)}, ""},
        {"browser_credentials.saved", "an.nguyen/chrome/Default", std::int64_t{9}, "file"},
        {"host.name", "", std::string("PC-\"01\"\\Hà Nội"), "netapi"},
        {"host.windows_activated", "", false, "wmi"},
        {"password_policy.complexity", "", true, "sam"},
        {"password_policy.minimum_length", "", std::int64_t{-9223372036854775807 - 1}, "netapi"},
        {"password_policy.history_length", "", std::int64_t{9223372036854775807}, "netapi"},
    });
}

inline Report hostile_values() {
    return report_of({
        {"browser_credentials.saved", "bad\xFF\xC0\xAF/\xED\xA0\x80/chrome", std::int64_t{1}, "file"},
        {"browser_credentials.saved", "line\nbreak\t\x7F", std::int64_t{2}, "file"},
        {"browser_credentials.saved", std::string(5000, 'x'), std::int64_t{3}, "file"},
        {"browser_credentials.newest_change_at", "far", Instant{std::chrono::seconds{253402300800}}, "file"},
        {"browser_credentials.newest_change_at", "text", std::string("yesterday"), "file"},
        {"browser_credentials.saved", "instant", Instant{}, "file"},
        {"host.name", "", std::string(3000, '\xF4'), ""},
        {"host.os_name", "", Unknown{in_words("")}, ""},
        {"host.time_zone", "", Unknown{in_words(std::string(2000, '\n'))}, ""},
    });
}

}  // namespace wardwatch
