#include "reporting/wire/report_json.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <nlohmann/json.hpp>

#include "tests/reporting/wire/every_value.h"

using namespace wardwatch;
using Catch::Matchers::Message;

TEST_CASE("every kind of value comes back as it was") {
    const Report report = every_value();
    CHECK(report_from_json(to_json(report).dump()) == report);
    CHECK(report_from_json(to_json(report_of({})).dump()) == report_of({}));
}

TEST_CASE("a fact is written as documented") {
    CHECK(to_json(Fact{"host.name", "", std::string("PC"), "netapi"}).dump() ==
          R"({"id":"host.name","instance":"","source":"netapi","value":"PC"})");
    CHECK(to_json(Fact{"a.b_at", "x", Instant{}, "file"}).dump() ==
          R"({"id":"a.b_at","instance":"x","source":"file","value":"1970-01-01T00:00:00Z"})");
    CHECK(to_json(Fact{"antivirus", "", Unknown{in_words("timed out")}, "collector"}).dump() ==
          R"({"id":"antivirus","instance":"","unknown":"timed out"})");
}

TEST_CASE("what strangers put into a report never spoils it") {
    const Report written = hostile_values();
    const Report read = report_from_json(to_json(written).dump());
    REQUIRE(read.facts.size() == written.facts.size());
    CHECK(read.facts[0].instance == "bad\uFFFD\uFFFD\uFFFD/\uFFFD\uFFFD\uFFFD/chrome");
    CHECK(read.facts[1].instance ==
          "line\uFFFD"
          "break\uFFFD\uFFFD");
    CHECK(read.facts[2].instance == std::string(max_instance_length - 1, 'x') + "…");
    CHECK(read.facts[3].value == Value(Unknown{in_words("the date is outside the years 0 to 9999")}));
    CHECK(read.facts[4].value == Value(Unknown{in_words("the value is not of the kind that its id says")}));
    CHECK(read.facts[5].value == Value(Unknown{in_words("the value is not of the kind that its id says")}));
    CHECK(std::get<std::string>(read.facts[6].value).ends_with("\uFFFD…"));
    CHECK(read.facts[6].source == "unnamed");
    CHECK(read.facts[7].value == Value(Unknown{in_words("no reason was given")}));
    CHECK(sentence_of(std::get<Unknown>(read.facts[8].value).reason).ends_with("\uFFFD…"));
    // Cleaning is done once: what came back is written as before.
    CHECK(to_json(read) == to_json(written));
}

TEST_CASE("the canonical text is that of the object") {
    for (const Report& report : {every_value(), hostile_values(), report_of({})}) {
        CHECK(canonical_json(report) == to_json(report).dump());
        for (const Fact& fact : report.facts) CHECK(canonical_json(fact) == to_json(fact).dump());
    }
}

TEST_CASE("the last instants that fit are kept") {
    const Fact first{"a.b_at", "", parse_instant("0000-01-01T00:00:00Z"), "file"};
    const Fact last{"a.b_at", "", parse_instant("9999-12-31T23:59:59Z"), "file"};
    const Report report = report_of({first, last});
    CHECK(report_from_json(to_json(report).dump()) == report);
    const Fact before{"a.b_at", "", std::get<Instant>(first.value) - std::chrono::seconds{1}, "file"};
    CHECK(to_json(before).contains("unknown"));
}

TEST_CASE("limits that no stored document shows") {
    const std::string fact = R"({"id":"a","instance":"","unknown":"x"})";
    const auto with_facts = [&](std::size_t count) {
        std::string facts;
        for (std::size_t i = 0; i < count; ++i) facts += (i == 0 ? "" : ",") + fact;
        std::string text = to_json(report_of({})).dump();
        return text.replace(text.find("[]"), 2, "[" + facts + "]");
    };
    CHECK(report_from_json(with_facts(max_report_facts)).facts.size() == max_report_facts);
    CHECK_THROWS_MATCHES(report_from_json(with_facts(max_report_facts + 1)), WireError,
                         Message("facts: more than 20000 facts"));
    std::string padded = to_json(report_of({})).dump();
    padded.resize(max_report_bytes, ' ');
    CHECK(report_from_json(padded) == report_of({}));
    CHECK_THROWS_MATCHES(report_from_json(padded + " "), WireError, Message("larger than 1048576 bytes"));
}

