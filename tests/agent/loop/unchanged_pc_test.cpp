// A PC on which nothing happens, people log on each day, or browsers write their files: what the agent's loop reports
// of it with the real checks, and what it asks of Windows.
#include <atomic>
#include <map>

#include "collectors/machine/accounts.h"
#include "collectors/machine/machine.h"
#include "collectors/machine/user_profiles.h"
#include "collectors/machine/wmi.h"
#include "collectors/windows/account_records.h"
#include "reporting/policy/judge.h"
#include "reporting/wire/report_json.h"
#include "tests/agent/loop/agent_world.h"
#include "tests/collectors/fakes.h"
#include "tests/recorded_machine.h"
#include "tests/test_data.h"

using namespace wardwatch;

namespace {

const std::string pc_sid = "S-1-5-21-1111111111-2222222222-3333333333";
const std::filesystem::path home = "C:/Users/an.nguyen";
const std::filesystem::path login_data = home / "AppData/Local/Google/Chrome/User Data/Default/Login Data";

/// Counts the age of one password from a fixed date, as Windows does: when it is asked, which is later than the scan's
/// beginning by some seconds, and by a clock whose second ends at another moment.
class ClockedAccounts : public Accounts {
public:
    std::atomic<std::int64_t> clock = 0;  ///< when the scan began, seconds since 1970
    std::atomic<std::int64_t> last_logon = (noon - 1h).time_since_epoch().count();
    static constexpr std::int64_t password_set = 1'793'322'900;  // 2026-10-30T01:15:00Z

    std::vector<Account> local_accounts(Instant) const override {
        const std::int64_t late = ++asked_ * 7 % 40;
        const Instant asked_at{std::chrono::seconds{clock + late}};
        const std::int64_t age = clock + late - password_set + asked_ % 3 - 1;
        Account an = account_of(
            {"an.nguyen", 1001, 0x200, static_cast<std::uint32_t>(age), static_cast<std::uint32_t>(last_logon.load())},
            asked_at);
        an.sid = pc_sid + "-1001";
        return {an};
    }
    std::vector<Account> domain_users(const std::vector<std::string>&, Instant, std::chrono::seconds) const override {
        return {};
    }
    std::string name_of(const std::string&, std::chrono::seconds) const override { return "an.nguyen"; }
    PasswordPolicy password_policy() const override { return policy; }

    PasswordPolicy policy;

private:
    mutable std::atomic<std::int64_t> asked_ = 0;
};

class OneProfile : public UserProfiles {
public:
    std::vector<UserProfile> all() const override {
        return {{"an.nguyen", pc_sid + "-1001", home, true, {}, std::nullopt}};
    }
};

/// Counts what is slow. Defender tells no date of its definitions, which would be news when it is 14 days old.
class CountingWmi : public Wmi {
public:
    explicit CountingWmi(const Wmi& wmi) : wmi_(wmi) {}
    std::vector<WmiRow> query(std::string_view name_space, std::string_view wql,
                              std::chrono::seconds limit) const override {
        if (wql.find("SoftwareLicensingProduct") != std::string_view::npos) ++activation;
        if (wql.find("MSFT_MpComputerStatus") != std::string_view::npos) ++defender;
        std::vector<WmiRow> rows = wmi_.query(name_space, wql, limit);
        for (WmiRow& row : rows) row.erase("AntivirusSignatureLastUpdated");
        return rows;
    }
    mutable std::atomic<int> activation = 0;
    mutable std::atomic<int> defender = 0;

private:
    const Wmi& wmi_;
};

/// A recorded PC whose accounts have a clock and whose one person has a browser.
struct Pc {
    RecordedMachine recorded = load_machine(test_data() / "machines" / "windows_10_defender.json");
    ClockedAccounts accounts;
    OneProfile profiles;
    test::FakeFiles files;
    CountingWmi wmi{recorded.owner->machine().wmi};
    WmiMemory memory;
    int writes = 0;

    Pc() {
        accounts.policy = recorded.owner->machine().accounts.password_policy();
        browser_writes();
    }
    /// Another time of use, in another file: what is saved stays.
    void browser_writes() {
        const std::string used = "UPDATE logins SET date_last_used = " + std::to_string(++writes) + ";";
        files.files[login_data].bytes =
            test::make_database(test::logins_table + test::login("https://a.example/", "an") +
                                test::login("https://b.example/", "an", 1) + used);
    }
    void password_is_saved() {
        files.files[login_data].bytes =
            test::make_database(test::logins_table + test::login("https://a.example/", "an") +
                                test::login("https://b.example/", "an", 1) + test::login("https://c.example/", "an"));
    }
    Report scan(const ScanRequest& request, const Progress& progress) {
        accounts.clock = request.now.time_since_epoch().count();
        const Machine& m = recorded.owner->machine();
        const Machine machine{m.host, m.registry, m.security_center, wmi, accounts, profiles, files, m.services};
        return take_report(catalog(), machine, request, progress, memory);
    }
};

constexpr std::chrono::minutes hundredth_of_a_month{432};

struct UnchangedPc {
    std::shared_ptr<Pc> pc = std::make_shared<Pc>();
    World world;
    std::unique_ptr<Agent> agent;
    int scans = 0;

