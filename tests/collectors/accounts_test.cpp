// What a recorded PC shows badly: hundreds of domain users, and ports that fail.
#include <catch2/catch_test_macros.hpp>
#include <optional>

#include "collectors/core/collector.h"
#include "collectors/machine/accounts.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/user_profiles.h"
#include "collectors/windows/account_records.h"
#include "tests/recorded_machine.h"
#include "tests/test_data.h"

namespace wardwatch {
Facts collect_accounts(const Machine&, const ScanOptions&);
}

using namespace wardwatch;

namespace {

const Instant now = parse_instant("2026-11-22T03:04:05Z");
const std::string pc_sid = "S-1-5-21-1-2-3";
const std::string domain_sid = "S-1-5-21-7-8-9";

class SomeAccounts : public Accounts {
public:
    std::vector<Account> local;
    mutable std::vector<std::string> asked;

    std::vector<Account> local_accounts(Instant) const override { return local; }
    std::vector<Account> domain_users(const std::vector<std::string>& sids, Instant at,
                                      std::chrono::seconds) const override {
        asked = sids;
        std::vector<Account> users;
        users.reserve(sids.size());
        for (const std::string& sid : sids) {
            users.push_back(domain_user_of(sid, "HANOI", {"u" + sid.substr(sid.rfind('-')), 1, 0x200, 86400}, at));
        }
        return users;
    }
    std::string name_of(const std::string&, std::chrono::seconds) const override {
        throw PortError(in_words("not asked"));
    }
    PasswordPolicy password_policy() const override { return {}; }
};

class SomeProfiles : public UserProfiles {
public:
    std::vector<UserProfile> profiles;
    std::optional<std::string> error;
    std::vector<UserProfile> all() const override {
        if (error) throw PortError(in_words(*error));
        return profiles;
    }
};

/// A PC with the account "an" (1001).
struct Pc {
    RecordedMachine others = load_machine(test_data() / "machines" / "no_antivirus.json");
    SomeAccounts accounts;
    SomeProfiles user_profiles;

