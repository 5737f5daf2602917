// A product is a product, not its vendor: which registrations are one product, which are only what is left of one,
// which services prove that something scans, and when the list of products may be incomplete.
#include <catch2/catch_test_macros.hpp>

#include "collectors/antivirus/vendors.h"
#include "tests/collectors/antivirus/antivirus_pc.h"

using namespace wardwatch;
using namespace wardwatch::antivirus_test;

namespace {

const char* const there = "C:\\Program Files\\Here\\there.exe";
const char* const other = "C:\\Program Files\\Here\\other.exe";
const char* const gone = "C:\\Program Files\\Gone\\gone.exe";

json entry(const char* name, const char* state, const json& program = nullptr, bool current = true) {
    json made = product(name, state);
    made["definitions_current"] = current;
    if (!program.is_null()) made["program"] = program;
    return made;
}

Pc pc_with(json entries, json services = json::object()) {
    Pc pc;
    pc.security_center = std::move(entries);
    // Two registrations never share an identifier.
    int number = 0;
    for (json& one : pc.security_center) one["guid"] = "{" + std::to_string(number++) + "}";
    pc.services = {{"services", std::move(services)}};
    pc.files = {{there, {{"text", "MZ"}}}, {other, {{"text", "MZ"}}}};
    return pc;
}

std::string state_of(const Facts& facts) { return told(facts, "antivirus.state"); }
std::string products_of(const Facts& facts) { return told(facts, "antivirus.products"); }
std::string leftover_of(const Facts& facts, std::string_view name) { return told(facts, "antivirus.leftover", name); }

Pc server(json services) {
    Pc pc = pc_with(json::array(), std::move(services));
    pc.registry["local_machine"]["SYSTEM\\CurrentControlSet\\Control\\ProductOptions"] = {{"ProductType", "ServerNT"}};
    pc.wmi =
        json::array({{{"namespace", "ROOT\\SecurityCenter2"}, {"class", "AntiVirusProduct"}, {"rows", json::array()}}});
    return pc;
}

}  // namespace

TEST_CASE("a registration whose program is gone is a leftover whoever made it") {
    for (const char* name : {"Bkav Pro", "CMC Antivirus", "Panda Dome", "ESET Security", "Office Guard"}) {
        CAPTURE(name);
        const Facts facts = pc_with({entry(name, "on", gone)}).scan();
        CHECK(leftover_of(facts, name) == "true");
        CHECK(state_of(facts) == "absent");
        CHECK(products_of(facts) == "0");
    }
    CHECK(products_of(pc_with({entry("Office Guard", "on", there)}).scan()) == "1");
    CHECK(leftover_of(pc_with({entry("Office Guard", "on", there)}).scan(), "Office Guard") == "false");
    CHECK(leftover_of(pc_with({entry("Office Guard", "on")}).scan(), "Office Guard") == "absent");
}

TEST_CASE("a gone program is no leftover while a service of the vendor may be its own") {
    const Facts runs = pc_with({entry("ESET Security", "on", gone)}, {{"ekrn", "running"}}).scan();
    CHECK(state_of(runs) == "on");
    CHECK(leftover_of(runs, "ESET Security") == "false");
    const Facts stopped = pc_with({entry("ESET Security", "on", gone)}, {{"ekrn", "stopped"}}).scan();
    CHECK(leftover_of(stopped, "ESET Security") == "true");
    CHECK(products_of(stopped) == "0");
    const Facts part = pc_with({entry("Bkav Pro", "on", gone)}, {{"BkavService", "running"}}).scan();
    CHECK(state_of(part) == "unknown: Windows says on, but its program is gone");
    CHECK(leftover_of(part, "Bkav Pro") == "unknown: its program is gone, but its services may not be");
    Pc refused = pc_with({entry("ESET Security", "on", gone)});
    refused.services = {{"error", "OpenSCManager failed with error 5"}};
    CHECK(state_of(refused.scan()) == "unknown: Windows says on, but its program is gone");
}

