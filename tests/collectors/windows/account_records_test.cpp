#include "collectors/windows/account_records.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

namespace {

const Instant now = parse_instant("2026-11-22T03:04:05Z");
constexpr std::uint32_t normal_account = 0x200;
constexpr std::uint32_t day = 86400;

UserRecord person() { return {"an.nguyen", 1001, normal_account, 10 * day, 1'795'312'692, 0, false}; }

}  // namespace

TEST_CASE("a person's account") {
    const Account account = account_of(person(), now);
    CHECK(account.name == "an.nguyen");
    CHECK(account.id == 1001);
    CHECK(account.human);
    CHECK(account.enabled == MaybeFlag{true});
    CHECK(account.password_logon == MaybeFlag{true});
    CHECK(account.password_changed_at == MaybeInstant{parse_instant("2026-11-12T03:04:05Z")});
    CHECK(account.last_logon_at == MaybeInstant{parse_instant("2026-11-22T01:58:12Z")});
    CHECK(account.password_not_required == MaybeFlag{false});
    CHECK(account.password_never_expires == MaybeFlag{false});
    CHECK(account.password_cannot_change == MaybeFlag{false});
    CHECK(account.password_expired == MaybeFlag{false});
    CHECK(account.locked_out == MaybeFlag{false});
    CHECK_FALSE(account.microsoft_account);
    CHECK(account.source == "netapi");
}

TEST_CASE("each flag of the account database is told apart") {
    const auto with = [](std::uint32_t flag) {
        UserRecord record = person();
        record.flags |= flag;
        return account_of(record, now);
    };
    CHECK(with(0x2).enabled == MaybeFlag{false});
    CHECK(with(0x10).locked_out == MaybeFlag{true});
    CHECK(with(0x20).password_not_required == MaybeFlag{true});
    CHECK(with(0x40).password_cannot_change == MaybeFlag{true});
    CHECK(with(0x10000).password_never_expires == MaybeFlag{true});
    CHECK(with(0x40000).password_logon == MaybeFlag{false});
}

TEST_CASE("people are known by number, not by name") {
    const auto human = [](std::uint32_t rid, const char* name, std::uint32_t flags = normal_account) {
        return account_of({name, rid, flags, 0, 0, 0, false}, now).human;
    };
    CHECK(human(500, "Quản trị viên"));
    CHECK(human(501, "Khách"));
    CHECK_FALSE(human(501, "Khách", normal_account | 0x2));
    CHECK_FALSE(human(502, "krbtgt"));
    CHECK_FALSE(human(503, "DefaultAccount"));
    CHECK_FALSE(human(504, "WDAGUtilityAccount"));
    CHECK_FALSE(human(1002, "HomeGroupUser$"));
    CHECK(human(1000, "krbtgt"));
}

TEST_CASE("a password without a date") {
    UserRecord record = person();
    const auto changed = [&] { return account_of(record, now).password_changed_at; };

    SECTION("an age of 0 is a password that was never set") {
        record.password_age = 0;
        CHECK(changed() == MaybeInstant{std::monostate{}});
    }
    SECTION("so is one that is as old as 1970") {
        record.password_age = static_cast<std::uint32_t>(now.time_since_epoch().count());
        CHECK(changed() == MaybeInstant{std::monostate{}});
    }
    SECTION("one that must be changed at the next logon has lost its date") {
        record.password_age = 0;
        record.password_expired = 1;
        CHECK(std::holds_alternative<Unknown>(changed()));
        CHECK(account_of(record, now).password_expired == MaybeFlag{true});
    }
    SECTION("a clock that is behind the change wraps the age, which is then nobody's: neither a date nor never") {
        const Unknown behind{
            in_words("the clock is behind the last change of the password: set the clock of the PC that keeps it")};
        for (const std::int64_t seconds_behind : {std::int64_t{1}, std::int64_t{3600}, std::int64_t{11 * 365} * day}) {
            record.password_age = static_cast<std::uint32_t>(-seconds_behind);
            CHECK(changed() == MaybeInstant{behind});
            CHECK(account_of(record, parse_instant("2015-01-01T00:00:00Z")).password_changed_at ==
                  MaybeInstant{behind});
        }
        CHECK(domain_user_of("S-1-5-21-7-8-9-2000", "HANOI", record, now).password_changed_at == MaybeInstant{behind});
    }
    SECTION("a Microsoft account's is not on this PC") {
        record.microsoft_account = true;
        CHECK(changed() == MaybeInstant{Unknown{in_words("Microsoft account: managed online")}});
    }
    SECTION("one second is an age") {
        record.password_age = 1;
        CHECK(changed() == MaybeInstant{parse_instant("2026-11-22T03:04:04Z")});
    }
}

TEST_CASE("an account that never logged on") {
    UserRecord record = person();
    record.last_logon = 0;
    CHECK(account_of(record, now).last_logon_at == MaybeInstant{std::monostate{}});
}

TEST_CASE("what level 20 does not tell is Unknown, what it tells is kept") {
    UserRecord record = person();
    record.flags |= 0x20;
    const Account account = account_of(record, now, in_words("no level 3"));
    CHECK(account.password_changed_at == MaybeInstant{Unknown{in_words("no level 3")}});
    CHECK(account.last_logon_at == MaybeInstant{Unknown{in_words("no level 3")}});
    CHECK(account.password_expired == MaybeFlag{Unknown{in_words("no level 3")}});
    CHECK(account.password_not_required == MaybeFlag{true});
    CHECK(account.enabled == MaybeFlag{true});
}

TEST_CASE("password rules in days") {
    PasswordPolicy policy;
    apply_rules(PasswordRules{12, 90 * day, day, 24}, policy);
    CHECK(std::get<std::int64_t>(policy.minimum_length) == 12);
    CHECK(std::get<std::int64_t>(policy.maximum_age_days) == 90);
    CHECK(std::get<std::int64_t>(policy.minimum_age_days) == 1);
    CHECK(std::get<std::int64_t>(policy.history_length) == 24);
    apply_rules(PasswordRules{0, 90 * day + 1, day - 1, 0}, policy);
    CHECK(std::get<std::int64_t>(policy.maximum_age_days) == 91);
    CHECK(std::get<std::int64_t>(policy.minimum_age_days) == 0);
    apply_rules(PasswordRules{0, 0xFFFFFFFF, 0, 0}, policy);
    CHECK(std::holds_alternative<std::monostate>(policy.maximum_age_days));
}

TEST_CASE("lockout rules in minutes") {
    PasswordPolicy policy;
    apply_rules(LockoutRules{1800, 5}, policy);
    CHECK(std::get<std::int64_t>(policy.lockout_threshold) == 5);
    CHECK(std::get<std::int64_t>(policy.lockout_minutes) == 30);
    apply_rules(LockoutRules{61, 0}, policy);
    CHECK(std::get<std::int64_t>(policy.lockout_minutes) == 2);
    apply_rules(LockoutRules{0xFFFFFFFF, 5}, policy);
    CHECK(std::holds_alternative<std::monostate>(policy.lockout_minutes));
}

TEST_CASE("password properties") {
    PasswordPolicy policy;
    apply_properties(std::uint32_t{0x1}, policy);
    CHECK(policy.complexity == MaybeFlag{true});
    CHECK(policy.reversible_encryption == MaybeFlag{false});
    apply_properties(std::uint32_t{0x10}, policy);
    CHECK(policy.complexity == MaybeFlag{false});
    CHECK(policy.reversible_encryption == MaybeFlag{true});
}

TEST_CASE("a rule that cannot be read is Unknown in each of its fields") {
    PasswordPolicy policy;
    apply_rules(std::variant<PasswordRules, Unknown>{Unknown{in_words("a")}}, policy);
    apply_rules(std::variant<LockoutRules, Unknown>{Unknown{in_words("b")}}, policy);
    apply_properties(Unknown{in_words("c")}, policy);
    CHECK(sentence_of(std::get<Unknown>(policy.minimum_length).reason) == "a");
    CHECK(sentence_of(std::get<Unknown>(policy.maximum_age_days).reason) == "a");
    CHECK(sentence_of(std::get<Unknown>(policy.minimum_age_days).reason) == "a");
    CHECK(sentence_of(std::get<Unknown>(policy.history_length).reason) == "a");
    CHECK(sentence_of(std::get<Unknown>(policy.lockout_threshold).reason) == "b");
    CHECK(sentence_of(std::get<Unknown>(policy.lockout_minutes).reason) == "b");
    CHECK(sentence_of(std::get<Unknown>(policy.complexity).reason) == "c");
    CHECK(sentence_of(std::get<Unknown>(policy.reversible_encryption).reason) == "c");
}
