// What an agent does with a package that it is offered. Windows Installer is the test's; the real one is in
// tests/end_to_end.
#include "agent/update/updater.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <fstream>

#include "agent/data_folder/protected_files.h"
#include "agent/log/log.h"
#include "agent/update/restart.h"
#include "reporting/tls/pki.h"
#include "tests/agent/temporary_folder.h"

using namespace wardwatch;
using State = CommandReport::State;
using namespace std::chrono_literals;

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
    int pieces_asked = 0;
    std::string restart;
    std::chrono::seconds elapsed{0};
    std::filesystem::path installed;  ///< the package that Windows Installer was given

    struct FakeInstallation : Installation {
        explicit FakeInstallation(const UpdateWorld& world) : world_(world) {}
        std::optional<int> exit_code() const override { return world_.exit_code; }
        const UpdateWorld& world_;
    };

    Updater updater(const std::string& own_version = "0.1.0") {
        return {
            folder.path,
            {own_version, [this] { return signers; },
             [this](const std::filesystem::path& file) {
                 CHECK(read_file(file) == content);
                 return inside;
             },
             [this](const std::filesystem::path& file, const std::filesystem::path&) {
                 ++installations;
                 installed = file;
                 return std::make_unique<FakeInstallation>(*this);
             },
             [this] { return restart; }, [this] { return SteadyTime{} + 1h + elapsed; }, [] { return 0.5; }, no_log()}};
    }
    OfferedUpdate offer(const std::string& version = "0.2.0") const {
        return {version, static_cast<std::int64_t>(content.size()), sha256_hex(content)};
    }
    Updater::Piece pieces() {
        return [this](std::int64_t position) {
            when_asked();
            ++pieces_asked;
            return content.substr(std::min(content.size(), static_cast<std::size_t>(position) * 10), 10);
        };
    }
    bool holds(const std::string& name) const { return std::filesystem::exists(folder.path / name); }
    void put(const std::string& name, const std::string& text) const { std::ofstream(folder.path / name) << text; }
    /// The offer is refused with these words, and nothing is left behind.
    void refuses(const OfferedUpdate& update, const std::string& words) {
        Updater fresh = updater();
        const CommandReport report = fresh.begin(command, update, pieces());
        CHECK(report.state == State::failed);
        INFO(report.problem);
        CHECK(report.problem.find(words) != std::string::npos);
        CHECK(installations == 0);
        CHECK_FALSE(holds("wardwatch-0.2.0-x64.msi"));
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
        CHECK(updater.state(command).collector == "install");
        world.exit_code = 0;
        CHECK(updater.state(command).state == State::running);  // the service's restart is still to come
    }
    SECTION("the new version runs") {
        Updater after = world.updater("0.2.0");
        REQUIRE(after.ended());
        CHECK(after.ended()->command_id == command);
        CHECK(after.ended()->report.state == State::done);
        after.forget_ended();
        CHECK_FALSE(after.ended());
        CHECK_FALSE(world.holds("update.json"));
        CHECK(world.holds("wardwatch-0.2.0-x64.msi"));  // where a repair finds it
        CHECK_FALSE(world.updater("0.2.0").ended());
        CHECK(world.holds("wardwatch-0.2.0-x64.msi"));
    }
    SECTION("the old version runs again") {
        Updater after = world.updater();
        REQUIRE(after.ended());
        CHECK(after.ended()->report.state == State::failed);
        CHECK(after.ended()->report.problem.find("0.2.0 was not installed, 0.1.0 still runs") != std::string::npos);
        after.forget_ended();
        CHECK_FALSE(world.holds("wardwatch-0.2.0-x64.msi"));
    }
}

TEST_CASE("a package has its release's name; older ones go") {
    UpdateWorld world;
    world.put("update.msi", "of an agent before");
    world.put("wardwatch-0.0.9-x64.msi", "older");
    world.put("wardwatch-0.1.0-x64.msi", "what runs");
    world.put("wardwatch-x64.msi", "no version");
    world.put("wardwatch.log", "no package");
    Updater updater = world.updater();
    CHECK_FALSE(world.holds("update.msi"));
    CHECK_FALSE(world.holds("wardwatch-0.0.9-x64.msi"));
    updater.begin(command, world.offer(), world.pieces());
    CHECK(world.installed == world.folder.path / "wardwatch-0.2.0-x64.msi");
    for (const char* kept :
         {"wardwatch-0.1.0-x64.msi", "wardwatch-0.2.0-x64.msi", "wardwatch-x64.msi", "wardwatch.log"})
        CHECK(world.holds(kept));
    world.updater("0.2.0").forget_ended();
    CHECK_FALSE(world.holds("wardwatch-0.1.0-x64.msi"));
    CHECK(world.holds("wardwatch-0.2.0-x64.msi"));
}