TEST_CASE("an old entry beside the new version of the same vendor is a leftover") {
    for (const json& program : {json(there), json(nullptr)}) {
        const Facts facts = pc_with({entry("Kaspersky Internet Security", "on", gone),
                                     entry("Kaspersky Endpoint Security", "snoozed", program)},
                                    {{"AVP.KES.21.18", "running"}})
                                .scan();
        CAPTURE(program.dump());
        CHECK(leftover_of(facts, "Kaspersky Internet Security") == "true");
        CHECK(state_of(facts) == "snoozed");
        CHECK(products_of(facts) == "1");
    }
    const Facts namesake =
        pc_with({entry("ESET Security", "on", gone), entry("ESET Security", "off", there)}, {{"ekrn", "running"}})
            .scan();
    CHECK(told(namesake, "antivirus.state", "ESET Security") == "off");
    CHECK(leftover_of(namesake, "ESET Security #2") == "true");
}

TEST_CASE("one program that is registered twice is one product, judged by its best proven entry") {
    const json twice = {entry("ESET Security", "off", there, true), entry("ESET Security", "on", there, false)};
    const Facts facts = pc_with(twice, {{"ekrn", "running"}}).scan();
    CHECK(products_of(facts) == "1");
    CHECK(state_of(facts) == "on");
    CHECK(told(facts, "antivirus.definitions_current") ==
          "unknown: Windows lists the product twice, with current definitions and with old ones");
    CHECK(told(facts, "antivirus.sources_disagree") ==
          "state: wsc=on, wsc=off; definitions: wsc=current, wsc=out of date");
    CHECK(state_of(pc_with(twice, {{"ekrn", "stopped"}}).scan()) ==
          "unknown: Windows says on, but the service ekrn is stopped");
    // Without a service that is known nothing proves the better entry.
    CHECK(state_of(pc_with({entry("Office Guard", "on", there), entry("Office Guard", "off", there)}).scan()) ==
          "unknown: Windows says on, but it lists the product twice, and once not as on");
    CHECK(state_of(pc_with({entry("Office Guard", "on", there), entry("Office Guard", "on", there)}).scan()) == "on");
    CHECK(state_of(pc_with({entry("Office Guard", "expired", there), entry("Office Guard", "off", there)}).scan()) ==
          "expired");
}

TEST_CASE("what is one program") {
    const auto count = [](json entries) { return products_of(pc_with(std::move(entries)).scan()); };
    const std::string quoted = "\"c:\\PROGRAM FILES\\Here\\There.exe\" /open";
    CHECK(count({entry("Office Guard", "on", there), entry("Guard for Offices", "on", quoted)}) == "1");
    CHECK(count({entry("Office Guard", "on"), entry("office guard", "on", there)}) == "1");
    CHECK(state_of(pc_with({entry("ESET", "on"), entry("ESET", "on", there)}, {{"ekrn", "running"}}).scan()) == "on");
    CHECK(count({entry("Office Guard", "on", there), entry("Office Guard", "on", other)}) == "2");
    CHECK(count({entry("Office Guard", "on"), entry("Other Guard", "on")}) == "2");
    CHECK(count({entry("", "on"), entry("", "on")}) == "2");
}

TEST_CASE("Defender is one product, whatever an older Windows called it") {
    json entries = {entry("Windows Defender", "off", "%ProgramFiles%\\Windows Defender\\MSASCui.exe"),
                    entry("Microsoft Defender Antivirus", "off", "windowsdefender://")};
    Pc pc = pc_with(entries, {{"WinDefend", "stopped"}});
    for (json& one : pc.security_center) {
        one["guid"] = "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}";
        one["windows_own"] = true;
    }
    CHECK(products_of(pc.scan()) == "1");
    CHECK(find(pc.scan(), "antivirus.state")->instance == "Microsoft Defender Antivirus");
}

