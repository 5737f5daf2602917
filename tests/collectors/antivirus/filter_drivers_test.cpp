// Microsoft's public list of antivirus drivers: each is known by name, and none of them on a PC is "no antivirus".
#include "collectors/antivirus/filter_drivers.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

#include "collectors/antivirus/vendors.h"
#include "tests/collectors/antivirus/antivirus_pc.h"

using namespace wardwatch;
using namespace wardwatch::antivirus_test;

namespace {

Pc server(const std::string& driver) {
    Pc pc;
    pc.security_center = json::array();
    pc.registry = {
        {"local_machine", {{"SYSTEM\\CurrentControlSet\\Control\\ProductOptions", {{"ProductType", "ServerNT"}}}}}};
    pc.wmi =
        json::array({{{"namespace", "ROOT\\SecurityCenter2"}, {"class", "AntiVirusProduct"}, {"rows", json::array()}}});
    pc.services = {{"services", json::object()}, {"antivirus_drivers", {{driver, "running"}}}};
    return pc;
}

/// A service of this name is one of those that the pattern means.
std::string example_of(std::string_view pattern) {
    return std::string(pattern.ends_with('*') ? pattern.substr(0, pattern.size() - 1) : pattern);
}

std::string products_with(Pc pc, std::string_view service) {
    pc.services["services"][example_of(service)] = "running";
    return told(pc.scan(), "antivirus.products");
}

}  // namespace

TEST_CASE("the list holds what Microsoft's page of 2025-10-28 has") {
    const auto drivers = listed_filter_drivers();
    REQUIRE(drivers.size() == 391);
    CHECK(drivers.front().file == "edrmpav.sys");
    CHECK(drivers.back().company == "Symantec");
    for (const FilterDriver& driver : drivers) {
        CAPTURE(driver.file, driver.altitude, driver.company);
        CHECK_FALSE(service_of_driver(driver.file).empty());
        CHECK_FALSE(driver.company.empty());
        CHECK(driver.altitude.substr(0, 6) >= "320000");
        CHECK(driver.altitude.substr(0, 6) <= "329998");
        CHECK_FALSE(company_of_driver(service_of_driver(driver.file)).empty());
    }
    CHECK(company_of_driver("EAMONM") == "ESET, spol. s r.o.");
    CHECK(company_of_driver("eamon").empty());
}

TEST_CASE("each listed driver that runs makes a server unknown, unless its product is there or it is no antivirus") {
    std::set<std::string> vendors_met;
    int others = 0;
    for (const FilterDriver& driver : listed_filter_drivers()) {
        const std::string service(service_of_driver(driver.file));
        const AntivirusVendor* vendor = vendor_of_driver(service);
        CAPTURE(driver.file, driver.company);
        if (is_other_driver(service)) {
            ++others;
            CHECK(vendor == nullptr);
            CHECK(told(server(service).scan(), "antivirus.products") == "0");
            continue;
        }
        const std::string owner(vendor ? vendor->title : company_of_driver(service));
        CHECK(told(server(service).scan(), "antivirus.products") ==
              "unknown: the antivirus driver " + service + " of " + owner +
                  " runs, but no product of it is known on this PC");
        if (vendor == nullptr) continue;
        vendors_met.insert(owner);
        for (const std::string_view scanner : vendor->services) {
            CAPTURE(scanner);
            CHECK(products_with(server(service), scanner) == "1");
        }
        for (const std::string_view part : vendor->unproven_services) {
            CHECK(products_with(server(service), part).starts_with("unknown: the service "));
        }
    }
    CHECK(vendors_met.size() >= 25);
    CHECK(others == 8);
}

TEST_CASE("the companies of the vendors' table are those of the list") {
    std::set<std::string_view> companies;
    for (const FilterDriver& driver : listed_filter_drivers()) companies.insert(driver.company);
    for (const AntivirusVendor& vendor : antivirus_vendors()) {
        for (const std::string_view pattern : vendor.companies) {
            const bool met = std::any_of(companies.begin(), companies.end(), [&](std::string_view company) {
                return matches_any({&pattern, 1}, company);
            });
            CAPTURE(vendor.title, pattern);
            CHECK(met);
        }
    }
    // Companies whose names begin alike, and drivers that others' patterns would take.
    CHECK(vendor_of_driver("dsfilter") == nullptr);
    CHECK(vendor_of_driver("avgntflt")->title == "Avira");
    CHECK(vendor_of_driver("fpav_rtp") == nullptr);
    CHECK(vendor_of_driver("tmfsdrv2") == nullptr);
}

TEST_CASE("the thirteen drivers that were once unknown belong to their vendors") {
    for (const char* driver : {"AVCKF", "bddevflt", "gemma", "hbflt", "ignis", "vlflt"}) {
        CHECK(products_with(server(driver), "EPProtectedService") == "1");
        CHECK(products_with(server(driver), "VSSERV") == "1");
    }
    for (const char* driver : {"epdrv", "mfencoas"}) CHECK(products_with(server(driver), "mfetp") == "1");
    CHECK(products_with(server("sld"), "Sophos Endpoint Defense Service") == "1");
    CHECK(products_with(server("eeCtrl"), "SepMasterService") == "1");
    for (const char* driver : {"TmEsFlt", "TmKmSnsr", "fileflt"})
        CHECK(products_with(server(driver), "ntrtscan") == "1");
}
