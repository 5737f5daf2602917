// Answers of WMI that stand.
#include "agent/scan/wmi_memory.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "collectors/machine/machine.h"

using namespace wardwatch;

namespace {

/// Answers with how often it was asked.
class CountingWmi : public Wmi {
public:
    std::vector<WmiRow> query(std::string_view, std::string_view, std::chrono::seconds) const override {
        ++asked;
        if (fails) throw PortError(in_words("timed out after 20 s"));
        return {{{"asked", WmiValue(asked)}}};
    }
    mutable std::int64_t asked = 0;
    bool fails = false;
};

}  // namespace

TEST_CASE("an answer about a standing class is given again, others are asked") {
    CountingWmi wmi;
    WmiMemory memory;
    const auto ask = [&](const std::vector<std::string>& standing, const char* wql) {
        return std::get<std::int64_t>(RememberingWmi(wmi, memory, standing)
                                          .query("ROOT\\CIMV2", wql, std::chrono::seconds{1})
                                          .front()
                                          .at("asked"));
    };
    CHECK(ask({"Slow"}, "SELECT a FROM Slow WHERE b = 1") == 1);  // nothing is known yet
    CHECK(ask({"Slow"}, "SELECT a FROM Slow WHERE b = 1") == 1);
    CHECK(ask({"Slow"}, "SELECT a FROM Slow WHERE b = 2") == 2);  // another question
    CHECK(ask({"Slow"}, "SELECT a FROM Other") == 3);
    CHECK(ask({"Slow"}, "SELECT a FROM Other") == 4);
    CHECK(ask({}, "SELECT a FROM Slow WHERE b = 1") == 5);
    CHECK(ask({"Slow"}, "SELECT a FROM Slow WHERE b = 1") == 5);
}

TEST_CASE("a failure stands as well: a class that hangs is not waited for at each change") {
    CountingWmi wmi;
    wmi.fails = true;
    WmiMemory memory;
    const std::vector<std::string> standing{"MSFT_MpComputerStatus"};
    const RememberingWmi remembering(wmi, memory, standing);
    const auto ask = [&] {
        return remembering.query("ROOT\\Microsoft\\Windows\\Defender", "SELECT * FROM MSFT_MpComputerStatus",
                                 std::chrono::seconds{1});
    };
    CHECK_THROWS_MATCHES(ask(), PortError, Catch::Matchers::Message("timed out after 20 s"));
    wmi.fails = false;
    CHECK_THROWS_MATCHES(ask(), PortError, Catch::Matchers::Message("timed out after 20 s"));
    CHECK(wmi.asked == 1);
}
