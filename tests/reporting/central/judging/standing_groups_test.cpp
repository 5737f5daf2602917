// The counts that are kept are what counting PC by PC gives, whatever happens to PCs.
#include "reporting/central/judging/standing_group_store.h"

#include <map>
#include <set>
#include <tuple>

#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/views/listed_devices.h"
#include "tests/reporting/central/random_office.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::days;
using std::chrono::hours;

namespace {

/// unit, shown, waived, clauses → PCs.
using Counts = std::map<std::tuple<std::int64_t, Standing, bool, std::string>, std::int64_t>;

Counts one_by_one(PolicyOffice& office) {
    const View view{office.database, office.policy.get().policy, office.now, days{7}};
    Counts counts;
    for (const Device& device : Devices{office.database}.all()) {
        if (device.revoked_at) continue;
        ClauseStandings clauses;
        if (device.judged_at)
            for (const Rule& rule : office.policy.get().policy.rules)
                if (rule.severity != Severity::advice) clauses.emplace(rule.clause, Standing::pass);
        for (const StoredVerdict& stored : Verdicts{office.database}.of(device.device_id)) {
            if (stored.severity == Severity::advice) continue;
            for (const Rule& rule : office.policy.get().policy.rules) {
                if (rule.id != stored.verdict.rule_id) continue;
                Standing& standing = clauses.at(rule.clause);
                standing = worst({standing, standing_of(stored.verdict.status, stored.waiver_id.has_value())});
            }
        }
        ++counts[{device.unit_id, shown_standing(view, device), device.waived > 0, text_of(clauses)}];
    }
    return counts;
}

Counts kept(PolicyOffice& office) {
    Counts counts;
    for (const StandingGroup& group : StandingGroups{office.database}.all(office.now, days{7}))
        counts[{group.unit_id, group.shown, group.waived, text_of(*group.clauses)}] += group.devices;
    std::erase_if(counts, [](const auto& entry) { return entry.second == 0; });
    return counts;
}

}  // namespace

TEST_CASE("groups: what is kept is what counting gives") {
    RandomOffice chance{10};
    PolicyOffice& office = chance.office;
    std::set<Standing> seen;
    bool waived = false;
    for (int round = 0; round < 120; ++round) {
        office.now += hours{chance.up_to(20)};
        chance.something_happens();
        Waivers{office.database}.end_of_time(office.now);
        office.judge_due();
        CAPTURE(round);
        REQUIRE(kept(office) == one_by_one(office));
        for (const auto& [key, count] : kept(office)) {
            seen.insert(std::get<1>(key));
            waived = waived || std::get<2>(key);
        }
    }
    CHECK(seen == std::set{Standing::pass, Standing::fail, Standing::unknown, Standing::silent});
    CHECK(waived);
    CHECK(office.number("SELECT count(*) FROM standing_groups WHERE devices <= 0") == 0);

    std::int64_t confirmed = 0;
    for (const Device& device : Devices{office.database}.all())
        confirmed += !device.revoked_at && device.confirmed_at && *device.confirmed_at >= office.now - days{3} ? 1 : 0;
    std::int64_t counted = 0;
    for (const auto& [unit, count] : StandingGroups{office.database}.confirmed_since(office.now - days{3}))
        counted += count;
    CHECK(counted == confirmed);
    CHECK(confirmed > 0);
}
