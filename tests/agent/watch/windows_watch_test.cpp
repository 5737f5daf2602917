// The registry as Windows tells of it. (Wine has neither SAM nor Security Center.)
#include <windows.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "agent/watch/system_watch.h"
#include "collectors/core/unique_resource.h"

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {

struct KeyTraits {
    static HKEY none() { return nullptr; }
    static void release(HKEY key) noexcept { RegCloseKey(key); }
};
using UniqueKey = UniqueResource<HKEY, KeyTraits>;

UniqueKey make_key(HKEY hive, const wchar_t* name) {
    UniqueKey key;
    REQUIRE(RegCreateKeyExW(hive, name, 0, nullptr, 0, KEY_ALL_ACCESS, nullptr, key.receive(), nullptr) ==
            ERROR_SUCCESS);
    return key;
}

bool tells_of(SystemWatch& watch, ChangeKind kind) {
    for (int i = 0; i < 100; ++i) {
        const std::vector<ChangeKind> noticed = watch.wait(100ms);
        if (std::ranges::count(noticed, kind) > 0) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("policies, profiles, the antivirus and logons are told by the registry, again and again") {
    const auto [hive, name, kind] = GENERATE(table<HKEY, const wchar_t*, ChangeKind>({
        {HKEY_LOCAL_MACHINE, L"SOFTWARE\\Policies\\Wardwatch test", ChangeKind::policies},
        {HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\S-1-5-21-0-0-0-4242",
         ChangeKind::places},
        {HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Security Center\\Provider\\Av\\{test}", ChangeKind::antivirus},
    }));
    make_key(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Security Center\\Provider\\Av");
    SystemWatch watch;
    const Watched watched = watch.watch({});
    CHECK(watched.places >= 4);
    const UniqueKey key = make_key(hive, name);
    CHECK(tells_of(watch, kind));
    for (DWORD number = 1; number <= 3; ++number) {
        REQUIRE(RegSetValueExW(key.get(), L"value", 0, REG_DWORD, reinterpret_cast<const BYTE*>(&number),
                               sizeof number) == ERROR_SUCCESS);
        CHECK(tells_of(watch, kind));
    }
    REQUIRE(RegDeleteKeyW(hive, name) == ERROR_SUCCESS);
    CHECK(tells_of(watch, kind));
}

TEST_CASE("a logon that the service manager tells of is noticed") {
    SystemWatch watch;
    watch.watch({});
    session_changed();
    CHECK(tells_of(watch, ChangeKind::places));
}

TEST_CASE("where Security Center cannot tell, that is said") {
    SystemWatch watch;
    const Watched watched = watch.watch({});
    REQUIRE(watched.problems.size() == 1);
    CHECK(watched.problems[0].starts_with("Security Center does not tell of changes here: "));
}
