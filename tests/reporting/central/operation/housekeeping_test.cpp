// What a running centre does by itself as time passes, and how it ends: by its log, which says each thing that it did.
#include "reporting/central/operation/housekeeping.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>

#include "reporting/central/commands/scans.h"
#include "reporting/central/history/day_store.h"
#include "reporting/central/judging/policy_changes.h"
#include "reporting/central/updates/updates.h"
#include "tests/reporting/central/policy_office.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::days;
using std::chrono::hours;
using Lines = std::vector<std::string>;

namespace {

/// A net under tests that fail; no test waits for it.
constexpr std::chrono::seconds long_enough{120};

/// Housekeeping at an instant that does not pass.
class Keeper {
public:
    Keeper(PolicyOffice& office, Instant now)
        : commands_(office.database, commands_news,
                    [this](std::string_view devices) {
                        for (const std::string& device : sql::words_of(devices)) add(rung_, device);
                    }),
          housekeeping_(
              office.database, office.policy, [now] { return now; },
              [this](const std::string& line) { add(lines_, line); }, [] {}) {}

    /// Whether it says something with this in it, now or soon.
    bool says(const std::string& part) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, long_enough, [&] { return holds(part); });
    }
    bool has_said(const std::string& part) {
        const std::lock_guard lock{mutex_};
        return holds(part);
    }
    bool has_rung() {
        const std::lock_guard lock{mutex_};
        return !rung_.empty();
    }
    bool rings_for(const std::string& device_id) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, long_enough, [&] { return rung_ == Lines{device_id}; });
    }

private:
    void add(Lines& to, const std::string& line) {
        const std::lock_guard lock{mutex_};
        to.push_back(line);
        changed_.notify_all();
    }
    bool holds(const std::string& part) const {
        return std::any_of(lines_.begin(), lines_.end(),
                           [&](const std::string& line) { return line.find(part) != std::string::npos; });
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    Lines lines_;
    Lines rung_;
    sql::Subscription commands_;
    Housekeeping housekeeping_;
};

void offer_update(PolicyOffice& office, const std::string& version) {
    place_package(office.database, "a package", version, office.now);
    Updates{office.database}.add_offer({random_uuid(), version, std::nullopt, 100, office.now});
}

/// How often a stop was called for.
int stops_after_signal() {
    watch_for_stop_signal();
    std::atomic<int> stops{0};
    try {
        PolicyOffice office;
        const Housekeeping housekeeping{office.database, office.policy, [] { return start; }, [](const auto&) {},
                                        [&stops] { ++stops; }};
        std::raise(SIGTERM);
        const auto end = std::chrono::steady_clock::now() + long_enough;
        while (stops == 0 && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
    } catch (...) {
        return 99;
    }
    return stops;
}

}  // namespace

TEST_CASE("housekeeping: verdicts of a day ago are judged again, and how the units stand is written", "[operation]") {
    PolicyOffice office;
    const Pc ageing = office.pc_with_password(89);
    const Instant later = office.now + days{2};
    {
        Keeper keeper{office, later};
        CHECK(keeper.says("judged again devices=1"));
        CHECK(keeper.says("history to be judged"));
        CHECK(keeper.says("judging the history from="));
        CHECK(keeper.says("history judged"));
    }
    CHECK(office.device(ageing).status == Status::fail);
    CHECK(office.changes(ageing) == Lines{"password-age an.nguyen: pass > fail"});
    const Days written{office.database};
    CHECK(unit_day(written, office_day(later), office.unit) == pcs(0, 1, 0, 0));
    CHECK(unit_day(written, office_day(start), office.unit) == pcs(1, 0, 0, 0));
}

TEST_CASE("housekeeping: younger verdicts stay as they are", "[operation]") {
    PolicyOffice office;
    const Pc ageing = office.pc_with_password(89);
    Keeper keeper{office, office.now + hours{23}};
    CHECK(keeper.says("history judged"));
    CHECK_FALSE(keeper.has_said("judged again"));
    CHECK(office.device(ageing).status == Status::pass);
}

TEST_CASE("housekeeping: a policy that another process publishes is in force at once", "[operation]") {
    PolicyOffice office;
    const Pc ageing = office.pc_with_password(70);
    Keeper keeper{office, office.now + hours{23}};
    REQUIRE(keeper.says("history judged"));

    sql::Database other{stored(office.folder.path() / "central.db")};
    CurrentPolicy others{other};
    PolicyVersion version;
    version.number = 2;
    version.created_at = office.now;
    version.created_by = "an";
    version.reason = "Công văn mới";
    PolicyChange change;
    change.parameters["max_password_age_days"] = 60;
    REQUIRE(publish(other, others, change, version) == Publishing::published);

    CHECK(keeper.says("policy in force number=2"));
    CHECK(keeper.says("judged again devices=1"));
    CHECK(office.policy.get().number == 2);
    CHECK(office.device(ageing).status == Status::fail);
}

TEST_CASE("housekeeping: a policy that cannot be read changes nothing and stops nothing", "[operation]") {
    PolicyOffice office;
    const Pc ageing = office.pc_with_password(89);
    PolicyVersion version;
    version.number = 2;
    version.version = "broken";
    version.created_at = office.now;
    version.created_by = "an";
    REQUIRE(Policies{office.database}.publish(version, "{}"));
    Keeper keeper{office, office.now + days{2}};
    CHECK(keeper.says("the published policy cannot be used: "));
    CHECK(keeper.says("judged again devices=1"));
    CHECK(office.policy.get().number == 1);
    CHECK(office.device(ageing).status == Status::fail);
}

TEST_CASE("housekeeping: commands and waivers end with their time", "[operation]") {
    PolicyOffice office;
    const Pc pc = office.pc_with_password(100);
    order_scan(office.database, {{pc.device_id}, "", false}, "an", office.now, hours{36});
    REQUIRE(
        office
            .call("POST", "/api/v1/waivers",
                  {{"rule", "password-age"}, {"device_id", pc.device_id}, {"reason", "x"}, {"ends_on", "2026-11-23"}})
            .status == 201);
    {
        Keeper keeper{office, office.now + hours{26}};
        REQUIRE(keeper.says("history judged"));  // a day has begun meanwhile; commands were looked after before
        CHECK_FALSE(keeper.has_said("commands expired"));
        CHECK_FALSE(keeper.has_said("waivers over"));
        CHECK(office.device(pc).status == Status::pass);
    }
    // 24 November in the office, and the verdicts are younger than a day.
    Keeper keeper{office, office.now + hours{40}};
    CHECK(keeper.says("waivers over devices=1"));
    CHECK(keeper.says("commands expired count=1"));
    CHECK(keeper.says("judged again devices=1"));
    CHECK_FALSE(keeper.has_rung());
    CHECK(office.device(pc).status == Status::fail);
}

TEST_CASE("housekeeping: PCs are asked to take an update that is offered, and rung for", "[operation]") {
    PolicyOffice office;
    const Pc pc = office.pc_with_password(1);
    offer_update(office, "0.2.0");
    Keeper keeper{office, office.now};
    CHECK(keeper.rings_for(pc.device_id));
    CHECK(keeper.says("updates ordered devices=1"));
    CHECK(body_of(office.poll(pc)).at("commands").at(0).at("kind") == "update");
}

TEST_CASE("housekeeping: the signal to stop calls for a stop once, and ends the thread", "[operation]") {
    // In a process of its own: the flag that the signal sets is never taken back.
    const pid_t child = fork();
    if (child == 0) _exit(stops_after_signal());
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 1);
}
