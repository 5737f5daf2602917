// What the operating system itself tells: the same on Linux and on Windows.
#include "agent/watch/system_watch.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "agent/log/log.h"
#include "agent/watch/change_watch.h"
#include "tests/agent/temporary_folder.h"
#ifdef _WIN32
#include "collectors/windows/library.h"
#endif

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {

const std::vector<WatchedName> stores = {{"Login Data*", ChangeKind::saved_passwords}};

WatchedFolder profile_in(const std::filesystem::path& folder) { return {folder.parent_path(), folder, stores}; }

void write_to(const std::filesystem::path& file, std::string_view text) {
    std::ofstream(file, std::ios::app | std::ios::binary) << text;
}

// The registry of the PC and its accounts may tell of changes at any time, too.
bool waits_for(SystemWatch& watch, ChangeKind kind) {
    for (int i = 0; i < 100; ++i) {
        const std::vector<ChangeKind> noticed = watch.wait(100ms);
        if (std::ranges::count(noticed, kind) > 0) return true;
    }
    return false;
}

// Wine deletes a folder when its last handle is closed, and does not tell those who watch it.
bool tells_of_deletion() {
#ifdef _WIN32
    return !is_wine_library("kernel32.dll");
#else
    return true;
#endif
}

// Windows keeps 4 KiB of names for a folder, Linux 16,384 changes for all.
#ifdef _WIN32
constexpr int too_many = 300;
#else
constexpr int too_many = 20000;
#endif

bool tells_nothing(SystemWatch& watch, ChangeKind kind) {
    for (int i = 0; i < 5; ++i) {
        const std::vector<ChangeKind> noticed = watch.wait(100ms);
        if (std::ranges::count(noticed, kind) > 0) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("a file that is written while it stays open is noticed, others are not") {
    const TemporaryFolder home;
    const std::filesystem::path profile = home.path / "Default";
    std::filesystem::create_directory(profile);
    std::ofstream open(profile / "Login Data", std::ios::binary);
    open << "1" << std::flush;
    SystemWatch watch;
    const Watched watched = watch.watch({profile_in(profile)});
    CHECK(watched.places >= 1);
    CHECK(watched.new_files);
    write_to(profile / "History", "x");
    CHECK(tells_nothing(watch, ChangeKind::saved_passwords));
    open << "2" << std::flush;
    CHECK(waits_for(watch, ChangeKind::saved_passwords));
    std::filesystem::rename(profile / "History", profile / "Login Data For Account");
    CHECK(waits_for(watch, ChangeKind::saved_passwords));
}

TEST_CASE("a folder that appears is noticed, and watched when it is asked for") {
    const TemporaryFolder home;
    const std::filesystem::path profile = home.path / "Profile 1";
    const WatchedFolder base = {home.path, home.path, {{"Profile *", ChangeKind::places}}};
    SystemWatch watch;
    CHECK(!watch.watch({base, profile_in(profile)}).new_files);
    std::filesystem::create_directory(profile);
    CHECK(waits_for(watch, ChangeKind::places));
    CHECK(watch.watch({base, profile_in(profile)}).new_files);
    CHECK(!watch.watch({base, profile_in(profile)}).new_files);
    write_to(profile / "Login Data", "1");
    CHECK(waits_for(watch, ChangeKind::saved_passwords));
}

TEST_CASE("a folder that is watched can be deleted, and is watched again when it comes back") {
    const TemporaryFolder home;
    const std::filesystem::path profile = home.path / "Default";
    std::filesystem::create_directory(profile);
    write_to(profile / "Login Data", "1");
    SystemWatch watch;
    watch.watch({profile_in(profile)});
    std::filesystem::remove(profile / "Login Data");
    CHECK(waits_for(watch, ChangeKind::saved_passwords));
    CHECK(std::filesystem::remove(profile));
    if (tells_of_deletion())
        CHECK(waits_for(watch, ChangeKind::places));
    else
        watch.watch({});
    CHECK(!std::filesystem::exists(profile));
    CHECK(std::filesystem::remove(home.path));  // nothing is in the way
    std::filesystem::create_directories(profile);
    CHECK(watch.watch({profile_in(profile)}).new_files);
    write_to(profile / "Login Data", "2");
    CHECK(waits_for(watch, ChangeKind::saved_passwords));
}

TEST_CASE("a folder that is no longer asked for is no longer watched") {
    const TemporaryFolder home;
    const std::filesystem::path profile = home.path / "Default";
    std::filesystem::create_directory(profile);
    SystemWatch watch;
    const std::size_t with = watch.watch({profile_in(profile)}).places;
    CHECK(watch.watch({}).places == with - 1);
    write_to(profile / "Login Data", "1");
    CHECK(tells_nothing(watch, ChangeKind::saved_passwords));
}

TEST_CASE("more changes than can be told one by one are one change") {
    const TemporaryFolder home;
    const std::filesystem::path profile = home.path / "Default";
    std::filesystem::create_directory(profile);
    SystemWatch watch;
    watch.watch({profile_in(profile)});
    for (int i = 0; i < too_many; ++i) write_to(profile / ("a name of some length " + std::to_string(i)), "");
    CHECK(waits_for(watch, ChangeKind::saved_passwords));
}

TEST_CASE("a link in place of a folder is not followed") {
    const TemporaryFolder home;
    const TemporaryFolder elsewhere;
    std::error_code refused;
    std::filesystem::create_directory_symlink(elsewhere.path, home.path / "Default", refused);
    if (refused) SKIP("this system makes no links");
    SystemWatch watch;
    CHECK(!watch.watch({profile_in(home.path / "Default")}).new_files);
}

TEST_CASE("a wait ends when it is interrupted, also beforehand") {
    SystemWatch watch;
    watch.interrupt();
    watch.wait(std::nullopt);
    const std::jthread other([&watch] { watch.interrupt(); });
    watch.wait(std::nullopt);
}

TEST_CASE("the watcher tells the board of saved passwords, in profiles that appear later, too") {
    const TemporaryFolder home;
    const std::filesystem::path profile = home.path / "Default";
    std::mutex mutex;
    std::condition_variable changed;
    const auto board = std::make_shared<ChangeBoard>([&] {
        const std::lock_guard lock(mutex);
        changed.notify_all();
    });
    const auto wait_for = [&](auto condition) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, 60s, condition);
    };
    std::stop_source stop;
    auto held_by_thread = std::make_shared<int>(0);
    const std::weak_ptr<int> running = held_by_thread;
    start_change_watch(board,
                       {[&home, profile, held = std::move(held_by_thread)] {
                            return WatchPlan{
                                {{home.path, home.path, {{"Default", ChangeKind::places}}}, profile_in(profile)},
                                {"one problem"}};
                        },
                        [] { return parse_instant("2026-11-22T12:00:00Z"); }, no_log()},
                       stop.get_token());
    CHECK(wait_for([&] { return board->status().places > 0; }));
    CHECK(board->status().since == parse_instant("2026-11-22T12:00:00Z"));
    CHECK(std::ranges::count(board->status().problems, "one problem") == 1);
    board->take();
    std::filesystem::create_directory(profile);
    write_to(profile / "Login Data", "1");
    const auto told = [&] { return board->take().contains(ChangeKind::saved_passwords); };
    CHECK(wait_for(told));  // because of the new folder
    board->look_again();
    write_to(profile / "Login Data", "2");
    CHECK(wait_for(told));
    stop.request_stop();
    for (int i = 0; i < 1000 && !running.expired(); ++i) std::this_thread::sleep_for(10ms);
    REQUIRE(running.expired());
}
