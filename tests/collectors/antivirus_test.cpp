// Dates that stay what they are from one scan to the next, hostile content of vendors' keys and files, and what is
// told of a product whose sources contradict each other. The vendors' usual shapes are in tests/machines.
#include <catch2/catch_test_macros.hpp>

#include "tests/collectors/antivirus/antivirus_pc.h"

using namespace wardwatch;
using namespace wardwatch::antivirus_test;

namespace {

const char* const kaspersky_key = "SOFTWARE\\KasperskyLab\\protected\\KES\\Data";
const char* const eset_key = "SOFTWARE\\ESET\\ESET Security\\CurrentVersion\\Info";
const char* const licence_file = "C:\\ProgramData\\ESET\\License\\license.lf";

Pc kaspersky(json values) {
    Pc pc;
    pc.security_center.push_back(product("Kaspersky Endpoint Security"));
    pc.registry = {{"local_machine", {{kaspersky_key, std::move(values)}}}};
    pc.services["services"] = {{"AVP.KES", "running"}};
    return pc;
}

Pc eset(json file) {
    Pc pc;
    pc.security_center.push_back(product("ESET Security"));
    pc.registry = {{"local_machine", {{eset_key, {{"AppDataDir", "C:\\ProgramData\\ESET"}}}}}};
    pc.services["services"] = {{"ekrn", "running"}};
    pc.files = {{licence_file, std::move(file)}};
    return pc;
}

Pc counting(std::uint32_t days) {
    Pc pc;
    pc.security_center.push_back(product("Bkav Pro"));
    pc.security_center[0]["days_until_expired"] = days;
    return pc;
}

std::string licence_of(const Facts& facts) { return told(facts, "antivirus.licence_expires_at"); }
std::string definitions_of(const Facts& facts) { return told(facts, "antivirus.definitions_updated_at"); }

std::string eset_licence(const json& file) { return licence_of(eset(file).scan()); }

std::string eset_xml(const std::string& attributes) {
    return "<ESET><PRODUCT_LICENSE_FILE><LICENSE PASSWORD=\"planted-secret-4711\"><ACTIVE_PRODUCT " + attributes +
           "/></LICENSE></PRODUCT_LICENSE_FILE></ESET>";
}

bool is_unknown_text(const std::string& text) { return text.starts_with("unknown: "); }

}  // namespace

TEST_CASE("a licence date that is counted in days stays the same from scan to scan") {
    // The licence ends at 08:00 UTC on 2027-06-10, and the product counts whole days.
    const Instant ends = parse_instant("2027-06-10T08:00:00Z");
    Facts last;
    for (int hour = 0; hour < 24 * 10; hour += 7) {
        const Instant now = parse_instant("2026-11-22T00:30:00Z") + std::chrono::hours{hour};
        const auto left = std::chrono::floor<std::chrono::days>(ends - now).count();
        last = counting(static_cast<std::uint32_t>(left)).scan(now, last);
        CAPTURE(format_instant(now), left);
        CHECK(licence_of(last) == "2027-06-10T00:00:00Z");
    }
    // Without a memory the hour decides, which is what the memory is for.
    CHECK(licence_of(counting(199).scan(parse_instant("2026-11-22T09:00:00Z"))) == "2027-06-09T00:00:00Z");
}

TEST_CASE("a renewed or shortened licence is told at once") {
    const Facts before = counting(20).scan();
    CHECK(licence_of(before) == "2026-12-12T00:00:00Z");
    CHECK(licence_of(counting(385).scan(noon, before)) == "2027-12-12T00:00:00Z");
    CHECK(licence_of(counting(18).scan(noon, before)) == "2026-12-10T00:00:00Z");
    CHECK(licence_of(counting(19).scan(noon, before)) == "2026-12-12T00:00:00Z");
    Facts of_another = before;
    for (Fact& fact : of_another) fact.instance = "Another product";
    CHECK(licence_of(counting(19).scan(noon, of_another)) == "2026-12-11T00:00:00Z");
}

TEST_CASE("a licence that has ended keeps its day") {
    Pc pc = counting(0);
    pc.security_center[0]["state"] = "expired";
    Facts last = pc.scan();
    CHECK(licence_of(last) == "2026-11-22T00:00:00Z");
    for (int day = 1; day < 40; ++day) last = pc.scan(noon + std::chrono::days{day}, last);
    CHECK(licence_of(last) == "2026-11-22T00:00:00Z");
}

TEST_CASE("days that Kaspersky counts are a date only while it runs and has a licence") {
    const json values = {{"LicKeyType", 2}, {"LicDaysTillExpiration", 30}, {"LastSuccessfulUpdate", 1795305600}};
    CHECK(licence_of(kaspersky(values).scan()) == "2026-12-22T00:00:00Z");
    const Facts later = kaspersky({{"LicKeyType", 2}, {"LicDaysTillExpiration", 29}})
                            .scan(noon + std::chrono::hours{20}, kaspersky(values).scan());
    CHECK(licence_of(later) == "2026-12-22T00:00:00Z");
    Pc stopped = kaspersky(values);
    stopped.services["services"]["AVP.KES"] = "stopped";
    CHECK(licence_of(stopped.scan()) ==
          "unknown: the product counts the days of its licence only while its service runs");
    json trial = values;
    trial["LicKeyType"] = 0;
    CHECK(licence_of(kaspersky(trial).scan()) == "unknown: the product stores no licence date on this PC");
}

