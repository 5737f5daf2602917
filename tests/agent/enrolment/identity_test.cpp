#include "agent/enrolment/identity.h"

#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "agent/data_folder/protected_files.h"
#include "reporting/tls/pki.h"
#include "tests/agent/temporary_folder.h"

using namespace wardwatch;
namespace fs = std::filesystem;

namespace {
const std::string uuid = "0b6f4a52-8c1d-4a0e-9f00-112233445566";
#ifdef _WIN32
constexpr const char* key_name = "key.sealed";
#else
constexpr const char* key_name = "key.pem";
#endif

Identity some_identity() {
    const Instant now = parse_instant("2026-11-30T00:00:00Z");
    const KeyAndCertificate made = make_authority("PC", now, std::chrono::days{365});
    return {made.private_key_pem, made.certificate_pem, "CA"};
}

std::string unexpected() { throw std::logic_error("asked for a second one"); }
}  // namespace

TEST_CASE("the device id is made once and kept") {
    const TemporaryFolder folder;
    const IdentityFiles files(folder.path);
    CHECK_FALSE(files.device_id().has_value());
    CHECK(files.make_device_id([] { return uuid; }) == uuid);
    CHECK(files.make_device_id(unexpected) == uuid);
    CHECK(IdentityFiles(folder.path).device_id() == uuid);
    write_file(folder.path / "device_id", "rubbish");
    CHECK_THROWS_AS(files.device_id(), std::runtime_error);
}

TEST_CASE("a key that was made for an enrolment is used again by the next attempt") {
    const TemporaryFolder folder;
    const IdentityFiles files(folder.path);
    CHECK(files.make_key([] { return "KEY"; }) == "KEY");
    CHECK(files.make_key(unexpected) == "KEY");
    CHECK_FALSE(files.load().has_value());
}

TEST_CASE("an identity is loaded as it was saved, and a missing part is named") {
    const TemporaryFolder folder;
    const IdentityFiles files(folder.path);
    const Identity saved = some_identity();
    files.save(saved);
    CHECK(files.certificate() == saved.certificate_pem);
    const std::optional<Identity> identity = files.load();
    REQUIRE(identity.has_value());
    CHECK(identity->private_key_pem == saved.private_key_pem);
    CHECK(identity->certificate_pem == saved.certificate_pem);
    CHECK(identity->ca_pem == "CA");
    fs::remove(folder.path / "ca.pem");
    CHECK_THROWS_AS(files.load(), std::runtime_error);
}

TEST_CASE("a renewal that ends after any of its files leaves the old identity or the new one") {
    const Identity before = some_identity();
    const Identity after = some_identity();
    // What save() writes, in its order.
    const TemporaryFolder whole;
    IdentityFiles(whole.path).save(after);
    const auto copy = [&](const TemporaryFolder& to, const char* from, const char* name) {
        write_file(to.path / name, read_file(whole.path / from).value());
    };
    for (int steps = 0; steps <= 3; ++steps) {
        const TemporaryFolder folder;
        const IdentityFiles files(folder.path);
        files.save(before);
        if (steps >= 1) copy(folder, key_name, ("next_" + std::string{key_name}).c_str());
        if (steps >= 2) copy(folder, "ca.pem", "ca.pem");
        if (steps >= 3) copy(folder, "certificate.pem", "certificate.pem");
        const Identity& expected = steps == 3 ? after : before;
        CAPTURE(steps);
        CHECK(files.load()->certificate_pem == expected.certificate_pem);
        CHECK(files.load()->private_key_pem == expected.private_key_pem);
        files.save(after);
        CHECK(files.load()->private_key_pem == after.private_key_pem);
    }
}

TEST_CASE("a key that is not the certificate's is no identity") {
    const TemporaryFolder folder;
    const IdentityFiles files(folder.path);
    Identity wrong = some_identity();
    wrong.private_key_pem = some_identity().private_key_pem;
    files.save(wrong);
    CHECK_THROWS_AS(files.load(), std::runtime_error);
}

TEST_CASE("a file is replaced in one step, and a temporary file of a killed run is in nobody's way") {
    const TemporaryFolder folder;
    const fs::path file = folder.path / fs::path(u8"tệp");
    CHECK_FALSE(read_file(file).has_value());
    write_file(file, "one");
    write_file(file, std::string(100'000, 'x'));
    CHECK(read_file(file) == std::string(100'000, 'x'));
    CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
    CHECK_THROWS_AS(write_file(folder.path / "absent" / "file", "x"), std::runtime_error);
}

TEST_CASE("what is sealed is unsealed to the same bytes") {
    const std::string secret("a\0b\xff", 4);
    CHECK(unseal(seal(secret)) == secret);
#ifdef _WIN32
    CHECK(seal(secret).find(secret) == std::string::npos);
    CHECK_THROWS_AS(unseal("rubbish"), std::runtime_error);
#endif
}

TEST_CASE("the data folder is made, kept and refused when it is no folder") {
    const TemporaryFolder folder;
    const fs::path data = folder.path / "a" / "data";
    protect_folder(data);
    protect_folder(data);
    CHECK(fs::is_directory(data));
    std::ofstream(folder.path / "file") << "x";
    CHECK_THROWS_AS(protect_folder(folder.path / "file"), std::runtime_error);
#ifndef _WIN32
    CHECK((fs::status(data).permissions() & fs::perms::all) == fs::perms::owner_all);
    fs::permissions(data, fs::perms::all);
    protect_folder(data);
    CHECK((fs::status(data).permissions() & fs::perms::all) == fs::perms::owner_all);
    fs::create_directory_symlink(data, folder.path / "link");
    CHECK_THROWS_AS(protect_folder(folder.path / "link"), std::runtime_error);
#endif
}
