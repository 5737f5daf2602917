// Work that blocks: how much of it may wait, who waits for it, and that it is begun for nobody who may not have it.
#include "reporting/central/api/work_queue.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <set>

#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

/// A job that has begun and goes on until it is let go.
class Held {
public:
    std::function<void()> job() {
        return [this] {
            begun_.set_value();
            go_on_.get_future().wait();
        };
    }
    void wait_until_begun() { begun_.get_future().wait(); }
    void let_go() { go_on_.set_value(); }

private:
    std::promise<void> begun_;
    std::promise<void> go_on_;
};

const HttpResponse late{503, {}, "late"};

/// What a client would get.
HttpResponse waited_for(const LaterAnswer& later) {
    std::promise<void> woken;
    {
        const auto waiting = later.begin([&] { woken.set_value(); });
        woken.get_future().wait();
    }
    return later.finish(true);
}

HttpRequest sign_in_request(const std::string& user, const std::string& address) {
    HttpRequest request;
    request.method = "POST";
    request.target = "/api/v1/session";
    request.headers["Content-Type"] = "application/json";
    request.body = nlohmann::json{{"user", user}, {"password", password}}.dump();
    request.remote_address = address;
    return request;
}

}  // namespace

TEST_CASE("a queue does so many jobs at once, lets so many wait, and refuses more") {
    std::atomic<int> done{0};
    Held first;
    Held second;
    {
        WorkQueue queue{2, 1};
        REQUIRE(queue.add(first.job()));
        REQUIRE(queue.add(second.job()));
        first.wait_until_begun();
        second.wait_until_begun();
        CHECK(queue.add([&] { ++done; }));
        CHECK_FALSE(queue.add([&] { ++done; }));
        CHECK(done == 0);
        first.let_go();
        std::promise<void> last;
        // There is room again when the one that waited has been done.
        while (!queue.add([&] { last.set_value(); })) std::this_thread::yield();
        last.get_future().wait();
        CHECK(done == 1);
        second.let_go();
    }
    CHECK(done == 1);
}

TEST_CASE("a queue that ends waits for what has begun, and drops the rest") {
    std::atomic<int> done{0};
    Held running;
    auto queue = std::make_unique<WorkQueue>(1, 5);
    REQUIRE(queue->add(running.job()));
    running.wait_until_begun();
    REQUIRE(queue->add([&] { ++done; }));
    auto ended = std::async(std::launch::async, [&] { queue.reset(); });
    running.let_go();
    ended.get();
    // It may have been begun before the end.
    CHECK(done <= 1);
}

TEST_CASE("an answer is there when its work is done; nobody's work is not begun") {
    WorkQueue queue{1, 2};
    const auto later = queue.answer_later([] { return HttpResponse{200, {}, "made"}; }, late);
    REQUIRE(later);
    CHECK(later->is_work);
    CHECK(waited_for(*later).body == "made");

    Held running;
    REQUIRE(queue.add(running.job()));
    running.wait_until_begun();
    bool begun = false;
    const auto left = queue.answer_later(
        [&] {
            begun = true;
            return HttpResponse{};
        },
        late);
    REQUIRE(left);
    {
        const auto waiting = left->begin([] {});
    }
    CHECK(left->finish(false).body == "late");
    const auto next = queue.answer_later([] { return HttpResponse{200, {}, "next"}; }, late);
    REQUIRE(next);
    CHECK_FALSE(queue.answer_later([] { return HttpResponse{}; }, late));
    running.let_go();
    CHECK(waited_for(*next).body == "next");
    CHECK_FALSE(begun);
}

TEST_CASE("the routes whose work blocks are these") {
    Office office;
    std::set<std::string_view> blocking;
    for (const Route& route : office.people.routes()) {
        if (route.work) blocking.insert(route.operation);
    }
    CHECK(blocking == std::set<std::string_view>{"signIn", "changeOwnPassword", "endTotp", "addUser", "resetPassword",
                                                 "exportDevicesCsv", "exportDevicesXlsx", "exportComplianceCsv",
                                                 "exportComplianceXlsx", "exportDevice", "exportPerson", "showReport",
                                                 "previewPolicy"});
}

TEST_CASE("work that blocks is done elsewhere, with the same answer") {
    Office office;
    office.log_in();
    HttpRequest exporting;
    exporting.method = "GET";
    exporting.target = "/api/v1/exports/devices.csv";
    exporting.remote_address = office.address;
    exporting.headers["Cookie"] = office.cookie;
    const auto answer = office.people.handle_waiting(exporting);
    REQUIRE(std::holds_alternative<LaterAnswer>(answer));
    const HttpResponse made = waited_for(std::get<LaterAnswer>(answer));
    const HttpResponse at_once = office.people.handle(exporting);
    CHECK(made.status == 200);
    CHECK(made.body == at_once.body);
    CHECK(made.headers == at_once.headers);
    // What is quick is answered at once.
    exporting.target = "/api/v1/units";
    CHECK(std::holds_alternative<HttpResponse>(office.people.handle_waiting(exporting)));

    const auto in = office.people.handle_waiting(sign_in_request("an", "10.0.0.7"));
    REQUIRE(std::holds_alternative<LaterAnswer>(in));
    CHECK(waited_for(std::get<LaterAnswer>(in)).status == 200);
}

TEST_CASE("who may not have an answer has no work done for it") {
    Office office;
    HttpRequest exporting;
    exporting.method = "GET";
    exporting.target = "/api/v1/exports/devices.xlsx";
    exporting.remote_address = office.address;
    const auto refused = office.people.handle_waiting(exporting);
    REQUIRE(std::holds_alternative<HttpResponse>(refused));
    CHECK(std::get<HttpResponse>(refused).status == 401);
    HttpRequest malformed = sign_in_request("an", office.address);
    malformed.headers["Content-Type"] = "text/plain";
    const auto later = office.people.handle_waiting(malformed);
    if (const auto* waiting = std::get_if<LaterAnswer>(&later)) CHECK(waited_for(*waiting).status == 415);
}

TEST_CASE("more sign-ins than may wait are told to come later, and nothing else waits for them") {
    Centre centre;
    // Each of these takes long.
    PeopleApi people{
        centre.database,
        centre.policy,
        {centre.sealing, std::chrono::days{7}, {3, 32 * 1024}, [&] { return centre.now; }, centre.logger()}};
    std::vector<LaterAnswer> taken;
    int refused = 0;
    for (int person = 0; person < 60; ++person) {
        const std::string who = std::to_string(person);
        auto answer = people.handle_waiting(sign_in_request("nobody" + who, "10.1.0." + who));
        if (auto* later = std::get_if<LaterAnswer>(&answer)) {
            taken.push_back(std::move(*later));
            continue;
        }
        const HttpResponse& response = std::get<HttpResponse>(answer);
        REQUIRE(response.status == 503);
        CHECK(error_of(response) == "busy");
        CHECK(std::stoi(response.headers.at("Retry-After")) >= 5);
        ++refused;
    }
    CHECK(taken.size() >= 21);
    CHECK(refused > 0);
    HttpRequest health;
    health.method = "GET";
    health.target = "/healthz";
    health.remote_address = "10.2.0.1";
    const auto healthy = people.handle_waiting(health);
    REQUIRE(std::holds_alternative<HttpResponse>(healthy));
    CHECK(std::get<HttpResponse>(healthy).status == 200);
    CHECK(waited_for(taken.front()).status == 401);
}