TEST_CASE("while another installation runs it is tried again, for a day") {
    UpdateWorld world;
    Updater updater = world.updater();
    updater.begin(command, world.offer(), world.pieces());
    const int code = GENERATE(1618, 1601);
    world.exit_code = code;
    CHECK(updater.state(command).collector == waits_for_installer);
    CHECK_FALSE(world.updater().ended());  // a restart of the service meanwhile is no end
    CHECK(updater.state(command).collector == waits_for_installer);
    CHECK(world.installations == 1);
    world.elapsed += 20s;  // half of 40 s
    CHECK(updater.state(command).collector == "install");
    CHECK(world.installations == 2);
    SECTION("and then goes on") {
        world.exit_code.reset();
        CHECK(updater.state(command).collector == "install");
        CHECK(world.holds("update.json"));
        CHECK(world.updater("0.2.0").ended()->report.state == State::done);
    }
    SECTION("with growing distance, and then ends") {
        CHECK(updater.state(command).collector == waits_for_installer);
        world.elapsed += 39s;
        CHECK(updater.state(command).collector == waits_for_installer);
        world.elapsed += 1s;
        CHECK(updater.state(command).collector == "install");
        CHECK(world.installations == 3);
        while (updater.state(command).state == State::running && world.elapsed < 30h) world.elapsed += 15min;
        CHECK(world.elapsed >= 24h);
        CHECK(world.installations > 50);
        CHECK_FALSE(world.holds("update.json"));
        CHECK_FALSE(world.holds("wardwatch-0.2.0-x64.msi"));
    }
}

TEST_CASE("a day of a busy Windows Installer is told as that") {
    UpdateWorld world;
    Updater updater = world.updater();
    updater.begin(command, world.offer(), world.pieces());
    world.exit_code = 1618;
    updater.state(command);
    world.elapsed = 24h;
    updater.state(command);
    const CommandReport end = updater.state(command);
    CHECK(end.state == State::failed);
    CHECK(end.problem == "for a day Windows Installer ended with code 1618 (another installation runs)");
}

TEST_CASE("an offer waits while a restart is pending") {
    UpdateWorld world;
    world.restart = "WindowsUpdate\\Auto Update\\RebootRequired";
    Updater updater = world.updater();
    CHECK(updater.begin(command, world.offer(), world.pieces()).collector == waits_for_restart);
    world.elapsed += 240h;
    CHECK(updater.state(command).collector == waits_for_restart);
    CHECK(world.installations == 0);
    CHECK_FALSE(world.holds("update.json"));
    SECTION("and begins when it is over") {
        world.restart.clear();
        CHECK(updater.state(command).collector == "install");
        CHECK(world.installations == 1);
    }
    SECTION("a later order for the same version takes its place") {
        const std::string later = "22222222-2222-4222-8222-222222222222";
        CHECK(updater.begin(later, world.offer(), world.pieces()).collector == waits_for_restart);
        CHECK(updater.state(command).state == State::failed);
        CHECK(updater.state(later).collector == waits_for_restart);
    }
    SECTION("after it the package is not fetched again") {
        const int asked = world.pieces_asked;
        world.restart.clear();
        Updater after = world.updater();
        CHECK_FALSE(after.ended());
        CHECK(after.begin(command, world.offer(), world.pieces()).collector == "install");
        CHECK(world.pieces_asked == asked);
    }
    SECTION("the signer may be taken back meanwhile") {
        world.restart.clear();
        world.signers = {std::string(64, 'b')};
        CHECK(updater.state(command).state == State::failed);
        CHECK(world.installations == 0);
    }
}

TEST_CASE("a success after which the old version still runs ends as what it is") {
    UpdateWorld world;
    Updater updater = world.updater();
    updater.begin(command, world.offer(), world.pieces());
    SECTION("code 0") {
        world.exit_code = 0;
        CHECK(updater.state(command).collector == "install");
        world.elapsed += 9min;
        CHECK(updater.state(command).state == State::running);
        world.elapsed += 1min;
        const CommandReport end = updater.state(command);
        CHECK(end.state == State::failed);
        CHECK(end.problem.find("code 0, but 0.1.0 still runs") != std::string::npos);
        CHECK_FALSE(world.holds("update.json"));
    }
    SECTION("a restart that nobody makes") {
        world.exit_code = GENERATE(3010, 1641);
        CHECK(updater.state(command).collector == waits_for_restart);
        world.elapsed += 23h;
        CHECK(updater.state(command).state == State::running);
        world.elapsed += 1h;
        const CommandReport end = updater.state(command);
        CHECK(end.state == State::failed);
        CHECK(end.problem.find("at the next restart of this PC") != std::string::npos);
        CHECK(world.updater("0.2.0").ended()->report.state == State::done);
    }
    CHECK(world.holds("wardwatch-0.2.0-x64.msi"));  // to Windows Installer it is the version that is installed
}

TEST_CASE("which signs of a restart count") {
    const std::string folder = "C:\\Program Files\\Wardwatch";
    using namespace std::string_literals;
    CHECK(pending_restart_by({}, folder).empty());
    CHECK(pending_restart_by({true, false, ""}, folder) == "Component Based Servicing\\RebootPending");
    CHECK(pending_restart_by({false, true, ""}, folder) == "WindowsUpdate\\Auto Update\\RebootRequired");
    // What browsers and antivirus products leave every day, among them deletions: without a target.
    const std::string others = "\\??\\C:\\Program Files\\Mozilla Firefox\\tobedeleted\\moz1\0\0"s +
                               "\\??\\C:\\Program Files\\Wardwatch Viewer\\a.exe\0\0"s;
    CHECK(pending_restart_by({false, false, others}, folder).empty());
    CHECK(pending_restart_by({false, false, others}, "").empty());
    CHECK(pending_restart_by({false, false, others + "\\??\\c:\\program files\\WARDWATCH\\TBD1.tmp\0"s}, folder) ==
          "PendingFileRenameOperations of this program");
}

TEST_CASE("an installation that fails is over") {
    UpdateWorld world;
    Updater updater = world.updater();
    updater.begin(command, world.offer(), world.pieces());
    world.exit_code = 1603;
    const CommandReport report = updater.state(command);
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
