// The data folder: permissions, what is made once and kept, and the lock of a running centre.
#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using std::chrono::days;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> names{"centre.example", "127.0.0.1"};

void prepare(const DataFolder& folder) {
    folder.make();
    folder.prepare(start);
}

}  // namespace

TEST_CASE("everything in the folder is its owner's alone", "[sqlite]") {
    const TemporaryFolder parent;
    const DataFolder folder{parent.path() / "deep" / "data"};
    prepare(folder);
    {
        sql::Database database{folder.database()};
        Units{database}.add("A", std::nullopt, by_test);
    }
    const sql::Database open{folder.database()};
    folder.server_certificate(names, start);
    const ServeLock lock{folder.path()};
    CHECK((fs::status(folder.path()).permissions() & fs::perms::all) == fs::perms::owner_all);
    int files = 0;
    for (const auto& entry : fs::directory_iterator(folder.path())) {
        CAPTURE(entry.path());
        CHECK((entry.status().permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
        ++files;
    }
    CHECK(files >= 7);
}

TEST_CASE("the CA is made once") {
    const TemporaryFolder parent;
    const DataFolder folder{parent.path()};
    prepare(folder);
    const KeyAndCertificate first = folder.authority();
    prepare(folder);
    CHECK(folder.authority().certificate_pem == first.certificate_pem);
    CHECK(folder.authority().private_key_pem == first.private_key_pem);
    CHECK(folder.authority_certificate() == first.certificate_pem);
    const Instant ends = inspect_certificate(first.certificate_pem).not_after;
    CHECK(ends > start + days{3650});
}

TEST_CASE("a lost CA is not replaced silently") {
    const TemporaryFolder parent;
    const DataFolder folder{parent.path()};
    prepare(folder);
    fs::remove(parent.path() / "ca.crt");
    CHECK_THROWS_MATCHES(folder.prepare(start), DataFolderError, MessageMatches(ContainsSubstring("backup")));
    CHECK_FALSE(fs::exists(parent.path() / "ca.crt"));
}

TEST_CASE("the server's certificate is kept until names or date ask for another") {
    const TemporaryFolder parent;
    const DataFolder folder{parent.path()};
    prepare(folder);
    const auto sha256 = [&](const std::vector<std::string>& wanted, Instant now) {
        return inspect_certificate(folder.server_certificate(wanted, now).certificate_pem).sha256;
    };
    const std::string first = sha256(names, start);
    CHECK(sha256(names, start + days{365}) == first);
    const std::string renamed = sha256({"other.example"}, start);
    CHECK(renamed != first);
    CHECK(sha256({"other.example"}, start) == renamed);
    CHECK(sha256({"other.example"}, start + days{1700}) != renamed);
    // Near the CA's own end the certificate does not outlive it.
    const Instant late = start + days{3600};
    const CertificateInfo last = inspect_certificate(folder.server_certificate(names, late).certificate_pem);
    CHECK(last.not_after <= inspect_certificate(folder.authority_certificate()).not_after);
}

TEST_CASE("only one centre serves a folder at a time") {
    const TemporaryFolder parent;
    {
        const ServeLock first{parent.path()};
        CHECK_THROWS_MATCHES(ServeLock{parent.path()}, DataFolderError, MessageMatches(ContainsSubstring("Another")));
    }
    CHECK_NOTHROW(ServeLock{parent.path()});
}

TEST_CASE("commands name the folder that holds no centre") {
    const TemporaryFolder parent;
    CHECK_THROWS_MATCHES(DataFolder{parent.path()}.existing_database(), DataFolderError,
                         MessageMatches(ContainsSubstring("--data")));
}