TEST_CASE("the program that reports to Windows is a program of the product, too") {
    const auto leftover = [](const char* reporter) {
        Pc pc = pc_with(json::array());
        pc.security_center = {{"error", "this Windows has no Security Center interface"}};
        pc.wmi = json::array({{{"namespace", "ROOT\\SecurityCenter2"},
                               {"class", "AntiVirusProduct"},
                               {"rows", json::array({{{"displayName", "Office Guard"},
                                                      {"instanceGuid", "{1}"},
                                                      {"productState", 266240},
                                                      {"pathToSignedProductExe", gone},
                                                      {"pathToSignedReportingExe", reporter}}})}}});
        return leftover_of(pc.scan(), "Office Guard");
    };
    CHECK(leftover(there) == "false");
    CHECK(leftover(gone) == "true");
    CHECK(leftover("") == "true");
}

TEST_CASE("a licence counted twice is the shorter one of those that tell the same state") {
    const auto licence = [](const char* one, int days, const char* another, int other_days) {
        json entries = {entry("ESET Security", one, there), entry("ESET Security", another, there)};
        entries[0]["days_until_expired"] = days;
        entries[1]["days_until_expired"] = other_days;
        return told(pc_with(std::move(entries), {{"ekrn", "running"}}).scan(), "antivirus.licence_expires_at");
    };
    CHECK(licence("on", 300, "on", 5) == "2026-11-27T00:00:00Z");
    CHECK(licence("on", 5, "on", 300) == "2026-11-27T00:00:00Z");
    CHECK(licence("expired", 0, "on", 10) == "2026-12-02T00:00:00Z");
    CHECK(licence("on", 10, "off", 300) == "2026-12-02T00:00:00Z");
}

TEST_CASE("0 days of a licence count only where it is said to have ended, or the vendor's own date agrees") {
    json entries = {entry("ESET Security", "on", there)};
    entries[0]["days_until_expired"] = 0;
    Pc pc = pc_with(entries, {{"ekrn", "running"}});
    const auto licence = [&] { return told(pc.scan(), "antivirus.licence_expires_at"); };
    CHECK(licence() == "unknown: the product tells 0 days and not that its licence has ended");
    pc.registry["local_machine"]["SOFTWARE\\ESET\\ESET Security\\CurrentVersion\\Info"] = {{"AppDataDir", "C:\\E"}};
    const auto own = [&](const char* date) {
        pc.files["C:\\E\\License\\license.lf"] = {
            {"text", "<ESET><PRODUCT_LICENSE_FILE><LICENSE><ACTIVE_PRODUCT EXPIRATION_DATE=\"" + std::string(date) +
                         "\"/></LICENSE></PRODUCT_LICENSE_FILE></ESET>"}};
        return licence();
    };
    CHECK(own("2026-11-20T12:00:00Z") == "2026-11-20T12:00:00Z");
    CHECK(own("2026-11-22T18:00:00Z") == "2026-11-22T18:00:00Z");
    CHECK(own("2027-03-31T12:00:00Z") ==
          "unknown: the product tells 0 days and not that its licence has ended; the product's own date is 2027-03-31");
    pc.security_center[0]["state"] = "expired";
    CHECK(licence() == "2026-11-22T00:00:00Z");
}