TEST_CASE("an integer has one spelling") {
    // JSON Schema regards 1.0 as an integer, so this is not among the documents that both judge.
    for (const char* number : {"1.0", "1e0", "-0.0"}) {
        std::string text = to_json(report_of({{"a.b", "", std::int64_t{7}, "file"}})).dump();
        text.replace(text.find("\"value\":7") + 8, 1, number);
        CHECK_THROWS_MATCHES(report_from_json(text), WireError,
                             Message("facts[0].value: expected an integer, boolean or text"));
    }
}

TEST_CASE("the hash depends on the facts and on nothing else") {
    // sha256sum of [] and of the canonical JSON, computed by another program.
    CHECK(facts_hash({}) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945");
    CHECK(facts_hash({{"host.name", "", std::string("PC"), "netapi"}}) ==
          "4e79b688e9550f04d011304c4f5101772b9186f82aec9f5ee1d98b5a758ab879");
    Facts facts = every_value().facts;
    const std::string hash = facts_hash(facts);
    std::reverse(facts.begin(), facts.end());
    CHECK(facts_hash(facts) == hash);
    CHECK(facts_hash(report_from_json(to_json(every_value()).dump()).facts) == hash);
    facts[0].instance += "x";
    CHECK(facts_hash(facts) != hash);
}

TEST_CASE("format 2 has the code of a reason beside its sentence, and the same hash") {
    const Reason reason = reasons::security_center_and_wmi(
        reasons::timed_out(20), reasons::failed_call("CoCreateInstance", "0x80040154", reasons::no_component()));
    const Report report = report_of({{"antivirus", "", Unknown{reason}, ""}});
    CHECK(to_json(report.facts[0], 2)["reason"].dump() ==
          R"({"code":"security_center_and_wmi","security_center":{"code":"timed_out","seconds":"20"},)"
          R"("wmi":{"call":"CoCreateInstance","code":"failed_call","meaning":{"code":"no_component"},)"
          R"("number":"0x80040154"}})");
    const Report read = report_from_json(report_text(report, 2));
    CHECK(read == report);
    const Reason& back = std::get<Unknown>(read.facts[0].value).reason;
    CHECK(back.code == reason.code);
    CHECK(back.text == sentence_of(reason));
    CHECK(back.parameters[1].reason.code == "failed_call");
    CHECK(facts_hash(read.facts) == facts_hash(report.facts));
    CHECK(facts_hash(report_from_json(report_text(report, 1)).facts) == facts_hash(report.facts));
}

TEST_CASE("what lies deeper in a reason than a report takes is its sentence") {
    Reason reason = reasons::access_denied();
    for (int i = 0; i < 8; ++i) reason = reasons::folder_not_listed(reason);
    const Report report = report_of({{"antivirus", "", Unknown{reason}, ""}});
    const Report read = report_from_json(report_text(report, 2));
    Reason inner = std::get<Unknown>(read.facts[0].value).reason;
    for (int i = 1; i < 5; ++i) inner = Reason(inner.parameters.at(0).reason);
    CHECK(inner.code == "folder_not_listed");
    CHECK(inner.parameters.at(0).reason.code.empty());
    CHECK(inner.parameters.at(0).reason.text.ends_with("access denied: run as administrator"));
    // One more than that, which nobody writes.
    std::string deep = R"({"code":"x"})";
    for (int i = 0; i < 5; ++i) deep = R"({"code":"x","y":)" + deep + "}";
    std::string text = to_json(report_of({{"a", "", Unknown{in_words("s")}, ""}}), 2).dump();
    text.insert(text.find(R"("unknown")"), "\"reason\":" + deep + ",");
    CHECK_THROWS_MATCHES(report_from_json(text), WireError,
                         Message("facts[0].reason.y.y.y.y.y: more than 5 reasons deep"));
}

TEST_CASE("a stored report is sent in the format that a centre takes") {
    const std::string newer = report_text(every_value(), 2);
    CHECK(report_text_for(newer, 2) == newer);
    CHECK(report_text_for(newer, 1) == report_text(every_value(), 1));
    const std::string older = to_json(every_value()).dump(1);
    CHECK(report_text_for(older, 2) == older);
    CHECK(report_text_for(older, 1) == older);
}

TEST_CASE("reasons never make a report too large") {
    Facts facts;
    for (int i = 0; i < 11000; ++i) facts.push_back({"a.b", std::to_string(i), Unknown{reasons::timed_out(20)}, ""});
    const Report report = report_of(std::move(facts));
    CHECK(to_json(report, 2).dump().size() > max_report_bytes);
    CHECK(report_text(report, 2) == to_json(report).dump());
}
