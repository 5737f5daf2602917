// The real ports on Windows or Wine: registry, text, errors, libraries.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include "collectors/machine/machine.h"
#include "collectors/windows/accounts.h"
#include "collectors/windows/error.h"
#include "collectors/windows/library.h"
#include "collectors/windows/registry.h"
#include "collectors/windows/security_center.h"
#include "collectors/windows/services.h"
#include "collectors/windows/text.h"

using namespace wardwatch;
using Catch::Matchers::Message;

namespace {

std::vector<std::byte> bytes_of(std::u16string_view text) {
    std::vector<std::byte> bytes;
    for (const char16_t c : text) {
        bytes.push_back(static_cast<std::byte>(c & 0xFF));
        bytes.push_back(static_cast<std::byte>(c >> 8));
    }
    return bytes;
}

}  // namespace

TEST_CASE("the service manager lists services and drivers without an administrator's rights") {
    const std::vector<Service> services = WindowsServices().all();
    const auto named = [](const char* name) { return [name](const Service& service) { return service.name == name; }; };
    CHECK(std::any_of(services.begin(), services.end(), named("RpcSs")));
    CHECK(std::any_of(services.begin(), services.end(), [](const Service& service) { return service.running; }));
    CHECK(std::none_of(services.begin(), services.end(), named("WdFilter")));
    CHECK(std::is_sorted(services.begin(), services.end(),
                         [](const Service& a, const Service& b) { return a.name < b.name; }));
    CHECK_NOTHROW(WindowsServices().antivirus_drivers());
}

TEST_CASE("text survives the way to Windows and back") {
    CHECK(to_wide("Lê Thị Chi") == L"Lê Thị Chi");
    CHECK(to_utf8(L"Lê Thị Chi") == "Lê Thị Chi");
    CHECK(to_utf8(to_wide("𠀋 🐃")) == "𠀋 🐃");
    CHECK(to_utf8(L"").empty());
    CHECK(to_wide("").empty());
    CHECK(to_utf8(std::wstring(1, static_cast<wchar_t>(0xD800))) == "\xEF\xBF\xBD");
}

TEST_CASE("registry bytes become values") {
    using namespace std::string_literals;
    CHECK(registry_data(1, bytes_of(u"Việt\0"s)) == RegistryData{std::string("Việt")});
    CHECK(registry_data(2, bytes_of(u"%SystemRoot%")) == RegistryData{std::string("%SystemRoot%")});
    CHECK(registry_data(1, {}) == RegistryData{std::string()});
    CHECK(registry_data(7, bytes_of(u"a\0bc\0\0"s)) == RegistryData{std::vector<std::string>{"a", "bc"}});
    CHECK(registry_data(7, bytes_of(u"a\0bc"s)) == RegistryData{std::vector<std::string>{"a", "bc"}});
    CHECK(registry_data(4, {std::byte{1}, std::byte{2}, std::byte{0}, std::byte{0x80}}) ==
          RegistryData{std::uint64_t{0x80000201}});
    CHECK(registry_data(3, {std::byte{9}}) == RegistryData{std::vector<std::byte>{std::byte{9}}});
    CHECK_THROWS_AS(registry_data(4, {std::byte{1}}), PortError);
    CHECK_THROWS_AS(registry_data(6, {}), PortError);
}

TEST_CASE("the real registry") {
    const WindowsRegistry registry;
    constexpr const char* version_key = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
    const auto root = registry.value(Hive::local_machine, version_key, "SystemRoot");
    REQUIRE(root);
    CHECK(std::get<std::string>(*root).find("\\windows") != std::string::npos);
    CHECK_FALSE(registry.value(Hive::local_machine, version_key, "No such value"));
    CHECK_FALSE(registry.value(Hive::local_machine, "SOFTWARE\\No such key", "Name"));
    CHECK(registry.subkeys(Hive::local_machine, "SOFTWARE\\No such key").empty());
    CHECK_FALSE(registry.subkeys(Hive::local_machine, "SOFTWARE\\Microsoft").empty());
    CHECK_FALSE(registry.subkeys(Hive::local_machine, "SOFTWARE\\Microsoft", RegistryView::wow64_32).empty());
}

TEST_CASE("errors name the call, the number and what to do") {
    CHECK(windows_error("NetUserEnum", 5).what() ==
          std::string("NetUserEnum failed with error 5 (access denied: run as administrator)"));
    CHECK(windows_error("NetUserEnum", 4711).what() == std::string("NetUserEnum failed with error 4711"));
    CHECK(com_error("connecting", static_cast<long>(0x8004100E)).what() ==
          std::string("connecting failed with 0x8004100e (this PC has no such WMI namespace)"));
    CHECK(status_error("SamConnect", static_cast<long>(0xC0000022)).what() ==
          std::string("SamConnect failed with status 0xc0000022 (access denied: run as administrator)"));
}

TEST_CASE("functions of system libraries are found at run time") {
    using TickCount = unsigned long long(__stdcall*)();
    CHECK(system_function<TickCount>("kernel32.dll", "GetTickCount64")() > 0);
    CHECK_THROWS_MATCHES(
        system_function("kernel32.dll", "NoSuchFunction"), PortError,
        Message("looking up NoSuchFunction failed with error 127 (this system does not offer the function)"));
    CHECK_THROWS_MATCHES(
        system_function("no-such-library.dll", "F"), PortError,
        Message("loading no-such-library.dll failed with error 126 (this system does not have the library)"));
}

TEST_CASE("a system without Security Center says so") {
    CHECK_THROWS_MATCHES(WindowsSecurityCenter().antivirus_products(std::chrono::seconds{60}), PortError,
                         Message("this Windows has no Security Center interface"));
}

TEST_CASE("accounts by information level 20, which Wine offers") {
    const Instant now = parse_instant("2026-11-22T03:04:05Z");
    const std::vector<Account> accounts = WindowsAccounts().local_accounts(now);
    REQUIRE_FALSE(accounts.empty());
    CHECK_FALSE(accounts.front().name.empty());
    CHECK(accounts.front().source == "netapi");
    CHECK(std::holds_alternative<bool>(accounts.front().enabled));
    CHECK(std::holds_alternative<Unknown>(accounts.front().password_changed_at));
}
