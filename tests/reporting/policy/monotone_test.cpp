// Less knowledge never makes a better or a worse verdict: it makes it unknown. Every fact of several reports is taken
// away and made Unknown in turn, and every rule is judged again.
#include <catch2/catch_test_macros.hpp>

#include "reporting/policy/judge.h"
#include "tests/reporting/policy/reports.h"

using namespace wardwatch;

namespace {

/// What a rule may become when the report says less. `not_applicable` says that there is no subject, which is
/// knowledge, too. A fail that one subject brought may rest on another one; a pass may not.
bool allowed(Status before, Status after) { return after == before || after == Status::unknown; }

Report failing() {
    Report report = compliant();
    report = with(report, "accounts.password_changed_at", "an.nguyen", days_before(200));
    report = with(report, "accounts.password_not_required", "an.nguyen", true);
    report = with(report, "accounts.last_logon_at", "an.nguyen", days_before(200));
    report = with(report, "accounts.kind", "binh.tran", std::string("builtin_guest"));
    report = with(report, "accounts.password_ever_set", "binh.tran", false);
    report = with(report, "password_policy.minimum_length", "", std::int64_t{0});
    report = with(report, "password_policy.complexity", "", false);
    report = with(report, "password_policy.passwords_expire", "", false);
    report = with(report, "antivirus.definitions_current", "Kaspersky", false);
    report = with(report, "antivirus.licence_expires_at", "Kaspersky", days_before(1));
    for (const char* field : {"saved", "account_store_saved", "official"}) {
        report = with(report, std::string("browser_credentials.") + field, "an.nguyen/chrome/Default", std::int64_t{3});
    }
    return with(report, "browser_policy.password_manager", "chrome", std::string("on"));
}

Report without_antivirus() { return with(compliant(), "antivirus.state", "Kaspersky", std::string("snoozed")); }

Report never_logged_on() {
    return with(without(compliant(), "accounts.last_logon_at", "an.nguyen"), "accounts.ever_logged_on", "an.nguyen",
                false);
}

void check_monotone(const Report& before, const Report& after, bool subject_uncounted) {
    const auto verdicts_before = judge(baseline(), before, test_now);
    const auto verdicts_after = judge(baseline(), after, test_now);
    for (const Rule& rule : baseline().rules) {
        // Nothing counts the browsers that have a policy: one that is taken away is not missed. Its rule is advice.
        if (subject_uncounted && rule.complete.empty() && !rule.each.empty()) continue;
        CAPTURE(rule.id);
        CHECK(allowed(summary(rule, verdicts_before), summary(rule, verdicts_after)));
    }
}

}  // namespace

TEST_CASE("a fact that is taken away or made Unknown only makes verdicts unknown") {
    for (const Report& report : {compliant(), failing(), without_antivirus(), never_logged_on()}) {
        for (const Fact& fact : report.facts) {
            CAPTURE(fact.id, fact.instance);
            check_monotone(report, without(report, fact.id, fact.instance), true);
            check_monotone(report, with(report, fact.id, fact.instance, Unknown{in_words("gone")}), false);
        }
    }
}

TEST_CASE("a collector that fails makes its rules unknown and no other") {
    for (const Report& report : {compliant(), failing(), without_antivirus()}) {
        for (const char* collector :
             {"accounts", "antivirus", "browser_credentials", "browser_policy", "host", "password_policy"}) {
            CAPTURE(collector);
            const Report silent = without_collector(report, collector);
            check_monotone(report, silent, false);
            check_monotone(report, with(silent, collector, "", Unknown{in_words("timed out after 20 s")}), false);
        }
    }
}
