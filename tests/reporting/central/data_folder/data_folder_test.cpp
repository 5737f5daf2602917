// The data folder: permissions, what is made once and kept, and the lock of a running centre.
#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/data_folder/shared_authority.h"
#include "reporting/central/integration/store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/stored_secrets.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <iterator>

#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using std::chrono::days;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> names{"centre.example", "127.0.0.1"};

std::string text_of(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::string key_in(const DataFolder& folder) {
    return folder.sealing().open(text_of(folder.path() / "ca.key"), "ca.key");
}

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
    const std::string first = folder.authority_certificate();
    const std::string key = text_of(parent.path() / "ca.key");
    prepare(folder);
    CHECK(folder.authority_certificate() == first);
    CHECK(folder.authority().certificate_pem() == first);
    CHECK(text_of(parent.path() / "ca.key") == key);
    const Instant ends = inspect_certificate(first).not_after;
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

TEST_CASE("a CA that one process renewed is every process's, and nobody else's certificate is") {
    const TemporaryFolder folder;
    sql::Database database{stored(folder.path() / "central.db")};
    const DataFolder one{folder.path() / "one"};
    const DataFolder two{folder.path() / "two"};
    one.make();
    one.prepare(start);
    two.make();
    for (const char* name : {"ca.crt", "ca.key"}) fs::copy_file(one.path() / name, two.path() / name);
    CHECK_THROWS_MATCHES(two.prepare(start), DataFolderError, MessageMatches(ContainsSubstring("sealing.key")));
    fs::copy_file(one.path() / "sealing.key", two.path() / "sealing.key");
    two.prepare(start);
    CHECK_FALSE(share_authority(one, database));
    CHECK_FALSE(share_authority(two, database));
    const std::string old = one.authority_certificate();
    const Instant late = start + std::chrono::days{2930};
    REQUIRE(one.renew_authority(late));
    CHECK_FALSE(share_authority(one, database));
    CHECK(share_authority(two, database));
    CHECK(two.authority_certificate() == one.authority_certificate());
    CHECK_FALSE(share_authority(two, database));

    CHECK_FALSE(one.adopt_authority(old));
    CHECK_FALSE(one.adopt_authority(make_authority("Wardwatch CA", late, std::chrono::days{9999}).certificate_pem));
    // Our key in it, and signed by another.
    const KeyAndCertificate stranger = make_authority("Wardwatch CA", late, std::chrono::days{9999});
    const std::string ours =
        sign_client_request(stranger, make_signing_request(key_in(one), "x"), "x", late, std::chrono::days{9000});
    CHECK(inspect_certificate(ours).public_key_sha256 == inspect_certificate(old).public_key_sha256);
    CHECK_FALSE(one.adopt_authority(ours));
    CHECK(two.authority_certificate() == one.authority_certificate());
}

TEST_CASE("the CA's key is sealed, also one that an older program wrote as it is") {
    const TemporaryFolder parent;
    const DataFolder folder{parent.path()};
    prepare(folder);
    const auto stored = [&] { return text_of(parent.path() / "ca.key"); };
    CHECK(Sealing::is_sealed(stored()));
    CHECK(stored().find("PRIVATE KEY") == std::string::npos);
    const std::string key = key_in(folder);
    CHECK(key.find("PRIVATE KEY") != std::string::npos);
    std::ofstream{parent.path() / "ca.key"} << key;
    CHECK_NOTHROW(folder.authority().sign_successor(start, days{3653}));
    folder.seal_authority();
    CHECK(key_in(folder) == key);
    fs::remove(parent.path() / "sealing.key");
    CHECK_THROWS_MATCHES(folder.prepare(start), DataFolderError, MessageMatches(ContainsSubstring("sealing.key")));
    CHECK_FALSE(fs::exists(parent.path() / "sealing.key"));
}

TEST_CASE("systemd hands the sealing key over instead of a file") {
    const TemporaryFolder parent;
    const TemporaryFolder credentials;
    const Sealing theirs = Sealing::fresh();
    std::ofstream{credentials.path() / "wardwatch-central.key"} << theirs.key_text();
    ::setenv("CREDENTIALS_DIRECTORY", credentials.path().c_str(), 1);
    const DataFolder folder{parent.path()};
    prepare(folder);
    CHECK_FALSE(fs::exists(parent.path() / "sealing.key"));
    CHECK(folder.sealing().fingerprint() == theirs.fingerprint());
    CHECK_NOTHROW(folder.authority());
    std::ofstream{credentials.path() / "wardwatch-central.key"} << Sealing::fresh().key_text();
    CHECK_THROWS_MATCHES(folder.authority(), DataFolderError, MessageMatches(ContainsSubstring("ca.key")));
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_CASE("a database is served with the key that seals its secrets, and with no other") {
    const TemporaryFolder parent;
    sql::Database database{stored(parent.path() / "central.db")};
    const DataFolder one{parent.path() / "one"};
    const DataFolder two{parent.path() / "two"};
    prepare(one);
    prepare(two);
    CHECK(shared_sealing(one, database).fingerprint() == one.sealing().fingerprint());
    CHECK_NOTHROW(shared_sealing(one, database));
    CHECK_THROWS_MATCHES(shared_sealing(two, database), DataFolderError,
                         MessageMatches(ContainsSubstring(one.sealing().fingerprint())));
}

TEST_CASE("secrets that an older program stored as they are become sealed") {
    Centre centre;
    Users users{centre.database};
    users.add({"an", "hash", Role::administrator, std::nullopt, false}, start);
    users.add({"binh", "hash", Role::auditor, std::nullopt, false}, start);
    users.set_totp_secret("an", "JBSWY3DPEHPK3PXP", 41);
    Webhook hook;
    hook.url = "https://siem.example/hook";
    hook.secret = "older";
    hook.created_at = start;
    const std::int64_t id = Integrations{centre.database}.add_webhook(hook);
    for (int start_ = 0; start_ < 2; ++start_) {
        seal_stored_secrets(centre.database, centre.sealing);
        CHECK(centre.sealing.open(users.find("an")->totp_secret, totp_purpose("an")) == "JBSWY3DPEHPK3PXP");
        CHECK(users.find("binh")->totp_secret.empty());
        CHECK(centre.sealing.open(Integrations{centre.database}.webhook(id)->secret, webhook_purpose) == "older");
    }
    CHECK_FALSE(users.use_totp_step("an", 41));  // what was used stays used
}
