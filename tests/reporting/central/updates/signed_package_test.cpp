// Who signed a package, as the centre sees it before it offers it to anybody.
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <iterator>
#include <map>

#include "reporting/central/sql/setting_store.h"
#include "reporting/central/updates/compound_file.h"
#include "reporting/central/updates/updates.h"
#include "tests/reporting/central/central_fixture.h"
#include "tests/test_data.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using namespace std::string_literals;

namespace {

const std::string signer = "ec3c48e4d8d4e89f24fa6b410679f1aca71c7a8b2137f4a01b0266db4266fdd2";
const std::string other_signer = "7cd8cd9e09e96c5c3e9137c591a433e495964c746162a31c2a462ed9b6595159";

std::string bytes_of(const std::string& name) {
    std::ifstream in(test_data() / "reporting/central/updates/packages" / name, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    REQUIRE(bytes.size() > 10'000);
    return bytes;
}

PackageSignature signature_in(const std::string& bytes) {
    const CompoundFile file{bytes};
    return read_package_signature(*package_of(file));
}

/// Names and contents of all streams but those of the signature.
std::string contents_of(const std::string& bytes) {
    const CompoundFile file{bytes};
    const std::unique_ptr<PackageStorage> package = package_of(file);
    std::map<std::string, std::string> streams;
    for (const PackageElement& element : package->elements()) {
        if (element.is_storage || element.name.find("S\0i\0g\0n"s) != std::string::npos) continue;
        package->read(element.name, [&](std::string_view piece) { streams[element.name] += piece; });
    }
    std::string all;
    for (const auto& [name, content] : streams) all += name + "=" + content + ";";
    return all;
}

struct PackageOffice : Centre {
    std::string file(const std::string& bytes) const {
        const std::string path = (folder.path() / "wardwatch-0.2.0-x64.msi").string();
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    Update add(const std::string& bytes, const std::string& named_signer = "", const std::string& version = "0.2.0") {
        return add_update_package(database, file(bytes), version, named_signer, now);
    }
    std::size_t placed() const { return Updates{database}.all().size(); }
};

std::string utf16(const std::string& ascii) {
    std::string wide;
    for (const char c : ascii) wide += {c, '\0'};
    return wide;
}

void replace(std::string& text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a package says who signed it, and whether its names are signed") {
    CHECK(signature_in(bytes_of("signed.msi")).signer_sha256 == signer);
    CHECK(signature_in(bytes_of("signed.msi")).covers_names);
    CHECK(signature_in(bytes_of("contents_signed.msi")).signer_sha256 == signer);
    CHECK_FALSE(signature_in(bytes_of("contents_signed.msi")).covers_names);
    CHECK(signature_in(bytes_of("signed_by_another.msi")).signer_sha256 == other_signer);
    CHECK_THROWS_WITH(signature_in(bytes_of("unsigned.msi")), ContainsSubstring("not signed"));
}

TEST_CASE("a content, a name or a class that is another than was signed is told") {
    std::string content = bytes_of("signed.msi");
    replace(content, "xxxxxxxx", "xxxyxxxx");
    CHECK_THROWS_WITH(signature_in(content), ContainsSubstring("changed after it was signed"));
    // A stream of another name: where names are not signed, nobody sees it.
    for (const bool names : {true, false}) {
        std::string renamed = bytes_of(names ? "signed.msi" : "contents_signed.msi");
        replace(renamed, utf16("\5SummaryInformation"), utf16("\5SummaryInformatioo"));
        CAPTURE(names);
        if (names)
            CHECK_THROWS_WITH(signature_in(renamed), ContainsSubstring("changed after it was signed"));
        else
            CHECK(signature_in(renamed).signer_sha256 == signer);
    }
}

TEST_CASE("whatever byte of a package is another, its signer has signed what is in it, or it is refused") {
    const std::string whole = bytes_of("signed.msi");
    const std::string what_was_signed = contents_of(whole);
    std::size_t refused = 0;
    // A byte of the signer's certificate makes it another one, which no PC was told.
    const auto look_at = [&](const std::string& bytes) {
        try {
            if (signature_in(bytes).signer_sha256 == signer) return contents_of(bytes) == what_was_signed;
        } catch (const std::exception&) {
            ++refused;
        }
        return true;
    };
    for (std::size_t at = 0; at < whole.size(); at += 23) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x81);
        CAPTURE(at);
        CHECK(look_at(changed));
        CHECK(look_at(whole.substr(0, at)));
    }
    CHECK(refused > whole.size() / 46);
}

TEST_CASE("the centre places what PCs would take, by the signer of the package before") {
    PackageOffice office;
    const auto refused = [&](const std::string& bytes, const char* why, const std::string& named = "",
                             const std::string& version = "0.2.0") {
        CAPTURE(why);
        CHECK_THROWS_MATCHES(office.add(bytes, named, version), StoreError, MessageMatches(ContainsSubstring(why)));
    };
    // What had two marks of a signed package was placed, and each PC refused it.
    refused("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + utf16("\5DigitalSignature") + std::string(5000, 'x'),
            "No PC would take");
    refused(std::string(5000, 'x'), "no Windows package");
    refused(bytes_of("unsigned.msi"), "not signed");
    refused(bytes_of("contents_signed.msi"), "says nothing of the names");
    std::string changed = bytes_of("signed.msi");
    replace(changed, "xxxxxxxx", "xxxyxxxx");
    refused(changed, "changed after it was signed");
    refused(bytes_of("signed.msi"), "not by", other_signer);
    refused(bytes_of("signed.msi"), "is no SHA-256", "ab:cd");
    CHECK(office.placed() == 0);
    CHECK_FALSE(Settings{office.database}.get(update_signer_setting));

    CHECK(office
              .add(bytes_of("signed.msi"),
                   "EC:3C:48:E4:D8:D4:E8:9F:24:FA:6B:41:06:79:F1:AC:A7:1C:7A:8B:21:37:F4:A0:"
                   "1B:02:66:DB:42:66:FD:D2")
              .version == "0.2.0");
    CHECK(Settings{office.database}.get(update_signer_setting) == signer);
    refused(bytes_of("signed_by_another.msi"), ("say --signer " + other_signer).c_str(), "", "0.3.0");
    CHECK(office.placed() == 1);
    office.add(bytes_of("signed_by_another.msi"), other_signer, "0.3.0");
    CHECK(office.placed() == 2);
    CHECK(Settings{office.database}.get(update_signer_setting) == other_signer);
    refused(bytes_of("signed.msi"), "which PCs were told", "", "0.4.0");
}
