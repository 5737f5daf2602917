// What is told of this PC's hardware: hashes of what is its own, nothing of what a maker left blank.
#include "agent/enrolment/hardware_claim.h"

#include <catch2/catch_test_macros.hpp>
#include <string>

#include "reporting/tls/pki.h"

using namespace wardwatch;

namespace {

/// A structure of SMBIOS: its type, its formatted part behind the header, its texts.
std::string structure(char type, const std::string& formatted, const std::string& texts = "") {
    std::string bytes{type, static_cast<char>(4 + formatted.size()), 0, 0};
    return bytes + formatted + (texts.empty() ? std::string(2, '\0') : texts + std::string(2, '\0'));
}

std::string system_information(const std::string& uuid) { return structure(1, std::string(4, '\1') + uuid + "\6"); }

const std::string uuid_bytes{"\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16};

}  // namespace

TEST_CASE("the system's UUID is found in SMBIOS' table, whatever stands before it") {
    const std::string bios = structure(0, std::string(20, '\2'), "Maker");
    const std::string found = "00112233-4455-6677-8899-aabbccddeeff";
    CHECK(smbios_uuid(bios + system_information(uuid_bytes) + structure(127, "")) == found);
    CHECK(smbios_uuid(system_information(uuid_bytes)) == found);
    CHECK(smbios_uuid("").empty());
    CHECK(smbios_uuid(bios).empty());
    CHECK(smbios_uuid(bios + structure(127, "") + system_information(uuid_bytes)).empty());
    CHECK(smbios_uuid(structure(1, "\1\1\1\1")).empty());  // of SMBIOS 2.0, without a UUID
    const std::string whole = bios + system_information(uuid_bytes);
    for (std::size_t size = 0; size < whole.size() - 3; ++size) {
        CAPTURE(size);
        const std::string text = smbios_uuid(std::string_view{whole}.substr(0, size));
        CHECK((text.empty() || text == found));
    }
    CHECK(smbios_uuid(std::string(100, '\0')).empty());
    CHECK(smbios_uuid(std::string(100, '\xff')).empty());
}

TEST_CASE("hashes are told, the same however a maker writes the text") {
    const HardwareClaim claim = hardware_claim({"00112233-4455-6677-8899-AABBCCDDEEFF", "  WD-WX12A3 ", "4f9c"});
    CHECK(claim.system == sha256_hex("00112233-4455-6677-8899-aabbccddeeff"));
    CHECK(claim.disk == sha256_hex("wd-wx12a3"));
    CHECK(claim.machine == sha256_hex("4f9c"));
    CHECK(hardware_claim({"00112233-4455-6677-8899-aabbccddeeff", "WD-WX12A3", "4f9c"}) == claim);
}

TEST_CASE("makers' placeholders are nobody's identity") {
    for (const char* text : {"",
                             " ",
                             "0",
                             "123",
                             "00000000-0000-0000-0000-000000000000",
                             "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
                             "To be filled by O.E.M.",
                             "To Be Filled By O.E.M.",
                             "Default string",
                             "Not Specified",
                             "Not Settable",
                             "None",
                             "N/A",
                             "System Serial Number",
                             "0123456789",
                             "1234567890",
                             "123456789012",
                             "xxxxxxxx",
                             "03000200-0400-0500-0006-000700080009",
                             "12345678-1234-5678-90AB-CDDEEFAABBCC",
                             "........",
                             "OEM",
                             "unknown"}) {
        CAPTURE(text);
        CHECK(hardware_claim({text, text, text}) == HardwareClaim{});
    }
    for (const char* text : {"S3Z8NB0K123456", "VB1234-5678", "4C4C4544-0042-3510-8052-B4C04F4A3632", "2112340987"}) {
        CAPTURE(text);
        CHECK(hardware_claim({text, "", ""}).system.size() == 64);
    }
}

TEST_CASE("this machine's hardware can be read without an error, and twice alike") {
    const HardwareTexts once = read_hardware();
    const HardwareTexts again = read_hardware();
    CHECK(hardware_claim(once) == hardware_claim(again));
    // What a container or Wine has is its own affair; what is there is a text, and short.
    for (const std::string& text : {once.system, once.disk, once.machine}) CHECK(text.size() < 200);
}
