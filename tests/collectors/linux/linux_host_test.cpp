#include "collectors/linux/host.h"

#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "collectors/machine/machine.h"
#include "tests/agent/temporary_folder.h"

using namespace wardwatch;

namespace {

struct Root : TemporaryFolder {
    void write(const char* name, const char* text) const {
        std::filesystem::create_directories((path / name).parent_path());
        std::ofstream(path / name) << text;
    }
};

}  // namespace

TEST_CASE("os-release names the system") {
    const Root root;
    root.write("etc/os-release",
               "# comment\nNAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian \\\"12\\\"\"\nVERSION_ID='12'\nBROKEN\n");
    const OperatingSystem system = LinuxHost(root.path).operating_system();
    CHECK(system.name == "Debian \"12\"");
    CHECK(system.version == "12");
    CHECK_FALSE(system.build);
}

TEST_CASE("a rolling system, and one that keeps os-release under /usr") {
    const Root root;
    root.write("usr/lib/os-release", "NAME=Arch\nPRETTY_NAME=\n");
    const OperatingSystem system = LinuxHost(root.path).operating_system();
    CHECK(system.name == "Arch");
    CHECK(system.version == "rolling");
}

TEST_CASE("no os-release is an error") {
    const Root root;
    CHECK_THROWS_AS(LinuxHost(root.path).operating_system(), PortError);
}

TEST_CASE("the time zone comes from /etc/timezone, else from the link /etc/localtime") {
    const Root root;
    CHECK_THROWS_AS(LinuxHost(root.path).time_zone(), PortError);
    root.write("etc/os-release", "");
    std::filesystem::create_symlink("../usr/share/zoneinfo/Asia/Ho_Chi_Minh", root.path / "etc/localtime");
    CHECK(LinuxHost(root.path).time_zone() == "Asia/Ho_Chi_Minh");
    root.write("etc/timezone", "Europe/Berlin\n");
    CHECK(LinuxHost(root.path).time_zone() == "Europe/Berlin");
}

TEST_CASE("a Linux PC belongs to no domain") {
    CHECK(LinuxHost().membership().kind == "standalone");
    CHECK(LinuxHost().membership().name.empty());
    CHECK_FALSE(LinuxHost().name().empty());
}
