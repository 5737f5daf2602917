// The office's rules on a PC that follows them all, changed one fact at a time.
#include <catch2/catch_test_macros.hpp>
#include <map>

#include "reporting/policy/describe.h"
#include "reporting/policy/judge.h"
#include "tests/reporting/policy/reports.h"

using namespace wardwatch;
using enum Status;

namespace {

/// The baseline's rules on the checks that compliant() knows. A check that is added later has its golden verdicts.
const Policy& office() {
    static const Policy policy = [] {
        Policy rules = baseline();
        const Report report = compliant();
        std::erase_if(rules.rules, [&](const Rule& rule) {
            const std::string collector = rule.observed.front().substr(0, rule.observed.front().find('.') + 1);
            return std::none_of(report.facts.begin(), report.facts.end(),
                                [&](const Fact& fact) { return fact.id.starts_with(collector); });
        });
        return rules;
    }();
    return policy;
}

Status of_rule(const Report& report, std::string_view id) {
    for (const Rule& rule : office().rules) {
        if (rule.id == id) return summary(rule, judge(office(), report, test_now));
    }
    throw std::runtime_error("no rule " + std::string(id));
}

Status changed(const char* rule, const char* fact, const char* instance, Value value) {
    return of_rule(with(compliant(), fact, instance, std::move(value)), rule);
}

Value number(std::int64_t value) { return value; }
Value word(const char* text) { return std::string(text); }

const char* const an = "an.nguyen";
const char* const chrome = "an.nguyen/chrome/Default";

}  // namespace

TEST_CASE("the PC that follows every rule passes every rule") {
    const auto verdicts = judge(office(), compliant(), test_now);
    for (const Verdict& verdict : verdicts) {
        CAPTURE(verdict.rule_id, verdict.instance, sentence_of(verdict.reason));
        // Nothing official is saved, so nothing can be too old.
        CHECK(verdict.status == (verdict.rule_id == "official-password-age" ? not_applicable : pass));
    }
    CHECK(overall(office(), verdicts) == pass);
    CHECK(baseline().id == "hanoi-dispatch");
    CHECK(office().rules.size() == 19);
}

TEST_CASE("every clause has a rule") {
    std::map<std::string, int> rules;
    for (const Rule& rule : office().rules) ++rules[rule.clause];
    CHECK(rules == std::map<std::string, int>{{"1a", 3}, {"1b", 5}, {"1c", 4}, {"2", 5}, {"3", 2}});
    for (const auto& [clause, ignored] : baseline().clauses) {
        CAPTURE(clause);
        CHECK(std::any_of(baseline().rules.begin(), baseline().rules.end(),
                          [&](const Rule& rule) { return rule.clause == clause; }));
    }
}

TEST_CASE("1a: passwords are changed within 90 days, to the second") {
    CHECK(changed("password-age", "accounts.password_changed_at", an, days_before(90)) == pass);
    CHECK(changed("password-age", "accounts.password_changed_at", an, days_before(90, 1)) == fail);
    CHECK(changed("password-age", "accounts.password_changed_at", an,
                  Unknown{in_words("Microsoft account: managed online")}) == unknown);
    CHECK(changed("password-age", "accounts.enabled_human", "", Unknown{in_words("error 5")}) == unknown);
    CHECK(changed("password-age", "accounts.password_logon", an, Unknown{in_words("error 5")}) == unknown);
    Report locked = with(compliant(), "accounts.password_changed_at", an, days_before(900));
    CHECK(of_rule(with(locked, "accounts.password_logon", an, false), "password-age") == pass);
    CHECK(changed("password-never-expires", "accounts.password_never_expires", an, true) == fail);
    CHECK(overall(office(),
                  judge(office(), with(compliant(), "accounts.password_never_expires", an, true), test_now)) == pass);
}

TEST_CASE("1b: what Windows demands of passwords") {
    CHECK(changed("password-length", "password_policy.minimum_length", "", number(11)) == fail);
    CHECK(changed("password-length", "password_policy.minimum_length", "", number(14)) == pass);
    CHECK(changed("password-complexity", "password_policy.complexity", "", false) == fail);
    CHECK(changed("password-max-age", "password_policy.maximum_age_days", "", number(91)) == fail);
    CHECK(changed("password-max-age", "password_policy.passwords_expire", "", false) == fail);
    // "Never expires" comes without a number of days.
    const Report never = without(compliant(), "password_policy.maximum_age_days", "");
    CHECK(of_rule(with(never, "password_policy.passwords_expire", "", false), "password-max-age") == fail);
    const Report broken =
        with(without_collector(compliant(), "password_policy"), "password_policy", "", Unknown{in_words("error 5")});
    for (const char* rule : {"password-length", "password-complexity", "password-max-age"})
        CHECK(of_rule(broken, rule) == unknown);
}

