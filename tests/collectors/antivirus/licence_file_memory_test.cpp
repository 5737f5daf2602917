// Of ESET's licence file, which holds the customer's password, nothing but the date and the state is left in this
// program's memory. The secret stands nowhere in the program but here, each byte changed, so that a search of the
// memory finds copies only.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "collectors/antivirus/vendor_dates.h"
#include "collectors/machine/files.h"
#include "tests/recorded_ports.h"

// A sanitizer's own memory is not to be read.
#if !defined(__SANITIZE_ADDRESS__)

using namespace wardwatch;
using nlohmann::json;

namespace {

constexpr unsigned char mask = 0x5A;
constexpr std::array<unsigned char, 16> masked_secret = {
    'q' ^ mask, '9' ^ mask, 'Z' ^ mask, 'v' ^ mask, 'W' ^ mask, '3' ^ mask, 'k' ^ mask, 'X' ^ mask,
    '7' ^ mask, 'm' ^ mask, 'B' ^ mask, '2' ^ mask, 'r' ^ mask, 'T' ^ mask, '5' ^ mask, 'u' ^ mask};

void append(std::vector<std::byte>& bytes, std::string_view ascii) {
    for (const char c : ascii) {
        bytes.push_back(static_cast<std::byte>(c));
        bytes.push_back(std::byte{0});
    }
}

SecretBytes licence_file() {
    std::vector<std::byte> bytes;
    bytes.reserve(4096);  // growing would leave copies behind, of which this test would be the reason
    append(bytes, "<ESET><PRODUCT_LICENSE_FILE><LICENSE PASSWORD=\"");
    for (const unsigned char c : masked_secret) {
        bytes.push_back(static_cast<std::byte>(c ^ mask));
        bytes.push_back(std::byte{0});
    }
    append(bytes,
           "\"><ACTIVE_PRODUCT EXPIRATION_DATE=\"2027-04-01T12:00:00Z\" "
           "LICENSE_STATUS=\"2\"/></LICENSE></PRODUCT_LICENSE_FILE></ESET>");
    return SecretBytes(std::move(bytes));
}

class OneFile : public Files {
public:
    FileRead read(const std::filesystem::path&, const std::filesystem::path&, std::uint64_t) const override {
        return {ReadStatus::ok, licence_file()};
    }
    std::vector<DirectoryEntry> list(const std::filesystem::path&, const std::filesystem::path&) const override {
        return {};
    }
};

/// How often the secret begins in the memory from `begin` to `end`, with `width` bytes for each character.
int copies_between(const unsigned char* begin, const unsigned char* end, std::size_t width) {
    int copies = 0;
    const std::size_t length = masked_secret.size() * width;
    for (const unsigned char* at = begin; at + length <= end; ++at) {
        std::size_t same = 0;
        while (same < masked_secret.size() && at[same * width] == (masked_secret[same] ^ mask)) ++same;
        copies += same == masked_secret.size();
    }
    return copies;
}

/// Over the heap and what else the program may write to.
int copies_in_memory() {
    std::ifstream maps("/proc/self/maps");
    int copies = 0;
    for (std::string line; std::getline(maps, line);) {
        std::istringstream words(line);
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        std::string rights;
        char dash = 0;
        words >> std::hex >> begin >> dash >> end >> rights;
        if (!rights.starts_with("rw") || line.find("[v") != std::string::npos) continue;
        for (const std::size_t width : {std::size_t{1}, std::size_t{2}}) {
            copies += copies_between(reinterpret_cast<const unsigned char*>(begin),
                                     reinterpret_cast<const unsigned char*>(end), width);
        }
    }
    return copies;
}

}  // namespace

TEST_CASE("of ESET's licence file only the date and the state are left in memory") {
    const json key = {
        {"SOFTWARE\\ESET\\ESET Security\\CurrentVersion\\Info", {{"AppDataDir", "C:\\ProgramData\\ESET"}}}};
    const RecordedHost host{json{}};
    const RecordedRegistry registry{json{{"local_machine", key}}};
    const RecordedSecurityCenter center{json{}};
    const RecordedWmi wmi{json{}};
    const RecordedAccounts accounts{json{}, json{}, json{}};
    const RecordedUserProfiles profiles{json{}};
    const RecordedServices services{json{}};
    const OneFile files;
    const Machine machine{host, registry, center, wmi, accounts, profiles, files, services};
    {
        const SecretBytes held = licence_file();
        CHECK(copies_in_memory() == 1);  // the search finds what is there
    }
    const AntivirusVendor& eset = *vendor_of("ESET Security");
    const auto found = read_vendor_date(machine, eset.licence, Instant{}, {});
    REQUIRE(found);
    const auto status = read_vendor_word(machine, *eset.licence_status, {});
    REQUIRE(status);
    CHECK(status->value == Value(std::string("2")));
    CHECK(found->value == Value(parse_instant("2027-04-01T12:00:00Z")));
    CHECK(copies_in_memory() == 0);
}

#endif
