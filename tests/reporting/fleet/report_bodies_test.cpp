#include "reporting/fleet/report_bodies.h"

#include <zlib.h>

#include <catch2/catch_test_macros.hpp>
#include <set>

#include "reporting/wire/report_json.h"

using namespace wardwatch;

namespace {

constexpr const char* device = "9b2d7f8e-1f0a-4c7d-8c55-2f6f5c7e9a02";
const Instant began = parse_instant("2026-01-01T00:00:00Z");

Report read(ReportBodies& bodies, const SimulatedPc& pc, const DraftReport& draft) {
    return report_from_json(bodies.body(pc, device, draft, "simulated"));
}

}  // namespace

TEST_CASE("a body is a report that the centre takes, and its hash the one of its facts") {
    for (const std::int64_t pool : {0, 4}) {
        ReportBodies bodies{7, began, "0.1.0-simulated", pool};
        const SimulatedPc pc = make_simulated_pc(5);
        const DraftReport draft{3, 2, began + std::chrono::days{100}};
        const Report report = read(bodies, pc, draft);
        CHECK(report.device_id == device);
        CHECK(report.report_id == bodies.report_id(5, 3));
        CHECK(report.taken_at == draft.taken_at);
        CHECK(report.facts.size() > 30);
        CHECK(facts_hash(report.facts) == bodies.facts_hash(pc, draft));
    }
}

TEST_CASE("in format 2 reasons have their codes, and the report stays the same") {
    ReportBodies bodies{7, began, "0.1.0-simulated", 0};
    int reasons = 0;
    for (std::int64_t number = 0; number < 40; ++number) {
        const SimulatedPc pc = make_simulated_pc(number);
        const std::string text = bodies.body(pc, device, {0, 0, began}, "simulated", 2);
        const Report report = report_from_json(text);
        CHECK(text == report_text(report, 2));
        CHECK(facts_hash(report.facts) == bodies.facts_hash(pc, {0, 0, began}));
        reasons += text.find("\"reason\":{\"code\":") == std::string::npos ? 0 : 1;
    }
    CHECK(reasons > 0);
}

TEST_CASE("a compressed body is the body, and less than a third of it") {
    for (const std::int64_t pool : {0, 4}) {
        ReportBodies bodies{7, began, "0.1.0-simulated", pool};
        for (const int format : {1, 2}) {
            const SimulatedPc pc = make_simulated_pc(5);
            const std::string plain = bodies.body(pc, device, {3, 2, began}, "simulated", format);
            const std::string packed = bodies.deflated_body(pc, device, {3, 2, began}, "simulated", format);
            CHECK(packed.size() < plain.size() / 3);
            std::string unpacked(plain.size() + 1, '\0');
            uLongf size = static_cast<uLong>(unpacked.size());
            REQUIRE(uncompress(reinterpret_cast<Bytef*>(unpacked.data()), &size,
                               reinterpret_cast<const Bytef*>(packed.data()),
                               static_cast<uLong>(packed.size())) == Z_OK);
            unpacked.resize(size);
            CHECK(unpacked == plain);
        }
    }
}

TEST_CASE("without a pool the facts are the PC's own story") {
    ReportBodies bodies{7, began, "0.1.0-simulated", 0};
    const SimulatedPc pc = make_simulated_pc(300);
    const Instant at = began + std::chrono::days{50};
    CHECK(read(bodies, pc, {0, 0, at}).facts == simulated_facts(pc, began, at, "0.1.0-simulated"));
}

TEST_CASE("another variant has other facts") {
    ReportBodies bodies{7, began, "0.1.0-simulated", 4};
    const SimulatedPc pc = make_simulated_pc(2);
    CHECK(bodies.facts_hash(pc, {0, 0, began}) != bodies.facts_hash(pc, {0, 5, began}));
    CHECK(bodies.facts_hash(pc, {0, 1, began}) == bodies.facts_hash(pc, {9, 1, began + std::chrono::days{3}}));
}

TEST_CASE("ids follow from the seed, and none comes twice") {
    const ReportBodies bodies{7, began, "0.1.0-simulated", 4};
    const ReportBodies same{7, began, "0.1.0-simulated", 0};
    const ReportBodies other{8, began, "0.1.0-simulated", 4};
    CHECK(bodies.report_id(1, 2) == same.report_id(1, 2));
    CHECK(bodies.report_id(1, 2) != other.report_id(1, 2));
    std::set<std::string> ids;
    for (std::int64_t number = 0; number < 100; ++number)
        for (std::uint64_t serial = 0; serial < 100; ++serial) ids.insert(bodies.report_id(number, serial));
    CHECK(ids.size() == 10'000);
}