TEST_CASE("1b: no default and no blank passwords") {
    CHECK(changed("no-blank-password", "accounts.password_not_required", an, true) == fail);
    CHECK(changed("no-default-password", "accounts.password_ever_set", an, false) == fail);
    // An account whose password was never set has no date, and the rule on dates leaves it to this one.
    Report never_set = without(compliant(), "accounts.password_changed_at", an);
    never_set = with(never_set, "accounts.password_ever_set", an, false);
    CHECK(of_rule(never_set, "password-age") == pass);
    CHECK(of_rule(never_set, "no-default-password") == fail);
}

TEST_CASE("1a: passwords of official systems that are saved, by the browser's own dates") {
    const char* rule = "official-password-age";
    const Report saved = with(compliant(), "browser_credentials.official", chrome, number(2));
    const auto changed_at = [&](Value value) {
        return of_rule(with(saved, "browser_credentials.official_oldest_change_at", chrome, std::move(value)), rule);
    };
    CHECK(changed_at(days_before(90)) == pass);
    CHECK(changed_at(days_before(90, 1)) == fail);
    CHECK(changed_at(Unknown{in_words("no date")}) == unknown);
    CHECK(of_rule(saved, rule) == unknown);
    CHECK(changed(rule, "browser_credentials.official", chrome, Unknown{in_words("busy")}) == unknown);
}

TEST_CASE("3: a domain's user who does not use this PC may use another") {
    const Report old = with(compliant(), "accounts.last_logon_at", an, days_before(400));
    CHECK(of_rule(old, "unused-account") == fail);
    CHECK(of_rule(with(old, "accounts.kind", an, word("domain")), "unused-account") == pass);
    CHECK(of_rule(with(old, "accounts.kind", an, word("entra")), "unused-account") == pass);
}

TEST_CASE("1c: while a browser holds its store the last count decides for seven days") {
    const auto busy = [](Value last, std::chrono::seconds age) {
        Report report = compliant();
        for (const char* field : {"saved", "account_store_saved", "official"})
            report = with(report, std::string("browser_credentials.") + field, chrome, Unknown{in_words("busy")});
        report = with(report, "browser_credentials.store_status", chrome, word("busy"));
        for (const char* field : {"last_saved", "last_account_store_saved", "last_official"})
            report = with(report, std::string("browser_credentials.") + field, chrome, last);
        return with(report, "browser_credentials.last_counted_at", chrome, Value(test_now - age));
    };
    constexpr std::chrono::hours week{7 * 24};
    for (const char* rule : {"saved-credentials", "saved-account-credentials", "saved-official"}) {
        CAPTURE(rule);
        CHECK(of_rule(busy(number(0), week), rule) == pass);
        CHECK(of_rule(busy(number(5), week), rule) == fail);
        CHECK(of_rule(busy(number(0), week + std::chrono::seconds(1)), rule) == unknown);
        CHECK(of_rule(busy(number(5), week + std::chrono::seconds(1)), rule) == unknown);
        CHECK(of_rule(busy(Unknown{in_words("x")}, week), rule) == unknown);
    }
    // Never counted: a reader of an older version knows no more either.
    const Report never = with(with(compliant(), "browser_credentials.saved", chrome, Unknown{in_words("busy")}),
                              "browser_credentials.store_status", chrome, word("busy"));
    CHECK(of_rule(never, "saved-credentials") == unknown);
    // What is counted now decides, however old the other store's last count is.
    const Report account_held = with(with(busy(number(5), 2 * week), "browser_credentials.saved", chrome, number(0)),
                                     "browser_credentials.last_saved", chrome, number(0));
    CHECK(of_rule(account_held, "saved-credentials") == pass);
    CHECK(of_rule(with(account_held, "browser_credentials.saved", chrome, number(1)), "saved-credentials") == fail);
}

