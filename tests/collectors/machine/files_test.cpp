// The real files ports, and the offline disk that is built on them.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "collectors/machine/machine.h"
#include "collectors/machine/real_machine.h"
#include "collectors/machine/registry.h"
#include "collectors/machine/user_profiles.h"
#include "tests/collectors/fakes.h"
#ifdef _WIN32
#include "collectors/windows/files.h"
#include "collectors/windows/registry.h"
#include "collectors/windows/user_profiles.h"
#else
#include <sys/stat.h>
#include <unistd.h>

#include "collectors/linux/files.h"
#include "collectors/linux/user_profiles.h"
#endif

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

#ifdef _WIN32
using SystemFiles = WindowsFiles;
#else
using SystemFiles = LinuxFiles;
#endif

#ifndef _WIN32
// Root may read everything, so root becomes nobody for a while. Other users are refused as they are.
struct AsNobody {
    AsNobody() { REQUIRE((::getuid() != 0 || ::seteuid(65534) == 0)); }
    AsNobody(const AsNobody&) = delete;
    ~AsNobody() { [[maybe_unused]] const int result = ::seteuid(::getuid()); }
};
struct AsSelf {
    AsSelf() { REQUIRE(::seteuid(::getuid()) == 0); }
    AsSelf(const AsSelf&) = delete;
    ~AsSelf() { [[maybe_unused]] const int result = ::getuid() == 0 ? ::seteuid(65534) : 0; }
};
#endif

std::string text(const FileRead& read) { return {reinterpret_cast<const char*>(read.bytes.data()), read.bytes.size()}; }

}  // namespace

TEST_CASE("a file is read whole, up to the limit") {
    const TemporaryFolder home;
    const auto file = home.write(std::filesystem::path(u8"Lê Thị Chi/Login Data"), "0123456789");
    const SystemFiles files;
    const FileRead read = files.read(home.path(), file, 10);
    CHECK(read.status == ReadStatus::ok);
    CHECK(text(read) == "0123456789");
    CHECK(files.read(home.path(), file, 9).status == ReadStatus::too_large);
    CHECK(files.read(home.path(), file, 9).bytes.empty());
    CHECK(files.read(home.path(), home.path() / "none", 10).status == ReadStatus::absent);
    CHECK(files.read(home.path(), home.path() / "no folder" / "none", 10).status == ReadStatus::absent);
    CHECK(files.read(home.path(), file / "below a file", 10).status == ReadStatus::absent);
    CHECK(files.read(home.path(), file.parent_path(), 10).status == ReadStatus::not_a_file);
    CHECK(files.read(home.path(), home.write("empty", ""), 10).status == ReadStatus::ok);
}

TEST_CASE("a path that leaves the home is refused") {
    const TemporaryFolder home;
    const TemporaryFolder other;
    const auto file = other.write("secret", "x");
    const SystemFiles files;
    CHECK(files.read(home.path(), file, 10).status == ReadStatus::access_denied);
    CHECK(files.read(home.path(), home.path() / ".." / other.path().filename() / "secret", 10).status ==
          ReadStatus::access_denied);
    CHECK_THROWS_AS(files.list(home.path(), other.path()), PortError);
    // A name that only begins like the home's.
    const auto sibling = std::filesystem::path(home.path()) += "-sibling";
    std::filesystem::create_directory(sibling);
    CHECK_THROWS_AS(files.list(home.path(), sibling), PortError);
    std::filesystem::remove(sibling);
}

TEST_CASE("entries are listed in order, as what they are") {
    const TemporaryFolder home;
    home.write("b/file", "");
    home.write("a", "");
    home.write("C", "");
    const SystemFiles files;
    const auto entries = files.list(home.path(), home.path());
    REQUIRE(entries.size() == 3);
    CHECK(entries[0].name == "C");
    CHECK((entries[1].name == "a" && entries[1].regular_file && !entries[1].directory));
    CHECK((entries[2].name == "b" && entries[2].directory && !entries[2].regular_file));
    CHECK(files.list(home.path(), home.path() / "none").empty());
    CHECK(files.list(home.path(), home.path() / "a").empty());
}

