#include "tests/recorded_machine.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "collectors/machine/machine.h"
#include "tests/recorded_ports.h"

using namespace wardwatch;
using nlohmann::json;

TEST_CASE("a recorded registry answers like Windows") {
    const RecordedRegistry registry(
        json{{"local_machine",
              {{"SOFTWARE\\Vendor\\Product", {{"Name", "Bkav"}, {"Days", 200}, {"List", {"a", "b"}}}},
               {"SOFTWARE\\Vendor\\Product\\Deep\\Deeper", json::object()},
               {"SOFTWARE\\VendorTwo", {{"Bytes", {{"binary", "00ff10"}}}}}}},
             {"local_machine_32", {{"SOFTWARE\\Vendor", {{"Name", "32"}}}}}});
    const Hive hive = Hive::local_machine;
    CHECK(registry.value(hive, "software\\VENDOR\\product", "NAME") == RegistryData{std::string("Bkav")});
    CHECK(registry.value(hive, "SOFTWARE\\Vendor\\Product", "Days") == RegistryData{std::uint64_t{200}});
    CHECK(registry.value(hive, "SOFTWARE\\Vendor\\Product", "List") ==
          RegistryData{std::vector<std::string>{"a", "b"}});
    CHECK(registry.value(hive, "SOFTWARE\\VendorTwo", "Bytes") ==
          RegistryData{std::vector<std::byte>{std::byte{0x00}, std::byte{0xFF}, std::byte{0x10}}});
    CHECK_FALSE(registry.value(hive, "SOFTWARE\\Vendor\\Product", "Absent"));
    CHECK_FALSE(registry.value(hive, "SOFTWARE\\Absent", "Name"));
    CHECK_FALSE(registry.value(Hive::users, "SOFTWARE\\Vendor\\Product", "Name"));
    CHECK(registry.value(hive, "SOFTWARE\\Vendor", "Name", RegistryView::wow64_32) == RegistryData{std::string("32")});
    CHECK(registry.subkeys(hive, "SOFTWARE") == std::vector<std::string>{"Vendor", "VendorTwo"});
    CHECK(registry.subkeys(hive, "SOFTWARE\\Vendor\\Product") == std::vector<std::string>{"Deep"});
    CHECK(registry.subkeys(hive, "SOFTWARE\\Absent").empty());
}

TEST_CASE("recorded failures are thrown as PortError, missing parts too") {
    CHECK_THROWS_AS(RecordedRegistry(json{{"error", "denied"}}).subkeys(Hive::users, ""), PortError);
    CHECK_THROWS_AS(RecordedWmi(json::array()).query("ROOT\\CIMV2", "SELECT * FROM Absent", {}), PortError);
    CHECK_THROWS_AS(RecordedSecurityCenter(json{}).antivirus_products({}), PortError);
    CHECK_THROWS_AS(RecordedHost(json{{"name", {{"error", "x"}}}}).name(), PortError);
}

TEST_CASE("a recorded WMI class is found in any case of letters, with all its rows") {
    const RecordedWmi wmi(json::array(
        {{{"namespace", "ROOT\\CIMV2"}, {"class", "Thing"}, {"rows", {{{"A", 1}, {"B", nullptr}}, {{"A", true}}}}}}));
    const std::vector<WmiRow> rows = wmi.query("root\\cimv2", "select A from thing where A = 1", {});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0] == WmiRow{{"A", std::int64_t{1}}, {"B", std::monostate{}}});
    CHECK(rows[1] == WmiRow{{"A", true}});
}

TEST_CASE("typing errors in a recording are refused") {
    CHECK_THROWS_AS(RecordedHost(json{{"nmae", "PC"}}), std::runtime_error);
    CHECK_THROWS_AS(
        RecordedSecurityCenter(json::array({{{"name", "X"}, {"state", "asleep"}, {"definitions_current", true}}})),
        std::runtime_error);
    CHECK_THROWS_AS(
        RecordedAccounts(json::array({{{"name", "an"}, {"id", 1}, {"pasword_expired", true}}}), json{}, json{}),
        std::runtime_error);
    CHECK_THROWS_AS(load_machine("no such folder/none.json"), std::runtime_error);
}