    explicit UnchangedPc(std::chrono::seconds scan_interval = hundredth_of_a_month) {
        world.enrol();
        world.identity.make_device_id([] { return device; });
        AgentPorts ports = world.ports();
        ports.take_report = [pc = pc](const ScanRequest& request, const Progress& progress) {
            return pc->scan(request, progress);
        };
        agent = std::make_unique<Agent>(AgentSettings{scan_interval, 1h, 5min, {"*.hanoi.gov.vn"}}, world.identity,
                                        std::move(ports));
        World::settle(*agent);
        after(150s);
    }
    bool scan_has_begun() const { return world.requests->status(static_cast<std::uint64_t>(scans) + 1).has_value(); }
    void through_the_scan() {
        world.wait_for_scans(++scans);
        World::settle(*agent);
    }
    /// Goes on to then, and through the scan that is due then.
    void after(std::chrono::milliseconds time) {
        world.elapsed += time;
        World::settle(*agent);
        REQUIRE(scan_has_begun());
        through_the_scan();
    }
    /// Somebody logs on: the account database tells of it.
    void log_on() {
        pc->accounts.last_logon = world.now().time_since_epoch().count();
        changed(ChangeKind::accounts);
    }
    void changed(ChangeKind kind) {
        world.changes->noticed(kind);
        for (Wait wait = World::settle(*agent); !scan_has_begun(); wait = World::settle(*agent)) world.elapsed += wait;
        through_the_scan();
    }
    /// Of the newest report, judged now, as the centre does each day.
    std::vector<Status> judged(const std::string& rule) {
        const StoreSummary summary = *look_into_store(world.folder.path);
        const Report report = report_from_json(*look_for_report(world.folder.path, summary.newest->report_id));
        std::vector<Status> found;
        for (const Verdict& verdict : judge(baseline(), report, world.now()))
            if (verdict.rule_id == rule) found.push_back(verdict.status);
        return found;
    }
};

}  // namespace

TEST_CASE("a hundred scans of an unchanged PC in a month are one report and heartbeats") {
    UnchangedPc unchanged;
    for (int i = 0; i < 99; ++i) unchanged.after(hundredth_of_a_month);
    CHECK(unchanged.scans == 100);
    CHECK(unchanged.world.sent.size() == 1);
    CHECK(look_into_store(unchanged.world.folder.path)->reports == 1);
    REQUIRE(unchanged.world.heartbeats.size() == 99);
    for (const Heartbeat& heartbeat : unchanged.world.heartbeats) CHECK(heartbeat.report_id == unchanged.world.sent[0]);
    CHECK(unchanged.world.notes()["last_scan_at"] == format_instant(unchanged.world.now()));
    CHECK(unchanged.pc->wmi.activation == 100);
    CHECK(unchanged.pc->wmi.defender == 100);
}

TEST_CASE("a hundred days of logons are fifteen reports, and nobody is taken for unused") {
    UnchangedPc unchanged(std::chrono::days{1000});
    for (int day = 0; day < 100; ++day) {
        unchanged.world.elapsed = std::chrono::days{day} + 1h;
        unchanged.log_on();
        CHECK(unchanged.judged("unused-account") == std::vector<Status>{Status::pass});
    }
    CHECK(unchanged.scans == 101);
    CHECK(unchanged.world.sent.size() == 15);
}

TEST_CASE("an account that is used no more is unused after 90 days, and not sooner") {
    UnchangedPc unchanged(std::chrono::days{1000});
    unchanged.world.elapsed += std::chrono::days{6};
    unchanged.log_on();
    CHECK(unchanged.world.sent.size() == 1);
    const Instant last = unchanged.world.now();
    unchanged.world.elapsed += std::chrono::days{8};
    unchanged.changed(ChangeKind::accounts);
    CHECK(unchanged.world.sent.size() == 2);
    unchanged.world.elapsed += last + std::chrono::days{90} - 1min - unchanged.world.now();
    CHECK(unchanged.judged("unused-account") == std::vector<Status>{Status::pass});
    unchanged.world.elapsed += std::chrono::days{1} + 2min;
    CHECK(unchanged.judged("unused-account") == std::vector<Status>{Status::fail});
}

TEST_CASE("a hundred writes of a browser that change no count are no report, and ask nothing slow") {
    UnchangedPc unchanged(std::chrono::days{1000});
    for (int i = 0; i < 100; ++i) {
        unchanged.pc->browser_writes();
        unchanged.changed(ChangeKind::saved_passwords);
    }
    CHECK(unchanged.scans == 101);
    CHECK(unchanged.world.sent.size() == 1);
    CHECK(unchanged.pc->wmi.activation == 1);
    CHECK(unchanged.pc->wmi.defender == 1);
    unchanged.pc->password_is_saved();
    unchanged.changed(ChangeKind::saved_passwords);
    CHECK(unchanged.world.sent.size() == 2);
    CHECK(unchanged.pc->wmi.activation == 1);
}

TEST_CASE("Defender is asked when there is news of it, Windows' licence on schedule and when somebody asks") {
    UnchangedPc unchanged(std::chrono::hours{24});
    CountingWmi& wmi = unchanged.pc->wmi;
    unchanged.changed(ChangeKind::accounts);
    CHECK((wmi.activation == 1 && wmi.defender == 1));
    unchanged.changed(ChangeKind::antivirus);
    CHECK((wmi.activation == 1 && wmi.defender == 2));
    unchanged.changed(ChangeKind::policies);
    CHECK((wmi.activation == 1 && wmi.defender == 3));
    unchanged.world.requests->ask("manual");
    unchanged.after(1s);
    CHECK((wmi.activation == 2 && wmi.defender == 4));
    unchanged.after(24h);
    CHECK((wmi.activation == 3 && wmi.defender == 5));
    CHECK(unchanged.world.notes()["last_scan_trigger"] == "schedule");
    CHECK(unchanged.world.sent.size() == 2);  // the second was asked for
}