TEST_CASE("a service counts as protection only when it is the one that scans") {
    struct Case {
        json services;
        const char* products;
        const char* state;
    };
    const Case cases[] = {
        {{{"mfetp", "running"}}, "1", "on"},
        {{{"ntrtscan", "running"}}, "1", "on"},
        {{{"Amsp", "running"}, {"ds_agent", "running"}}, "1", "on"},
        {{{"EPProtectedService", "running"}, {"EPSecurityService", "running"}}, "1", "on"},
        {{{"EPProtectedService", "stopped"}, {"EPSecurityService", "running"}}, "1", "off"},
        {{{"EPSecurityService", "running"}}, "1", "on"},
        {{{"AVP.KES.21.18", "stopped"}, {"avpsus.KES.21.18", "running"}}, "1", "off"},
        {{{"AVP21.3", "running"}}, "1", "on"},
        {{{"masvc", "running"}, {"macmnsvc", "running"}}, "0", "absent"},
        {{{"ds_agent", "running"}}, "0", "absent"},
        {{{"klnagent", "running"}}, "0", "absent"},
        {{{"Amsp", "stopped"}, {"ds_agent", "running"}}, "1", "off"},
        {{{"WinDefend", "stopped"}}, "0", "off"},
        {{{"CybereasonActiveProbe", "running"}},
         "unknown: the service CybereasonActiveProbe of Cybereason runs, and whether it protects this PC is not known "
         "here",
         "absent"},
        {{{"mfemms", "running"}},
         "unknown: the service mfemms of Trellix runs, and whether it protects this PC is not known here",
         "absent"},
        {{{"CybereasonActiveProbe", "stopped"}}, "0", "absent"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.services.dump());
        const Facts facts = server(one.services).scan();
        CHECK(products_of(facts) == one.products);
        CHECK(state_of(facts) == one.state);
    }
}

TEST_CASE("on a server an empty list is no answer, and a list with products is one") {
    Pc pc = server({{"ekrn", "running"}});
    CHECK(find(pc.scan(), "antivirus.state")->source == "service");
    pc.security_center = {{"error", "this Windows has no Security Center interface"}};
    CHECK(find(pc.scan(), "antivirus.state")->source == "service");
    pc.security_center = json::array({entry("ESET Security", "snoozed", there)});
    CHECK(find(pc.scan(), "antivirus.state")->source == "wsc");
    pc.security_center = json::array();
    pc.services = {{"error", "OpenSCManager failed with error 5"}};
    CHECK_THROWS_AS(pc.scan(), PortError);
    // On a client it is one; where the registry refuses to say what this PC is, nobody has answered.
    pc.registry = json::object();
    CHECK(products_of(pc.scan()) == "0");
    pc.registry = {{"error", "RegOpenKeyEx failed with error 5"}};
    CHECK_THROWS_AS(pc.scan(), PortError);
}

TEST_CASE("on a server Defender protects by its own word alone") {
    Pc pc = server({{"WinDefend", "running"}});
    const auto defender = [&](json row) {
        pc.wmi[1] = {{"namespace", "ROOT\\Microsoft\\Windows\\Defender"},
                     {"class", "MSFT_MpComputerStatus"},
                     {"rows", row.is_array() ? row : json::array({row})}};
        return state_of(pc.scan());
    };
    CHECK(defender({{"AMRunningMode", "Normal"}, {"RealTimeProtectionEnabled", true}}) == "on");
    CHECK(defender({{"AMRunningMode", "Normal"}, {"RealTimeProtectionEnabled", false}}) == "off");
    CHECK(defender({{"AMRunningMode", "Passive Mode"}, {"RealTimeProtectionEnabled", true}}) == "off");
    CHECK(defender({{"AMRunningMode", "Normal"}}) == "unknown: Microsoft Defender tells no RealTimeProtectionEnabled");
    CHECK(defender(json::array()) == "unknown: Microsoft Defender tells nothing about itself");
}

TEST_CASE("a product that is silent about its definitions is unknown beside a Defender that speaks") {
    Pc pc = server({{"WinDefend", "running"}, {"cyserver", "running"}});
    const auto definitions = [&] { return told(pc.scan(), "antivirus.definitions_current", "Cortex XDR"); };
    CHECK(definitions() == "absent");
    json defender = {{"AMRunningMode", "Normal"}, {"RealTimeProtectionEnabled", true}};
    pc.wmi.push_back({{"namespace", "ROOT\\Microsoft\\Windows\\Defender"},
                      {"class", "MSFT_MpComputerStatus"},
                      {"rows", json::array({defender})}});
    CHECK(definitions() == "unknown: the product does not tell Windows whether its definitions are current");
    pc.services["services"]["WinDefend"] = "stopped";
    CHECK(definitions() == "absent");
}

