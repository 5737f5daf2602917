// A Windows PC that follows every rule of the baseline, to be changed one fact at a time.
#pragma once

#include <algorithm>
#include <string>
#include <tuple>

#include "collectors/core/report.h"

namespace wardwatch {

inline const Instant test_now = parse_instant("2026-11-22T03:00:00Z");

inline Instant days_before(int days, int seconds = 0) {
    return test_now - std::chrono::days{days} - std::chrono::seconds{seconds};
}

inline Report report_with(Facts facts) {
    std::sort(facts.begin(), facts.end(),
              [](const Fact& a, const Fact& b) { return std::tie(a.id, a.instance) < std::tie(b.id, b.instance); });
    return {"0c5e4a52-7d1b-4c39-9a53-6f5d8b1f6c01",
            "9b2d7f8e-1f0a-4c7d-8c55-2f6f5c7e9a02",
            "0.1.0",
            "manual",
            test_now,
            std::move(facts)};
}

inline void add_account(Facts& facts, const std::string& name, const std::string& kind) {
    const auto add = [&](const char* field, Value value) {
        facts.push_back({std::string("accounts.") + field, name, std::move(value), "netapi"});
    };
    add("kind", kind);
    add("password_logon", true);
    add("password_changed_at", days_before(30));
    add("password_ever_set", true);
    add("last_logon_at", days_before(1));
    add("ever_logged_on", true);
    add("password_not_required", false);
    add("password_never_expires", false);
    add("password_cannot_change", false);
    add("password_expired", false);
    add("locked_out", false);
}

inline void add_profile(Facts& facts, const std::string& instance) {
    const auto add = [&](const char* field, Value value) {
        facts.push_back({std::string("browser_credentials.") + field, instance, std::move(value), "file"});
    };
    add("store_status", std::string("ok"));
    for (const char* field : {"saved", "account_store_saved", "federated", "never_saved", "official"}) {
        add(field, std::int64_t{0});
    }
}

inline Report compliant() {
    Facts facts;
    const auto add = [&](const char* id, const char* instance, Value value) {
        facts.push_back({id, instance, std::move(value), "test"});
    };
    add("host.name", "", std::string("PC-01"));
    add("host.windows_activated", "", true);
    add("accounts.enabled_human", "", std::int64_t{2});
    add_account(facts, "an.nguyen", "local");
    add_account(facts, "binh.tran", "local");
    add("antivirus.products", "", std::int64_t{2});
    add("antivirus.state", "Kaspersky", std::string("on"));
    add("antivirus.definitions_current", "Kaspersky", true);
    add("antivirus.licensed_with_windows", "Kaspersky", false);
    add("antivirus.licence_expires_at", "Kaspersky", test_now + std::chrono::days{100});
    add("antivirus.definitions_updated_at", "Kaspersky", days_before(1));
    add("antivirus.sources_disagree", "Kaspersky", std::string("none"));
    add("antivirus.state", "Microsoft Defender", std::string("off"));
    add("antivirus.definitions_current", "Microsoft Defender", true);
    add("antivirus.licensed_with_windows", "Microsoft Defender", true);
    add("password_policy.minimum_length", "", std::int64_t{12});
    add("password_policy.passwords_expire", "", true);
    add("password_policy.maximum_age_days", "", std::int64_t{90});
    add("password_policy.complexity", "", true);
    add("browser_credentials.profiles", "", std::int64_t{2});
    add_profile(facts, "an.nguyen/chrome/Default");
    add_profile(facts, "binh.tran/firefox/x.default");
    add("browser_policy.password_manager", "chrome", std::string("off"));
    add("browser_policy.password_manager", "firefox", std::string("off"));
    return report_with(std::move(facts));
}

inline Report without(Report report, std::string_view id, std::string_view instance) {
    std::erase_if(report.facts, [&](const Fact& fact) { return fact.id == id && fact.instance == instance; });
    return report;
}

/// Every fact of one collector ("antivirus") gone.
inline Report without_collector(Report report, const std::string& name) {
    std::erase_if(report.facts, [&](const Fact& fact) { return fact.id.starts_with(name + "."); });
    return report;
}

inline Report with(Report report, std::string id, std::string instance, Value value) {
    Facts facts = without(std::move(report), id, instance).facts;
    facts.push_back({std::move(id), std::move(instance), std::move(value), "test"});
    return report_with(std::move(facts));
}

}  // namespace wardwatch