TEST_CASE("numbers and types that are no dates are unknown, and never a date") {
    for (const json& value :
         {json(0xFFFFFFFFu), json(1), json("soon"), json(""), json(std::string(100'000, '9')), json("-1"),
          json({{"binary", "00"}}), json({{"binary", "ffffffffffffffff"}}), json::array({"a", "b"})}) {
        CAPTURE(value.dump().substr(0, 60));
        const Facts facts = kaspersky({{"LicKeyType", 2}, {"LastSuccessfulUpdate", value}}).scan();
        const std::string updated = definitions_of(facts);
        if (value == json(0xFFFFFFFFu)) {
            CHECK(updated == "absent");
        } else {
            CHECK(is_unknown_text(updated));
        }
        CHECK(told(facts, "antivirus.state") == "on");
    }
    for (const json& value : {json(0xFFFFFFFFu), json(36'601), json("-5"), json("x"), json::array({"1"})}) {
        CAPTURE(value.dump());
        CHECK(is_unknown_text(licence_of(kaspersky({{"LicKeyType", 2}, {"LicDaysTillExpiration", value}}).scan())));
    }
}

TEST_CASE("of ESET's licence file one attribute is read, wherever it stands") {
    const std::string good = eset_xml("EXPIRATION_DATE=\"2027-04-01T12:00:00Z\"");
    CHECK(eset_licence({{"text", good}}) == "2027-04-01T12:00:00Z");
    CHECK(eset_licence({{"utf16", good}}) == "2027-04-01T12:00:00Z");
    CHECK(eset_licence({{"text", "signature <E <ESETX>" + good + "<tail"}}) == "2027-04-01T12:00:00Z");
    CHECK(eset_licence({{"text", eset_xml("A = 'x > y' EXPIRATION_DATE = '2027-04-01T12:00:00Z'")}}) ==
          "2027-04-01T12:00:00Z");
    const std::string elsewhere =
        "<ESET EXPIRATION_DATE=\"2099-01-01T00:00:00Z\"><!-- <PRODUCT_LICENSE_FILE> --><X><PRODUCT_LICENSE_FILE>"
        "<LICENSE><ACTIVE_PRODUCT EXPIRATION_DATE=\"2098-01-01T00:00:00Z\"/></LICENSE></PRODUCT_LICENSE_FILE></X>";
    CHECK(is_unknown_text(eset_licence({{"text", elsewhere}})));
    CHECK(eset_licence({{"text", elsewhere + good.substr(6)}}) == "2027-04-01T12:00:00Z");
}

TEST_CASE("a licence file that is damaged, huge, closed or no text is unknown without a word of it") {
    const std::string good = eset_xml("EXPIRATION_DATE=\"2027-04-01T12:00:00Z\"");
    std::vector<json> files = {{{"text", ""}},
                               {{"text", std::string(2 << 20, 'x')}},
                               {{"text", std::string(100'000, '<')}},
                               {{"text", std::string(100'000, '\0')}},
                               {{"error", "access_denied"}},
                               {{"error", "busy"}},
                               {{"text", eset_xml("EXPIRATION_DATE=\"planted-secret-4711\"")}},
                               {{"text", eset_xml("EXPIRATION_DATE=\"" + std::string(5000, '2') + "\"")}},
                               {{"text", eset_xml("EXPIRATION_DATE=\"2027-13-01T12:00:00Z\"")}}};
    std::string nested = "<ESET>";
    for (int i = 0; i < 50'000; ++i) nested += "<PRODUCT_LICENSE_FILE>";
    files.push_back({{"text", nested}});
    const std::size_t value = good.find("2027");
    for (std::size_t end = 0; end <= value + 20; end += 3) files.push_back({{"text", good.substr(0, end)}});
    for (const json& file : files) {
        const Facts facts = eset(file).scan();
        CAPTURE(file.dump().substr(0, 120), licence_of(facts));
        CHECK(is_unknown_text(licence_of(facts)));
        for (const Fact& fact : facts) {
            const auto* unknown = std::get_if<Unknown>(&fact.value);
            if (unknown != nullptr) CHECK(sentence_of(unknown->reason).find("planted") == std::string::npos);
        }
    }
}

TEST_CASE("the vendor's word for the licence's state is told as it stands, and nothing longer") {
    const auto status = [](const std::string& attributes) {
        return told(eset({{"text", eset_xml("EXPIRATION_DATE=\"2027-04-01T12:00:00Z\" " + attributes)}}).scan(),
                    "antivirus.licence_status");
    };
    CHECK(status("LICENSE_STATUS=\"2\"") == "2");
    CHECK(status("LICENSE_STATUS=\"ACTIVE\"") == "ACTIVE");
    CHECK(status("") == "absent");
    for (const char* no_word : {"a b", "&lt;b&gt;", "planted-secret-4711", "123456789012345678901"})
        CHECK(status("LICENSE_STATUS=\"" + std::string(no_word) + "\"") ==
              "unknown: license.lf: the state of the licence is no word");
    CHECK(is_unknown_text(told(eset({{"error", "busy"}}).scan(), "antivirus.licence_status")));
    CHECK(told(kaspersky(json::object()).scan(), "antivirus.licence_status") == "absent");
}

TEST_CASE("folders that are not on a disk of this PC are not read") {
    for (const char* folder :
         {"\\\\server\\share\\ESET", "ESET", "%APPDATA%\\ESET", "C:\\ProgramData\\..\\Users", "C:"}) {
        Pc pc = eset({{"text", eset_xml("EXPIRATION_DATE=\"2027-04-01T12:00:00Z\"")}});
        pc.registry["local_machine"][eset_key]["AppDataDir"] = folder;
        pc.files = {{std::string(folder) + "\\License\\license.lf", pc.files[licence_file]}};
        CAPTURE(folder);
        CHECK(licence_of(pc.scan()) == "unknown: the folder of license.lf is not on a disk of this PC");
    }
}

TEST_CASE("a day without a time zone is never ahead of the clock") {
    Pc pc = eset({{"error", "busy"}});
    pc.registry["local_machine"][eset_key]["ScannerVersion"] = "30333 (20261122)";
    // 01:00 in Hanoi on the 22nd is 18:00 UTC on the 21st.
    CHECK(definitions_of(pc.scan(parse_instant("2026-11-21T18:00:00Z"))) == "2026-11-21T00:00:00Z");
    CHECK(definitions_of(pc.scan(parse_instant("2026-11-22T18:00:00Z"))) == "2026-11-22T00:00:00Z");
    for (const char* version : {"30333", "30333 ()", "30333 (20261340)", "(19991231)"}) {
        pc.registry["local_machine"][eset_key]["ScannerVersion"] = version;
        CHECK(is_unknown_text(definitions_of(pc.scan())));
    }
}

TEST_CASE("a registered product without a service is a leftover only when its program is gone") {
    Pc pc;
    pc.security_center.push_back(product("ESET Security"));
    const std::string program = "C:\\Program Files\\ESET\\ecmds.exe";
    CHECK(is_unknown_text(told(pc.scan(), "antivirus.leftover")));
    CHECK(told(pc.scan(), "antivirus.state") == "unknown: Windows says on, but no service of it is installed");
    CHECK(told(pc.scan(), "antivirus.sources_disagree") == "state: wsc=on, service=not_installed");
    pc.security_center[0]["program"] = program;
    CHECK(told(pc.scan(), "antivirus.leftover") == "true");
    CHECK(told(pc.scan(), "antivirus.state") == "absent");
    CHECK(told(pc.scan(), "antivirus.products") == "0");
    pc.security_center[0]["program"] = "\"" + program + "\" /open";
    CHECK(told(pc.scan(), "antivirus.leftover") == "true");
    pc.files = {{program, {{"text", "MZ"}}}};
    CHECK(told(pc.scan(), "antivirus.leftover") == "false");
    CHECK(told(pc.scan(), "antivirus.state") == "unknown: Windows says on, but no service of it is installed");
    pc.services["antivirus_drivers"] = {{"eamonm", "running"}};
    CHECK(told(pc.scan(), "antivirus.state") == "on");
    pc.services = {{"error", "OpenSCManager failed with error 5"}};
    CHECK(told(pc.scan(), "antivirus.leftover") == "false");
    CHECK(told(pc.scan(), "antivirus.products") == "1");
}

TEST_CASE("Defender's class is asked only when Defender is on or alone") {
    Pc pc;
    pc.wmi = json::array({{{"namespace", "ROOT\\Microsoft\\Windows\\Defender"},
                           {"class", "MSFT_MpComputerStatus"},
                           {"rows", {{"error", "timed out after 20 s"}}}}});
    json defender = product("Microsoft Defender Antivirus", "off");
    defender["guid"] = "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}";
    defender["windows_own"] = true;
    pc.security_center = json::array({defender, product("Bkav Pro")});
    CHECK(told(pc.scan(), "antivirus.running_mode") == "absent");
    pc.security_center = json::array({defender});
    CHECK(told(pc.scan(), "antivirus.running_mode") == "unknown: timed out after 20 s");
    CHECK(definitions_of(pc.scan()) == "absent");
    pc.services["services"] = {{"WinDefend", "stopped"}};
    CHECK(told(pc.scan(), "antivirus.running_mode") == "absent");
    pc.services["services"] = {{"WinDefend", "running"}};
    pc.registry = {{"local_machine",
                    {{"SOFTWARE\\Microsoft\\Windows Defender\\Signature Updates",
                      {{"SignaturesLastUpdated", {{"binary", "00508ea6f839dd01"}}}}}}}};
    CHECK(definitions_of(pc.scan()) == "2026-09-01T10:00:00Z");
}
