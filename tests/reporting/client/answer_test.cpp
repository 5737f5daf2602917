#include "reporting/client/answer.h"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>

#include "reporting/client/client.h"

using namespace wardwatch;
using namespace std::chrono_literals;

namespace {

const Instant now = parse_instant("1994-11-06T08:49:00Z");

CentreRefused refused(const HttpResponse& response) {
    try {
        read_answer(response, now);
    } catch (const CentreRefused& error) {
        return error;
    }
    FAIL("not refused");
    throw 0;
}

}  // namespace

TEST_CASE("the centre's own words make the message") {
    const CentreRefused error =
        refused({403, {}, R"({"error":"token_used_up","message":"This token has no uses left: ask for another."})"});
    CHECK(error.status == 403);
    CHECK(std::string(error.what()) == "This token has no uses left: ask for another. (HTTP 403, token_used_up)");
    CHECK_FALSE(error.retry_after);
}

TEST_CASE("an error without words says which status it was") {
    for (const char* body : {"", "<html>Bad gateway</html>", "[]", "{}", R"({"message":7})", "\xff"}) {
        const CentreRefused error = refused({502, {}, body});
        CHECK(error.status == 502);
        CHECK(std::string(error.what()).find("HTTP 502") != std::string::npos);
    }
    CHECK(refused({302, {{"Location", "https://elsewhere"}}, ""}).status == 302);
    CHECK(std::string(refused({500, {}, R"({"message":"m"})"}).what()) == "m (HTTP 500)");
}

TEST_CASE("Retry-After in seconds or as a date") {
    CHECK(refused({429, {{"retry-after", "17"}}, ""}).retry_after == 17s);
    CHECK(refused({503, {{"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}}, ""}).retry_after == 37s);
    CHECK(parse_retry_after("0", now) == 0s);
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:48:59 GMT", now) == 0s);
    CHECK(parse_retry_after("Mon, 07 Nov 1994 08:49:00 GMT", now) == 24h);
    for (const char* text :
         {"", "-1", "soon", "1.5", "99999999999999999999", "Sun, 06 Foo 1994 08:49:37 GMT",
          "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "1994-11-06T08:49:37Z"}) {
        INFO(text);
        CHECK_FALSE(parse_retry_after(text, now));
    }
}

TEST_CASE("a good status with a body that is no object is no answer") {
    CHECK(read_answer({200, {}, R"({"stored":true})"}, now).at("stored") == true);
    for (const char* body : {"", "null", "[1]", "{\"a\":", "<html>"}) {
        CHECK_THROWS_AS(read_answer({200, {}, body}, now), CentreUnreachable);
    }
}
