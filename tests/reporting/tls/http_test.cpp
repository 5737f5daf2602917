#include "reporting/tls/http.h"

#include <catch2/catch_test_macros.hpp>

using wardwatch::Headers;

TEST_CASE("header names compare without regard to case") {
    Headers headers{{"Content-Type", "a"}, {"retry-after", "b"}};
    CHECK(headers.find("CONTENT-type")->second == "a");
    CHECK(headers.find("Retry-After")->second == "b");
    CHECK(headers.find("Content-Typ") == headers.end());
    CHECK(headers.find("Content-Types") == headers.end());
    headers.insert_or_assign("CONTENT-TYPE", "c");
    CHECK(headers.size() == 2);
    CHECK(headers.at("Content-Type") == "c");
}

TEST_CASE("only letters have a case") {
    const Headers headers{{"X-@", "1"}, {"X-`", "2"}, {"X-[", "3"}, {"X-{", "4"}};
    CHECK(headers.size() == 4);
}
