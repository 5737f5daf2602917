// What an agent does with a package that it is offered. Windows Installer is the test's; the real one is in
// tests/end_to_end.
#include "agent/update/updater.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "agent/data_folder/protected_files.h"
#include "agent/log/log.h"
#include "reporting/tls/pki.h"
#include "tests/agent/temporary_folder.h"

using namespace wardwatch;
using State = CommandReport::State;

namespace {

const std::string signer(64, 'a');
const std::string wardwatch_code = "{DBD17B1A-E8CA-5CB8-9B72-0DE6F4908BCE}";
const std::string command = "11111111-1111-4111-8111-111111111111";

struct UpdateWorld {
    TemporaryFolder folder;
    std::vector<std::string> signers{signer};
    std::string content = "a package in three pieces.";
    PackageInfo inside{"0.2.0", wardwatch_code, signer};
    int installations = 0;
    std::optional<int> exit_code;
    std::function<void()> when_asked = [] {};

    struct FakeInstallation : Installation {
        explicit FakeInstallation(const UpdateWorld& world) : world_(world) {}
        std::optional<int> exit_code() const override { return world_.exit_code; }
        const UpdateWorld& world_;
    };

    Updater updater(const std::string& own_version = "0.1.0") {
        return {folder.path,
                {own_version, [this] { return signers; },
                 [this](const std::filesystem::path& file) {
                     CHECK(read_file(file) == content);
                     return inside;
                 },
                 [this](const std::filesystem::path&, const std::filesystem::path&) {
                     ++installations;
                     return std::make_unique<FakeInstallation>(*this);
                 },
                 no_log()}};
    }
    OfferedUpdate offer(const std::string& version = "0.2.0") const {
        return {version, static_cast<std::int64_t>(content.size()), sha256_hex(content)};
    }
    Updater::Piece pieces() {
        return [this](std::int64_t position) {
            when_asked();
            return content.substr(std::min(content.size(), static_cast<std::size_t>(position) * 10), 10);
        };
    }
    bool holds(const char* name) const { return std::filesystem::exists(folder.path / name); }
    /// The offer is refused with these words, and nothing is left behind.
    void refuses(const OfferedUpdate& update, const std::string& words) {
        Updater fresh = updater();
        const CommandReport report = fresh.begin(command, update, pieces());
        CHECK(report.state == State::failed);
        INFO(report.problem);
        CHECK(report.problem.find(words) != std::string::npos);
        CHECK(installations == 0);
        CHECK_FALSE(holds("update.msi"));
        CHECK_FALSE(holds("update.json"));
    }
};

}  // namespace

TEST_CASE("a good package is installed, and the version after the restart tells") {
    UpdateWorld world;
    {
        Updater updater = world.updater();
        CHECK_FALSE(updater.ended());
        CHECK(updater.begin(command, world.offer(), world.pieces()).state == State::running);
        CHECK(world.installations == 1);
        CHECK(updater.begin(command, world.offer(), world.pieces()).state == State::running);
        CHECK(world.installations == 1);  // one at a time
        CHECK(updater.state().collector == "install");
        for (const int success : {0, 3010, 1641}) {
            world.exit_code = success;
            CHECK(updater.state().state == State::running);  // the restart is still to come
        }
    }
    SECTION("the new version runs") {
        Updater after = world.updater("0.2.0");
        REQUIRE(after.ended());
        CHECK(after.ended()->command_id == command);
        CHECK(after.ended()->report.state == State::done);
        after.forget_ended();
        CHECK_FALSE(after.ended());
        CHECK_FALSE(world.holds("update.msi"));
        CHECK_FALSE(world.updater("0.2.0").ended());
    }
    SECTION("the old version runs again") {
        const Updater after = world.updater();
        REQUIRE(after.ended());
        CHECK(after.ended()->report.state == State::failed);
        CHECK(after.ended()->report.problem.find("0.2.0 was not installed, 0.1.0 still runs") != std::string::npos);
    }
}

TEST_CASE("an installation that fails is over") {
    UpdateWorld world;
    Updater updater = world.updater();
    updater.begin(command, world.offer(), world.pieces());
    world.exit_code = 1603;
    const CommandReport report = updater.state();
    CHECK(report.state == State::failed);
    CHECK(report.problem.find("1603") != std::string::npos);
    CHECK_FALSE(world.holds("update.json"));
    world.exit_code.reset();
    CHECK(updater.begin(command, world.offer(), world.pieces()).state == State::running);
    CHECK(world.installations == 2);
}

TEST_CASE("what a PC does not take") {
    UpdateWorld world;
    SECTION("anything, without a signer") {
        world.signers.clear();
        world.refuses(world.offer(), "takes no updates");
    }
    SECTION("an older version") { world.refuses(world.offer("0.0.9"), "older than this PC's 0.1.0"); }
    SECTION("an offer that makes no sense") {
        world.refuses({"../x", 10, ""}, "cannot be read");
        world.refuses({"0.2.0", 0, ""}, "cannot be read");
        world.refuses({"0.2.0", 1ll << 40, ""}, "cannot be read");
    }
    SECTION("other bytes than were offered") {
        OfferedUpdate update = world.offer();
        world.content[3] = 'X';
        world.refuses(update, "other than it was offered");
    }
    SECTION("more or fewer bytes") {
        OfferedUpdate update = world.offer();
        update.size += 1;
        world.refuses(update, "not the size");
        update.size -= 2;
        world.refuses(update, "not the size");
    }
    SECTION("another signer") {
        world.inside.signer_sha256 = std::string(64, 'b');
        world.refuses(world.offer(), "signed by a certificate that this PC does not know (bbbb");
    }
    SECTION("the signer's other product") {
        world.inside.upgrade_code = "{00000000-0000-0000-0000-000000000000}";
        world.refuses(world.offer(), "not Wardwatch");
    }
    SECTION("an old package under a new name") {
        world.inside.version = "0.0.9";
        world.refuses(world.offer(), "is version 0.0.9, not 0.2.0");
    }
}

TEST_CASE("the version that runs already is an update that is done") {
    UpdateWorld world;
    CHECK(world.updater("0.2.0").begin(command, world.offer(), world.pieces()).state == State::done);
    CHECK(world.installations == 0);
}

TEST_CASE("a centre that goes away meanwhile is no failure") {
    UpdateWorld world;
    Updater updater = world.updater();
    world.when_asked = [] { throw CentreUnreachable("no answer"); };
    CHECK_THROWS_AS(updater.begin(command, world.offer(), world.pieces()), CentreUnreachable);
    world.when_asked = [] { throw CentreRefused(503, "later", std::nullopt); };
    CHECK_THROWS_AS(updater.begin(command, world.offer(), world.pieces()), CentreRefused);
    world.when_asked = [] { throw CentreRefused(404, "gone", std::nullopt); };
    CHECK(updater.begin(command, world.offer(), world.pieces()).state == State::failed);
    world.when_asked = [] {};
    CHECK(updater.begin(command, world.offer(), world.pieces()).state == State::running);
}

TEST_CASE("a damaged note of an update is no update") {
    UpdateWorld world;
    std::ofstream(world.folder.path / "update.json") << "{\"command_id\": 3}";
    CHECK_FALSE(world.updater().ended());
    CHECK_FALSE(world.holds("update.json"));
}