TEST_CASE("a client that lists no product although one runs cannot say how many there are") {
    Pc pc = pc_with(json::array());
    CHECK(products_of(pc.scan()) == "0");
    pc.services["services"] = {{"ekrn", "running"}};
    CHECK(products_of(pc.scan()) == "unknown: the service ekrn of ESET runs, but Windows does not list the product");
    pc.services["services"] = {{"WinDefend", "running"}};
    CHECK(products_of(pc.scan()) == "0");
    pc.services["antivirus_drivers"] = {{"WdFilter", "running"}};
    CHECK(products_of(pc.scan()) ==
          "unknown: the antivirus driver WdFilter of Microsoft Defender Antivirus runs, but no "
          "product of it is known on this PC");
    pc.services["antivirus_drivers"] = {{"OfficeGuardFlt", "running"}};
    CHECK(products_of(pc.scan()) ==
          "unknown: the antivirus driver OfficeGuardFlt belongs to no product that is known here");
    // Another product that is on answers the question.
    pc.security_center = json::array({entry("Bkav Pro", "on")});
    CHECK(products_of(pc.scan()) == "1");
    // A dead one does not.
    pc.security_center = json::array({entry("Bkav Pro", "on", gone)});
    CHECK(products_of(pc.scan()) ==
          "unknown: the antivirus driver OfficeGuardFlt belongs to no product that is known here");
    // The driver of a product that is switched off goes on running, and whose it is may not be known.
    pc.security_center = json::array({entry("Office Guard", "off", there)});
    CHECK(products_of(pc.scan()) == "1");
}

TEST_CASE("definitions that Windows and the product's own date tell differently are unknown") {
    json entries = {entry("ESET Security", "on", there)};
    Pc pc = pc_with(entries, {{"ekrn", "running"}});
    const auto definitions = [&](bool current, const char* version) {
        pc.security_center[0]["definitions_current"] = current;
        pc.registry["local_machine"]["SOFTWARE\\ESET\\ESET Security\\CurrentVersion\\Info"] = {
            {"ScannerVersion", version}};
        return told(pc.scan(), "antivirus.definitions_current");
    };
    CHECK(definitions(true, "1 (20261120)") == "true");
    CHECK(definitions(false, "1 (20261120)") == "false");
    CHECK(definitions(false, "1 (20261122)") ==
          "unknown: Windows says out of date, but the product's own date is 2026-11-22");
    CHECK(definitions(true, "1 (20261001)") ==
          "unknown: Windows says current, but the product's own date is 2026-10-01");
}

TEST_CASE("an agent that manages is no scanner, though its program is there and Windows says on") {
    const auto state = [](json services, json drivers) {
        Pc pc = pc_with({entry("McAfee Endpoint Security", "on", there)}, std::move(services));
        pc.services["antivirus_drivers"] = std::move(drivers);
        return told(pc.scan(), "antivirus.state");
    };
    CHECK(state({{"masvc", "running"}}, json::object()) ==
          "unknown: Windows says on, but no service of it is installed");
    CHECK(state({{"masvc", "running"}}, {{"mfeavfk", "running"}}) == "on");
    CHECK(state({{"masvc", "running"}, {"mfetp", "running"}}, json::object()) == "on");
}

TEST_CASE("a short name of a vendor is a whole word of a product's") {
    REQUIRE(vendor_of("AVG AntiVirus Free") != nullptr);
    CHECK(vendor_of("AVG AntiVirus Free")->title == "AVG");
    CHECK(vendor_of("AVG") == vendor_of("Free avg 2015"));
    CHECK(vendor_of("AVGO Shield") == nullptr);
    CHECK(vendor_of("360安全卫士")->title == "360");
}
