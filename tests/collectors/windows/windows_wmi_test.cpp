// The real WMI port on Windows or Wine.

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "collectors/machine/machine.h"
#include "collectors/windows/wmi.h"

using namespace wardwatch;
using Catch::Matchers::Message;

namespace {

constexpr std::chrono::seconds limit{60};

}  // namespace

TEST_CASE("values of a WMI row have their types") {
    const std::vector<WmiRow> rows = WindowsWmi().query("ROOT\\CIMV2", "SELECT * FROM Win32_OperatingSystem", limit);
    REQUIRE(rows.size() == 1);
    const WmiRow& row = rows.front();
    CHECK(std::holds_alternative<std::string>(row.at("Caption")));
    CHECK(row.at("Primary") == WmiValue{true});
    CHECK(row.at("ProductType") == WmiValue{std::int64_t{1}});
    // A 64-bit number comes as text.
    CHECK(std::get<std::string>(row.at("FreePhysicalMemory")).find_first_not_of("0123456789") == std::string::npos);
    CHECK(row.count("__CLASS") == 0);
}

TEST_CASE("several rows, and a chosen column") {
    const std::vector<WmiRow> rows = WindowsWmi().query("ROOT\\CIMV2", "SELECT Name FROM Win32_Process", limit);
    CHECK(rows.size() > 1);
    CHECK(std::holds_alternative<std::string>(rows.front().at("Name")));
}

TEST_CASE("a namespace that does not exist is an error") {
    CHECK_THROWS_MATCHES(
        WindowsWmi().query("ROOT\\SecurityCenter2", "SELECT * FROM AntiVirusProduct", limit), PortError,
        Message("connecting to WMI ROOT\\SecurityCenter2 failed with 0x8004100e (this PC has no such WMI namespace)"));
}