TEST_CASE("1c: nothing is saved in browsers") {
    CHECK(changed("saved-credentials", "browser_credentials.saved", chrome, number(1)) == fail);
    CHECK(changed("saved-account-credentials", "browser_credentials.account_store_saved", chrome, number(1)) == fail);
    CHECK(changed("saved-official", "browser_credentials.official", chrome, number(1)) == fail);
    CHECK(changed("saved-credentials", "browser_credentials.never_saved", chrome, number(5)) == pass);
    CHECK(changed("saved-credentials", "browser_credentials.federated", chrome, number(5)) == pass);
    const Report absent = with(with(compliant(), "browser_credentials.saved", chrome, Unknown{in_words("absent")}),
                               "browser_credentials.store_status", chrome, word("absent"));
    CHECK(of_rule(absent, "saved-credentials") == unknown);
}

TEST_CASE("1c: a home that could not be looked at is unknown, and a PC without browsers passes") {
    for (const char* rule : {"saved-credentials", "saved-account-credentials", "saved-official"}) {
        CAPTURE(rule);
        CHECK(changed(rule, "browser_credentials.profiles", "", Unknown{in_words("1 homes could not be looked at")}) ==
              unknown);
        const Report none = without_collector(compliant(), "browser_credentials");
        CHECK(of_rule(none, rule) == unknown);
        CHECK(of_rule(with(none, "browser_credentials.profiles", "", number(0)), rule) == pass);
        CHECK(of_rule(with(none, "browser_credentials.profiles", "", Unknown{in_words("closed")}), rule) == unknown);
        CHECK(of_rule(with(none, "browser_credentials", "", Unknown{in_words("closed")}), rule) == unknown);
    }
}

TEST_CASE("1c: the password manager is advice") {
    const Report on = with(compliant(), "browser_policy.password_manager", "chrome", word("not_set"));
    CHECK(of_rule(on, "password-manager-off") == fail);
    CHECK(overall(office(), judge(office(), on, test_now)) == pass);
    CHECK(changed("password-manager-off", "browser_policy.password_manager", "chrome",
                  Unknown{in_words("contradiction")}) == unknown);
}

TEST_CASE("2: one antivirus product that is on is enough") {
    CHECK(changed("antivirus-on", "antivirus.state", "Microsoft Defender", word("on")) == pass);
    for (const char* state : {"off", "snoozed", "expired"}) {
        CHECK(changed("antivirus-on", "antivirus.state", "Kaspersky", word(state)) == fail);
        CHECK(changed("antivirus-definitions", "antivirus.state", "Kaspersky", word(state)) == not_applicable);
        CHECK(changed("antivirus-licence", "antivirus.state", "Kaspersky", word(state)) == not_applicable);
    }
    CHECK(changed("antivirus-on", "antivirus.state", "Kaspersky", Unknown{in_words("state 7")}) == unknown);
    const Report none = without_collector(compliant(), "antivirus");
    CHECK(of_rule(none, "antivirus-on") == unknown);
    CHECK(of_rule(with(none, "antivirus.products", "", number(0)), "antivirus-on") == fail);
    CHECK(of_rule(with(none, "antivirus.products", "", number(1)), "antivirus-on") == unknown);
    CHECK(of_rule(with(none, "antivirus", "", Unknown{in_words("timed out after 20 s")}), "antivirus-on") == unknown);
}

TEST_CASE("2: definitions and licence of a product that is on") {
    CHECK(changed("antivirus-definitions", "antivirus.definitions_current", "Kaspersky", false) == fail);
    CHECK(changed("antivirus-definitions", "antivirus.definitions_current", "Microsoft Defender", false) == pass);
    CHECK(changed("antivirus-licence", "antivirus.licence_expires_at", "Kaspersky", test_now) == fail);
    CHECK(changed("antivirus-licence", "antivirus.licence_expires_at", "Kaspersky", days_before(0, -1)) == pass);
    CHECK(changed("antivirus-licence", "antivirus.licence_expires_at", "Kaspersky", Unknown{in_words("no date")}) ==
          unknown);
}

