#include "collectors/core/wipe.h"

#include <sqlite3.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstring>

#include "collectors/credential_stores/wipe_sqlite.h"
#include "collectors/machine/files.h"
#include "tests/collectors/fakes.h"

using namespace wardwatch;

namespace {

// Must run before SQLite's first use in this program.
const bool sqlite_wipes = wipe_sqlite_memory_on_free();

}  // namespace

TEST_CASE("memory is overwritten") {
    std::array<char, 8> memory = {'s', 'e', 'c', 'r', 'e', 't', '!', '!'};
    wipe(memory.data(), 6);
    CHECK(memory == std::array<char, 8>{0, 0, 0, 0, 0, 0, '!', '!'});
    wipe(nullptr, 0);
}

TEST_CASE("SQLite's memory is overwritten when freed or moved") {
    REQUIRE(sqlite_wipes);
    CHECK(wipe_sqlite_memory_on_free());
    auto* text = static_cast<char*>(sqlite3_malloc(64));
    REQUIRE(text != nullptr);
    std::strcpy(text, "a secret");
    auto* moved = static_cast<char*>(sqlite3_realloc(text, 100'000));
    REQUIRE(moved != nullptr);
    CHECK(moved != text);
    CHECK(std::string(moved) == "a secret");
    moved = static_cast<char*>(sqlite3_realloc(moved, 4));
    CHECK(std::memcmp(moved, "a se", 4) == 0);
    sqlite3_free(moved);
}

TEST_CASE("SecretBytes keep their bytes while they are moved") {
    SecretBytes first = test::bytes_of("first");
    SecretBytes second = test::bytes_of("second");
    second = std::move(first);
    CHECK(second == test::bytes_of("first"));
    const SecretBytes third = std::move(second);
    CHECK(third.size() == 5);
}

TEST_CASE("a wiped string is a string") {
    WipedString text = "a rather long text that is not inside the object";
    text += text;
    CHECK(text.size() == 96);
    CHECK(text.starts_with("a rather"));
}
