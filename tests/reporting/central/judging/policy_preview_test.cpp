// How a preview is made: what is judged once for both policies, what is not judged again, and how far it is.
#include "reporting/central/judging/policy_preview.h"

#include <latch>
#include <memory>
#include <thread>

#include "reporting/central/judging/policy_changes.h"
#include "tests/reporting/central/policy_office.h"

using namespace wardwatch;
using namespace wardwatch::test;
using nlohmann::json;
using std::chrono::days;

namespace {

const json sixty_days = {{"parameters", {{"max_password_age_days", 60}}}};

struct PreviewOffice : PolicyOffice {
    json preview(const json& change) {
        const HttpResponse answer = call("POST", "/api/v1/policy/preview", change);
        REQUIRE(answer.status == 200);
        return body_of(answer);
    }
    void write(const std::string& statement) { database.writer().run(statement); }
};

}  // namespace

TEST_CASE("preview: PCs that are judged already and those judged anew give the same") {
    PreviewOffice office;
    for (const int old : {10, 70, 100}) office.pc_with_password(old);
    office.send(office.enrolled_pc(), {});
    REQUIRE(office
                .call("POST", "/api/v1/waivers",
                      {{"rule", "password-age"}, {"unit_id", office.unit}, {"reason", "x"}, {"ends_on", "2026-11-30"}})
                .status == 201);
    office.judge_due();
    const std::vector<json> changes{
        sixty_days,
        {{"severities", {{"password-age", "advice"}}}},
        {{"severities", {{"password-age", "advice"}}}, {"parameters", {{"max_password_age_days", 60}}}},
        {{"disabled", {"password-age", "password-max-age"}}},
        {{"from_built_in", true}},
    };
    std::vector<json> kept;
    for (const json& change : changes) kept.push_back(office.preview(change));
    CHECK(kept[0].at("before") == json{{"pass", 3}, {"fail", 0}, {"unknown", 1}});
    office.write("UPDATE devices SET policy_hash = ''");
    for (std::size_t i = 0; i < changes.size(); ++i) {
        INFO(changes[i].dump());
        CHECK(office.preview(changes[i]) == kept[i]);
    }
}

TEST_CASE("preview: what is judged already is taken from the PC as long as it holds") {
    PreviewOffice office;
    office.pc_with_password(10);
    const json change = {{"disabled", {"password-length"}}};
    const json passes{{"pass", 1}, {"fail", 0}, {"unknown", 0}};
    CHECK(office.preview(change).at("before") == passes);
    // Nothing judges it so: the preview can only have it from here.
    office.write("UPDATE devices SET failed = 7");
    CHECK(office.preview(change).at("before") == json{{"pass", 0}, {"fail", 1}, {"unknown", 0}});
    CHECK(office.preview(change).at("after") == json{{"pass", 0}, {"fail", 1}, {"unknown", 0}});
    for (const char* over :
         {"holds_until = 5", "waived = 1, holds_until = 253402214400", "waived = 0, policy_hash = 'another'"}) {
        office.write(std::string{"UPDATE devices SET "} + over);
        CHECK(office.preview(change).at("before") == passes);
    }
}

TEST_CASE("preview: a waiver that ended a moment ago no longer counts") {
    PreviewOffice office;
    office.pc_with_password(100);
    REQUIRE(office
                .call("POST", "/api/v1/waivers",
                      {{"rule", "password-age"}, {"unit_id", office.unit}, {"reason", "x"}, {"ends_on", "2026-11-22"}})
                .status == 201);
    office.judge_due();
    const json change = {{"disabled", {"password-length"}}};
    CHECK(office.preview(change).at("before").at("fail") == 0);
    office.pass(days{1});
    CHECK(office.preview(change).at("before").at("fail") == 1);
}

TEST_CASE("preview: who accepts lines of JSON is told how far it is, then the same as others") {
    PreviewOffice office;
    for (const int old : {10, 70}) office.pc_with_password(old);
    const json plain = office.preview(sixty_days);
    office.accept = "application/x-ndjson";
    const HttpResponse answer = office.call("POST", "/api/v1/policy/preview", sixty_days);
    CHECK(answer.status == 200);
    CHECK(answer.headers.at("Content-Type") == "application/x-ndjson");
    REQUIRE(answer.go_on);
    json line;
    do {
        const std::string text = answer.go_on().value();
        REQUIRE(text.ends_with("\n"));
        line = json::parse(text);
        if (line.contains("done")) CHECK(line.at("done") <= 2);
    } while (line.contains("done"));
    CHECK(line == json{{"preview", plain}});
    CHECK_FALSE(answer.go_on().has_value());
    CHECK(error_of(office.call("POST", "/api/v1/policy/preview", {{"parameters", {{"none", 1}}}})) == "bad_policy");
}

TEST_CASE("preview: it counts the PCs that it looked at, and ends when nobody waits for it") {
    PreviewOffice office;
    for (const int old : {10, 70, 100}) office.pc_with_password(old);
    const PolicyInForce in_force = office.policy.get();
    PreviewProgress progress;
    preview_policy(office.database, in_force, in_force, office.now, days{7}, {}, 2, progress);
    CHECK(progress.of == 3);
    CHECK(progress.done == 3);
    progress.stop = true;
    CHECK_THROWS_AS(preview_policy(office.database, in_force, in_force, office.now, days{7}, {}, 2, progress),
                    PreviewStopped);

    std::latch begun{1};
    bool stopped = false;
    {
        RunningPreview running{[&](PreviewProgress& told) -> PolicyPreview {
            begun.count_down();
            while (!told.stop) std::this_thread::yield();
            stopped = true;
            throw PreviewStopped{};
        }};
        begun.wait();
        CHECK_FALSE(running.over(std::chrono::milliseconds{0}));
    }
    CHECK(stopped);
    RunningPreview failed{[](PreviewProgress&) -> PolicyPreview { throw std::runtime_error{"no disk"}; }};
    REQUIRE(failed.over(std::chrono::minutes{1}));
    CHECK_THROWS_AS(failed.take(), std::runtime_error);
}

TEST_CASE("preview: more than eight at once are refused for later") {
    PreviewOffice office;
    std::vector<std::unique_ptr<RunningPreview>> others;
    for (int i = 0; i < 8; ++i)
        others.push_back(std::make_unique<RunningPreview>([](PreviewProgress& told) {
            while (!told.stop) std::this_thread::yield();
            return PolicyPreview{};
        }));
    const HttpResponse refused = office.call("POST", "/api/v1/policy/preview", sixty_days);
    CHECK(refused.status == 503);
    CHECK(error_of(refused) == "busy");
    CHECK(std::stoi(refused.headers.at("Retry-After")) >= 10);  // some more, so that not all come at once
    others.pop_back();
    CHECK(office.preview(sixty_days).at("devices") == 0);
}

TEST_CASE("preview: rules are alike when they judge alike") {
    const ChangedPolicy other =
        changed_policy(std::string{built_in_policy_text()},
                       {{{"max_password_age_days", 60}}, {{"password-length", "advice"}}, std::nullopt, false}, 2);
    std::vector<std::string> different;
    for (const Rule& rule : baseline().rules) {
        const auto same = std::ranges::find(other.policy.policy.rules, rule.id, &Rule::id);
        REQUIRE(same != other.policy.policy.rules.end());
        if (!judge_alike(rule, *same)) different.push_back(rule.id);
    }
    CHECK(different == std::vector<std::string>{"password-age", "official-password-age", "password-max-age"});
}