    Pc() {
        Account an = account_of({"an", 1001, 0x200, 86400, 0}, now);
        an.sid = pc_sid + "-1001";
        accounts.local.push_back(std::move(an));
    }
    void add_profile(const std::string& sid, std::optional<Instant> used) {
        user_profiles.profiles.push_back({"f" + sid.substr(sid.rfind('-') + 1), sid, "C:/Users/x", true, {}, used});
    }
    Facts scan(Facts previous = {}, Instant at = now) const {
        const Machine& m = others.owner->machine();
        const Machine machine{m.host,   m.registry,    m.security_center, m.wmi,
                              accounts, user_profiles, m.files,           m.services};
        ScanOptions options;
        options.now = at;
        options.previous = std::move(previous);
        return collect_accounts(machine, options);
    }
};

std::optional<Fact> find(const Facts& facts, const std::string& id, const std::string& instance) {
    for (const Fact& fact : facts) {
        if (fact.id == "accounts." + id && fact.instance == instance) return fact;
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("of hundreds of domain users those who used the PC last are asked about, and the rest is said") {
    Pc pc;
    for (int i = 0; i < 200; ++i) {
        pc.add_profile(domain_sid + "-" + std::to_string(2000 + i), now - std::chrono::hours(i));
    }
    pc.add_profile(domain_sid + "-5000", std::nullopt);
    const Facts facts = pc.scan();
    REQUIRE(pc.accounts.asked.size() == 50);
    CHECK(pc.accounts.asked.front() == domain_sid + "-2000");
    CHECK(pc.accounts.asked.back() == domain_sid + "-2049");
    CHECK(find(facts, "domain_users", "")->value == Value(std::int64_t{201}));
    CHECK(find(facts, "enabled_human", "")->value ==
          Value(Unknown{
              in_words("only the 50 domain users who used this PC last were asked about; 151 more have a profile "
                       "here")}));
    CHECK(find(facts, "kind", "HANOI\\u-2049"));
    CHECK_FALSE(find(facts, "kind", "HANOI\\u-2050"));
}

TEST_CASE("only SIDs that are not the PC's own are a domain's, and each is asked about once") {
    Pc pc;
    pc.add_profile(pc_sid + "-1001", std::nullopt);
    pc.add_profile(pc_sid + "-1077", now);  // an account that was deleted
    pc.add_profile(domain_sid + "-2000", now - std::chrono::hours(5));
    pc.add_profile(domain_sid + "-2000", now - std::chrono::hours(1));  // "<SID>.bak"
    pc.add_profile("S-1-12-1-1-2-3-4", std::nullopt);
    const Facts facts = pc.scan();
    CHECK(pc.accounts.asked == std::vector<std::string>{domain_sid + "-2000", "S-1-12-1-1-2-3-4"});
    CHECK(find(facts, "last_logon_at", "HANOI\\u-2000")->value == Value(now - std::chrono::hours(1)));
    CHECK(find(facts, "domain_users", "")->value == Value(std::int64_t{2}));
    CHECK(find(facts, "enabled_human", "")->value == Value(std::int64_t{3}));
}

TEST_CASE("the last use of a profile is the last logon where the account's own is older or missing") {
    Pc pc;
    Account& an = pc.accounts.local.front();
    const auto last = [&] { return find(pc.scan(), "last_logon_at", "an"); };
    const auto ever = [&] { return find(pc.scan(), "ever_logged_on", "an")->value; };
    const Instant used = now - std::chrono::hours(2);

    SECTION("no profile") {
        CHECK_FALSE(last());
        CHECK(ever() == Value(false));
    }
    SECTION("never by the account") {
        pc.add_profile(an.sid, used);
        CHECK(*last() == Fact{"accounts.last_logon_at", "an", used, "registry"});
        CHECK(ever() == Value(true));
    }
    SECTION("older by the account") {
        an.last_logon_at = now - std::chrono::hours(99);
        pc.add_profile(an.sid, used);
        CHECK(*last() == Fact{"accounts.last_logon_at", "an", used, "registry"});
    }
    SECTION("newer by the account") {
        an.last_logon_at = now;
        pc.add_profile(an.sid, used);
        CHECK(*last() == Fact{"accounts.last_logon_at", "an", now, "netapi"});
    }
    SECTION("not told by the account") {
        an.last_logon_at = Unknown{in_words("no level 3")};
        pc.add_profile(an.sid, used);
        CHECK(*last() == Fact{"accounts.last_logon_at", "an", used, "registry"});
        CHECK(ever() == Value(true));
    }
    SECTION("a profile without times was used, nobody knows when") {
        pc.add_profile(an.sid, std::nullopt);
        CHECK(is_unknown(last()->value));
        CHECK(ever() == Value(true));
    }
}

TEST_CASE("when the profiles cannot be listed, the local accounts are still told and the list is not complete") {
    Pc pc;
    pc.user_profiles.error = "listing failed with error 5";
    const Facts facts = pc.scan();
    const Value reason = Unknown{in_words("the domain users of this PC are not known: listing failed with error 5")};
    CHECK(find(facts, "enabled_human", "")->value == reason);
    CHECK(find(facts, "domain_users", "")->value == reason);
    CHECK(find(facts, "kind", "an")->value == Value(std::string("local")));
}

TEST_CASE("without the PC's own identifier nobody can tell who is a domain's user") {
    Pc pc;
    pc.accounts.local.front().sid.clear();
    pc.add_profile(domain_sid + "-2000", now);
    const Facts facts = pc.scan();
    CHECK(pc.accounts.asked.empty());
    CHECK(is_unknown(find(facts, "enabled_human", "")->value));
}

TEST_CASE("the same change of a password keeps its date to the second") {
    Pc pc;
    MaybeInstant& changed = pc.accounts.local.front().password_changed_at;
    const auto dated = [&](const Facts& facts) { return find(facts, "password_changed_at", "an")->value; };
    const Instant first = now - std::chrono::days{10};
    changed = first;
    Facts stored = pc.scan();
    for (const std::int64_t off : {1, -1, 2, 60, -60}) {  // never further and further away
        changed = first + std::chrono::seconds{off};
        stored = pc.scan(stored);
        CHECK(dated(stored) == Value(first));
    }
    changed = first + std::chrono::seconds{61};
    CHECK(dated(pc.scan(stored)) == Value(first + std::chrono::seconds{61}));
    changed = first - std::chrono::seconds{61};
    CHECK(dated(pc.scan(stored)) == Value(first - std::chrono::seconds{61}));
    changed = Unknown{in_words("the clock is behind")};
    CHECK(dated(pc.scan(stored)) == Value(Unknown{in_words("the clock is behind")}));
}

TEST_CASE("a logon is no news until the stored one is a week older, whichever source tells it") {
    using std::chrono::days;
    Pc pc;
    Account& an = pc.accounts.local.front();
    const auto logon = [&](const Facts& facts) { return *find(facts, "last_logon_at", "an"); };
    an.last_logon_at = now;
    const Facts stored = pc.scan();
    SECTION("a later one, here and by the profile") {
        an.last_logon_at = now + days{3};
        CHECK(pc.scan(stored, now + days{4}) == stored);
        pc.add_profile(an.sid, now + days{6});
        const Fact ever = *find(pc.scan(stored, now + days{6}), "ever_logged_on", "an");
        CHECK(ever == *find(stored, "ever_logged_on", "an"));
        CHECK(logon(pc.scan(stored, now + days{6})) == logon(stored));
    }
    SECTION("a week later") {
        an.last_logon_at = now + days{7};
        CHECK(logon(pc.scan(stored, now + days{7})).value == Value(now + days{7}));
    }
    SECTION("an account that is not used any more has the exact date of its last logon") {
        an.last_logon_at = now + days{6};
        CHECK(logon(pc.scan(stored, now + days{13} - std::chrono::seconds{1})).value == Value(now));
        CHECK(logon(pc.scan(stored, now + days{13})).value == Value(now + days{6}));
    }
    SECTION("an earlier one: the clock was wrong, or it is another account") {
        an.last_logon_at = now - days{1};
        CHECK(logon(pc.scan(stored)).value == Value(now - days{1}));
    }
    SECTION("nobody knows") {
        an.last_logon_at = Unknown{in_words("no level 3")};
        CHECK(is_unknown(logon(pc.scan(stored)).value));
    }
}

TEST_CASE("a FILETIME in two halves") {
    // 2026-11-22T03:04:05Z: (unix seconds + 11644473600) × 10^7
    const auto ticks = static_cast<std::uint64_t>(now.time_since_epoch().count() + 11'644'473'600) * 10'000'000;
    CHECK(instant_of_filetime(ticks >> 32, ticks & 0xFFFFFFFF) == std::optional(now));
    CHECK_FALSE(instant_of_filetime(0, 0));
    CHECK_FALSE(instant_of_filetime(0xFFFFFFFF, 0xFFFFFFFF));
    CHECK_FALSE(instant_of_filetime(1, 0));
}