#ifndef _WIN32
TEST_CASE("links are followed inside the home only") {
    const TemporaryFolder home;
    const TemporaryFolder other;
    home.write("data/Login Data", "inside");
    other.write("data/Login Data", "outside");
    std::filesystem::create_directory_symlink(home.path() / "data", home.path() / "in");
    std::filesystem::create_directory_symlink(other.path() / "data", home.path() / "out");
    std::filesystem::create_symlink(other.path() / "data" / "Login Data", home.path() / "file out");
    std::filesystem::create_symlink("nowhere", home.path() / "dangling");
    const LinuxFiles files;
    CHECK(text(files.read(home.path(), home.path() / "in" / "Login Data", 10)) == "inside");
    CHECK(files.read(home.path(), home.path() / "out" / "Login Data", 10).status == ReadStatus::access_denied);
    CHECK(files.read(home.path(), home.path() / "file out", 10).status == ReadStatus::access_denied);
    CHECK(files.read(home.path(), home.path() / "dangling", 10).status == ReadStatus::access_denied);
    CHECK(files.list(home.path(), home.path() / "in").size() == 1);
    CHECK_THROWS_AS(files.list(home.path(), home.path() / "out"), PortError);
    for (const DirectoryEntry& entry : files.list(home.path(), home.path())) {
        CHECK(entry.directory == (entry.name == "data"));
        CHECK_FALSE(entry.regular_file);
    }
    // The home itself may be a link.
    std::filesystem::create_directory_symlink(home.path(), other.path() / "home");
    CHECK(text(files.read(other.path() / "home", other.path() / "home" / "data" / "Login Data", 10)) == "inside");
}

TEST_CASE("what lies behind a link that leads nowhere is not absent") {
    const TemporaryFolder home;
    home.write("folder/file", "x");
    std::filesystem::create_symlink("unsupported reparse tag 0xa0000003", home.path() / "dead");
    std::filesystem::create_symlink("dead", home.path() / "to the dead");
    const LinuxFiles files;
    for (const char* link : {"dead", "to the dead"}) {
        CAPTURE(link);
        CHECK(files.read(home.path(), home.path() / link, 10).status == ReadStatus::access_denied);
        CHECK(files.read(home.path(), home.path() / link / "a" / "b", 10).status == ReadStatus::access_denied);
        CHECK_THROWS_AS(files.list(home.path(), home.path() / link), PortError);
        CHECK_THROWS_AS(files.list(home.path(), home.path() / link / "a" / "b"), PortError);
        CHECK_THROWS_AS(files.list(home.path() / link, home.path() / link), PortError);
    }
    CHECK(files.list(home.path(), home.path() / "folder" / "none").empty());
    CHECK(files.read(home.path(), home.path() / "folder" / "none", 10).status == ReadStatus::absent);
}

TEST_CASE("links among the homes of an offline disk") {
    const TemporaryFolder disk;
    const TemporaryFolder other;
    disk.write("Users/an/x", "");
    other.write("secret", "x");
    std::filesystem::create_directory_symlink("an", disk.path() / "Users" / "an again");
    std::filesystem::create_symlink("unsupported reparse tag 0xa0000003", disk.path() / "Users" / "binh");
    std::filesystem::create_directory_symlink(other.path(), disk.path() / "Users" / "out");
    std::filesystem::create_symlink("nowhere", disk.path() / "Users" / "All Users");
    const auto owner = offline_machine(disk.path());
    const Machine& machine = owner->machine();
    const auto users = machine.user_profiles.all();
    REQUIRE(users.size() == 3);
    CHECK(users[0].folder == "an");
    CHECK_FALSE(machine.files.list(users[0].home, users[0].home).empty());
    CHECK(users[1].folder == "binh");
    CHECK_THROWS_AS(machine.files.list(users[1].home, users[1].home), PortError);
    // The disk's links must not lead into the PC that reads it.
    CHECK(users[2].folder == "out");
    CHECK_THROWS_AS(machine.files.list(users[2].home, users[2].home), PortError);
    CHECK(machine.files.read(users[2].home, users[2].home / "secret", 10).status == ReadStatus::access_denied);
}

TEST_CASE("a pipe is not waited for, a device not opened") {
    const TemporaryFolder home;
    const auto pipe = home.path() / "Login Data";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const LinuxFiles files;
    CHECK(files.read(home.path(), pipe, 10).status == ReadStatus::not_a_file);
    CHECK(files.read("/dev", "/dev/zero", 10).status == ReadStatus::not_a_file);
}

TEST_CASE("what this user may not read is told") {
    const TemporaryFolder home;
    const auto file = home.write("closed/Login Data", "x");
    std::filesystem::permissions(file, std::filesystem::perms::none);
    const LinuxFiles files;
    const AsNobody nobody;
    CHECK(files.read(home.path(), file, 10).status == ReadStatus::access_denied);
    CHECK_NOTHROW(files.list(home.path(), home.path() / "closed"));
    {
        const AsSelf self;
        std::filesystem::permissions(home.path() / "closed", std::filesystem::perms::none);
    }
    CHECK_THROWS_AS(files.list(home.path(), home.path() / "closed"), PortError);
    CHECK(files.read(home.path(), file, 10).status == ReadStatus::access_denied);
    const AsSelf self;
    std::filesystem::permissions(home.path() / "closed", std::filesystem::perms::owner_all);
}