TEST_CASE("2: the definitions' own date") {
    const char* updated = "antivirus.definitions_updated_at";
    CHECK(changed("antivirus-definitions-age", updated, "Kaspersky", days_before(14)) == pass);
    CHECK(changed("antivirus-definitions-age", updated, "Kaspersky", days_before(14, 1)) == fail);
    CHECK(changed("antivirus-definitions-age", updated, "Kaspersky", Unknown{in_words("no date")}) == unknown);
    CHECK(changed("antivirus-definitions-age", "antivirus.state", "Kaspersky", word("off")) == not_applicable);
    // Most products tell no date: what Windows says of them counts alone. Agents of before tell none at all.
    const Report dateless = without(compliant(), updated, "Kaspersky");
    CHECK(of_rule(dateless, "antivirus-definitions-age") == not_applicable);
    CHECK(of_rule(dateless, "antivirus-definitions") == pass);
    // On Windows Server nobody but the date tells.
    const Report server = without(without(compliant(), "antivirus.definitions_current", "Kaspersky"),
                                  "antivirus.definitions_current", "Microsoft Defender");
    CHECK(of_rule(server, "antivirus-definitions") == not_applicable);
    CHECK(of_rule(server, "antivirus-definitions-age") == pass);
}

TEST_CASE("2: sources that disagree are advice") {
    const Report report = with(compliant(), "antivirus.sources_disagree", "Kaspersky", word("state: wsc=on, wmi=off"));
    CHECK(of_rule(report, "antivirus-sources-agree") == fail);
    CHECK(overall(office(), judge(office(), report, test_now)) == pass);
    CHECK(of_rule(without(compliant(), "antivirus.sources_disagree", "Kaspersky"), "antivirus-sources-agree") ==
          not_applicable);
}

TEST_CASE("2: a leftover is neither protection nor a product") {
    const Report report = with(compliant(), "antivirus.leftover", "Avast", true);
    for (const char* rule : {"antivirus-on", "antivirus-definitions", "antivirus-licence"})
        CHECK(of_rule(report, rule) == pass);
    const Report off = with(report, "antivirus.state", "Kaspersky", word("off"));
    CHECK(of_rule(off, "antivirus-on") == fail);
}

TEST_CASE("2: Windows' own product is licensed when Windows is activated") {
    Report defender = with(compliant(), "antivirus.state", "Kaspersky", word("off"));
    defender = with(defender, "antivirus.state", "Microsoft Defender", word("on"));
    CHECK(of_rule(defender, "antivirus-licence") == pass);
    CHECK(of_rule(with(defender, "host.windows_activated", "", false), "antivirus-licence") == fail);
    CHECK(of_rule(with(defender, "host.windows_activated", "", Unknown{in_words("error 5")}), "antivirus-licence") ==
          unknown);
}

TEST_CASE("3: accounts are used, to the second") {
    CHECK(changed("unused-account", "accounts.last_logon_at", an, days_before(90)) == pass);
    CHECK(changed("unused-account", "accounts.last_logon_at", an, days_before(90, 1)) == fail);
    CHECK(changed("unused-account", "accounts.last_logon_at", an, Unknown{in_words("error 5")}) == unknown);
}

TEST_CASE("3: an account that nobody logged on with counts from the day of its password") {
    const Report unused =
        with(without(compliant(), "accounts.last_logon_at", an), "accounts.ever_logged_on", an, false);
    CHECK(of_rule(unused, "unused-account") == pass);
    CHECK(of_rule(with(unused, "accounts.password_changed_at", an, days_before(91)), "unused-account") == fail);
    const Report no_password = without(unused, "accounts.password_changed_at", an);
    CHECK(of_rule(with(no_password, "accounts.password_ever_set", an, false), "unused-account") == fail);
    CHECK(of_rule(with(unused, "accounts.kind", an, word("builtin_administrator")), "unused-account") == pass);
    const Report old = with(unused, "accounts.password_changed_at", an, days_before(400));
    CHECK(of_rule(with(old, "accounts.kind", an, word("builtin_administrator")), "unused-account") == fail);
    CHECK(of_rule(with(old, "accounts.kind", an, word("root")), "unused-account") == pass);
}

TEST_CASE("3: the Guest account is disabled") {
    CHECK(changed("guest-off", "accounts.kind", an, word("builtin_guest")) == fail);
    CHECK(changed("guest-off", "accounts.kind", an, Unknown{in_words("error 5")}) == unknown);
    CHECK(changed("guest-off", "accounts.enabled_human", "", Unknown{in_words("error 5")}) == unknown);
}
