// Other programs: what they are given, and what is told of their end.
#include "reporting/central/system/program.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include <fstream>
#include <iterator>

#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Catch::Matchers::MessageMatches;
using Catch::Matchers::StartsWith;
namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

Program shell(const std::string& script, const fs::path& output = "/dev/null") {
    return {.file = "/bin/sh", .arguments = {"-c", script}, .environment = {"SECRET=Mật khẩu"}, .output = output};
}

}  // namespace

TEST_CASE("a program writes into a file of its owner, reads nothing, and knows what it was given", "[operation]") {
    const TemporaryFolder folder;
    const fs::path output = folder.path() / "output";
    run_program(shell("printf %s \"$SECRET $LC_ALL\"; cat", output));
    CHECK(text_of(output) == "Mật khẩu C");
    CHECK((fs::status(output).permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a program's bad end is told in its own words", "[operation]") {
    CHECK_THROWS_MATCHES(run_program(shell("echo 'no such key' >&2; exit 3")), ProgramFailed,
                         MessageMatches(StartsWith("no such key")));
    CHECK_THROWS_MATCHES(run_program(shell("exit 3")), ProgramFailed, MessageMatches(StartsWith("/bin/sh failed")));
    CHECK_THROWS_MATCHES(run_program(shell("kill -9 $$")), ProgramFailed, MessageMatches(StartsWith("/bin/sh failed")));
    CHECK_THROWS_AS(run_program({.file = "/bin/no-such-program", .arguments = {}}), ProgramFailed);
    CHECK_THROWS_AS(run_program(shell("true", "/no/such/folder/file")), ProgramFailed);
    // Whatever it says, it does not stand still with a full pipe.
    CHECK_THROWS_AS(run_program(shell("head -c 1000000 /dev/zero >&2; exit 1")), ProgramFailed);
}

TEST_CASE("programs are found in the folders that are named, then in PATH", "[operation]") {
    const TemporaryFolder folder;
    CHECK(find_program("sh").filename() == "sh");
    CHECK(find_program("no-such-program").empty());
    std::ofstream{folder.path() / "sh"} << "#!/bin/sh\n";
    CHECK(find_program("sh", {folder.path()}) != folder.path() / "sh");  // it cannot be run
    fs::permissions(folder.path() / "sh", fs::perms::owner_all);
    CHECK(find_program("sh", {folder.path()}) == folder.path() / "sh");
}