TEST_CASE("the homes of this PC are those of people") {
    for (const UserProfile& profile : LinuxUserProfiles().all()) {
        CHECK(profile.home.is_absolute());
        CHECK_FALSE(profile.folder.empty());
        CHECK_FALSE(profile.windows_layout);
        CHECK(profile.home != "/nonexistent");
    }
}
#else
TEST_CASE("a path longer than 260 characters is read") {
    const TemporaryFolder home;
    std::filesystem::path folder = home.path();
    for (int i = 0; i < 6; ++i) folder /= std::string(50, static_cast<char>('a' + i));
    const std::filesystem::path with_prefix = L"\\\\?\\" + folder.wstring();
    std::error_code error;
    std::filesystem::create_directories(with_prefix, error);
    const SystemFiles files;
    CHECK(files.read(home.path(), folder / "Login Data", 10).status == ReadStatus::absent);
}

TEST_CASE("profiles come from the registry's ProfileList") {
    const WindowsRegistry registry;
    for (const UserProfile& profile : WindowsUserProfiles(registry).all()) {
        CHECK(profile.sid.starts_with("S-1-"));
        CHECK(profile.home.is_absolute());
        CHECK(profile.home.native().find(L'%') == std::wstring::npos);
    }
}
#endif

TEST_CASE("an offline disk has people, without the system's own folders, in any case") {
    const TemporaryFolder disk;
    disk.write("USERS/an.nguyen/appdata/LOCAL/Google/Chrome/User Data/Default/Login Data", "abc");
    disk.write("USERS/public/x", "");
    disk.write("USERS/Default/x", "");
    disk.write("USERS/Default User/x", "");
    disk.write("USERS/All Users/x", "");
    disk.write("USERS/desktop.ini", "");
    const auto owner = offline_machine(disk.path());
    const Machine& machine = owner->machine();
    const auto users = machine.user_profiles.all();
    REQUIRE(users.size() == 1);
    CHECK(users[0].folder == "an.nguyen");
    CHECK(users[0].sid.empty());
    CHECK(users[0].windows_layout);
    const auto folder = users[0].home / "AppData/Local/Google/Chrome/User Data/Default";
    CHECK(text(machine.files.read(users[0].home, folder / "Login Data", 10)) == "abc");
    CHECK(machine.files.list(users[0].home, folder).size() == 1);
    disk.write(std::filesystem::path(u8"DỮ LIỆU/Đào"), "def");
    const auto elsewhere = users[0].drive_c / std::filesystem::path(u8"Dữ liệu");
    CHECK(text(machine.files.read(elsewhere, elsewhere / std::filesystem::path(u8"ĐÀO"), 10)) == "def");
    CHECK_THROWS_AS(machine.registry.value(Hive::local_machine, "SOFTWARE", ""), PortError);
}

TEST_CASE("a disk without users is not a disk without passwords") {
    const TemporaryFolder disk;
    const auto owner = offline_machine(disk.path());
    CHECK_THROWS_AS(owner->machine().user_profiles.all(), PortError);
}

TEST_CASE("homes are ordered, listed once and named apart") {
    const auto profiles = in_order({{"b", "", "/x/b", true, {}},
                                    {"a", "", "/y/a", true, {}},
                                    {"a", "", "/x/a", true, {}},
                                    {"b", "", "/x/b", true, {}}});
    REQUIRE(profiles.size() == 3);
    CHECK(profiles[0].folder == "a");
    CHECK(profiles[1].folder == "a#2");
    CHECK(profiles[1].home == "/y/a");
    CHECK(profiles[2].folder == "b");
}

TEST_CASE("two people's home is one folder, and both stay") {
    const Instant long_ago = parse_instant("2024-01-01T00:00:00Z");
    const Instant today = parse_instant("2026-11-22T00:00:00Z");
    const auto profiles = in_order({{"An", "S-1-5-21-7-1001", "C:/Users/An", true, {}, long_ago},
                                    {"an", "S-1-5-21-9-1105", "c:/users/an", true, {}, today},
                                    {"an", "S-1-5-21-9-1105", "C:/Users/an", true, {}, today},
                                    {"an", "S-1-5-21-9-2000", "D:/Users/an", true, {}, std::nullopt}});
    REQUIRE(profiles.size() == 3);
    CHECK(profiles[0].sid == "S-1-5-21-9-1105");
    CHECK(profiles[1].sid == "S-1-5-21-7-1001");
    CHECK(profiles[1].home == profiles[0].home);
    CHECK(profiles[0].folder == "an");
    CHECK(profiles[1].folder == "an");
    CHECK(profiles[2].folder == "an#2");
    const auto homes = by_home(profiles);
    REQUIRE(homes.size() == 2);
    CHECK(homes[0].size() == 2);
    CHECK(homes[1].size() == 1);
    // Elsewhere letters' case tells homes apart.
    CHECK(by_home(in_order({{"an", "", "/home/an", false, {}}, {"An", "", "/home/An", false, {}}})).size() == 2);
}
