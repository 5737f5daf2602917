#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "collectors/machine/machine.h"
#include "collectors/windows/host.h"
#include "tests/recorded_ports.h"

using namespace wardwatch;

namespace {

OperatingSystem describe(const WindowsVersion& version, const nlohmann::json& values) {
    const RecordedRegistry registry(
        nlohmann::json{{"local_machine", {{"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion", values}}}});
    return describe_windows(version, registry);
}

}  // namespace

TEST_CASE("Windows 10 with its release and revision") {
    const OperatingSystem system =
        describe({10, 0, 19045, ""}, {{"ProductName", "Windows 10 Pro"}, {"DisplayVersion", "22H2"}, {"UBR", 5011}});
    CHECK(system.name == "Windows 10 Pro 22H2");
    CHECK(system.version == "10.0.19045.5011");
    CHECK(system.build == 19045);
}

TEST_CASE("Windows 11 still calls itself Windows 10 in the registry") {
    const nlohmann::json values = {{"ProductName", "Windows 10 Home Single Language"}, {"DisplayVersion", "24H2"}};
    CHECK(describe({10, 0, 26100, ""}, values).name == "Windows 11 Home Single Language 24H2");
    CHECK(describe({10, 0, 22000, ""}, values).name == "Windows 11 Home Single Language 24H2");
    CHECK(describe({10, 0, 21999, ""}, values).name == "Windows 10 Home Single Language 24H2");
}

TEST_CASE("a server with a high build number keeps its name") {
    const OperatingSystem system = describe({10, 0, 26100, ""}, {{"ProductName", "Windows Server 2025 Standard"}});
    CHECK(system.name == "Windows Server 2025 Standard");
    CHECK(system.version == "10.0.26100");
}

TEST_CASE("Windows 7 tells its service pack") {
    const OperatingSystem system =
        describe({6, 1, 7601, "Service Pack 1"}, {{"ProductName", "Windows 7 Professional"}});
    CHECK(system.name == "Windows 7 Professional Service Pack 1");
    CHECK(system.version == "6.1.7601");
    CHECK(system.build == 7601);
}

TEST_CASE("without names in the registry the version is still told") {
    const OperatingSystem system = describe({10, 0, 19045, ""}, nlohmann::json::object());
    CHECK(system.name == "Windows");
    CHECK(system.version == "10.0.19045");
}

TEST_CASE("a registry that cannot be read is an error, not a nameless Windows") {
    const RecordedRegistry registry(nlohmann::json{{"error", "access denied"}});
    CHECK_THROWS_AS(describe_windows({10, 0, 19045, ""}, registry), PortError);
}
