// Paths and queries as they come in addresses: what a '+' and an escape mean, and what is no text at all.
#include "reporting/central/api/request_target.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/reporting/central/people_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;

TEST_CASE("a query is decoded as forms encode it") {
    CHECK(decoded_query("").empty());
    CHECK(decoded_query("q=phuong+dong&limit=5") == Query{{"q", "phuong dong"}, {"limit", "5"}});
    CHECK(decoded_query("q=phuong%20dong") == Query{{"q", "phuong dong"}});
    CHECK(decoded_query("q=C%2B%2B") == Query{{"q", "C++"}});
    CHECK(decoded_query("q=%2b+%2B") == Query{{"q", "+ +"}});
    CHECK(decoded_query("place=H%C3%A0+N%E1%BB%99i") == Query{{"place", "Hà Nội"}});
    CHECK(decoded_query("place=Hà+Nội") == Query{{"place", "Hà Nội"}});
    CHECK(decoded_query("n+m=1") == Query{{"n m", "1"}});
    CHECK(decoded_query("a=1=2&b&=c&&d=") == Query{{"a", "1=2"}, {"b", ""}, {"", "c"}, {"d", ""}});
    CHECK(decoded_query("a=1&a=2") == Query{{"a", "2"}});
    CHECK(decoded_query("a=%26%3D%25") == Query{{"a", "&=%"}});
}

TEST_CASE("in a path a plus is a plus") {
    CHECK(decoded_segment("an+binh") == "an+binh");
    CHECK(decoded_segment("an%2Bbinh%20chi%2f") == "an+binh chi/");
    CHECK(decoded_segment("%C4%90%E1%BB%97") == "Đỗ");
}

TEST_CASE("a broken escape and bytes that are no text are refused") {
    for (const char* wrong : {"%", "%4", "a%4", "%zz", "%4g", "%g4", "%%41", "100%", "%ff", "%C4", "%C0%AF",
                              "%ED%A0%80", "%F4%90%80%80", "\xFF"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(decoded_segment(wrong), TargetError);
        CHECK_THROWS_AS(decoded_query(std::string{"q="} + wrong), TargetError);
        CHECK_THROWS_AS(decoded_query(std::string{wrong} + "=q"), TargetError);
    }
}

TEST_CASE("the people's API says what is wrong with an address") {
    Office office;
    REQUIRE(office.log_in().status == 200);
    for (const char* wrong :
         {"/api/v1/devices?q=100%", "/api/v1/devices?q=%C4", "/api/v1/devices/%zz", "/api/v1/devices/%ff/verdicts"}) {
        CAPTURE(wrong);
        const HttpResponse response = office.call("GET", wrong);
        CHECK(response.status == 400);
        CHECK(error_of(response) == "bad_address");
    }
    CHECK(body_of(office.call("GET", "/api/v1/devices?q=100%")).at("detail") ==
          "In the address a % is not followed by two hexadecimal digits; write the sign itself as %25.");
    CHECK(error_of(office.call("GET", "/api/v1/devices/a+b")) == "device_unknown");
    CHECK(office.call("GET", "/api/v1/devices?q=100%25").status == 200);
}

TEST_CASE("the agents' API refuses such addresses, too") {
    Centre centre;
    const Pc pc = centre.enrolled_pc();
    HttpRequest request;
    request.method = "GET";
    request.target = "/v1/updates/%zz/0";
    request.client_certificate = shown(pc.certificate);
    const HttpResponse response = centre.agents.handle(request);
    CHECK(response.status == 400);
    CHECK(error_of(response) == "bad_address");
}
