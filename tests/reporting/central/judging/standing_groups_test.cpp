// The counts that are kept are what counting PC by PC gives, whatever happens to PCs.
#include "reporting/central/judging/standing_group_store.h"

#include <map>
#include <random>
#include <set>
#include <tuple>

#include "reporting/central/enrolment/store.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/units/store.h"
#include "reporting/central/views/listed_devices.h"
#include "tests/reporting/central/policy_office.h"

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
    PolicyOffice office;
    std::mt19937 random{20261130};
    const auto up_to = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
    const std::int64_t other = Units{office.database}.add("Phường Khác", std::nullopt, by_test);
    std::vector<Pc> pcs;
    std::set<Standing> seen;
    bool waived = false;
    for (int round = 0; round < 120; ++round) {
        office.now += hours{up_to(20)};
        if (pcs.size() < 10) pcs.push_back(up_to(2) == 0 ? office.enrolled_pc() : office.pc_with_password(up_to(120)));
        const Pc& pc = pcs[random() % pcs.size()];
        const bool revoked = office.device(pc).revoked_at.has_value();
        switch (up_to(7)) {
            case 0:
                Devices{office.database}.move({pc.device_id}, up_to(1) == 0 ? other : office.unit,
                                              {"test", office.now});
                break;
            case 1: {
                Waiver waiver;
                waiver.rule = "password-age";
                waiver.unit_id = up_to(1) == 0 ? other : office.unit;
                waiver.reason = waiver.approved_by = "test";
                waiver.created_at = office.now;
                waiver.ends_at = office.now + days{1 + up_to(6)};
                Waivers{office.database}.add(waiver);
                break;
            }
            case 2:
                if (up_to(6) == 0) Enrolments{office.database}.revoke_device(pc.device_id, office.now);
                break;
            default:
                if (revoked) break;
                office.send(pc, changed(good_facts(office.now - days{up_to(120)}, office.now),
                                        "password_policy.minimum_length", std::int64_t{up_to(1) == 0 ? 6 : 14}));
        }
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
