#include "reporting/fleet/http_text.h"

#include <catch2/catch_test_macros.hpp>
#include <stdexcept>

using wardwatch::post_text;
using wardwatch::take_answer;

TEST_CASE("a request is whole") {
    CHECK(post_text("/v1/heartbeat", "Host: a:1\r\n", "{}") ==
          "POST /v1/heartbeat HTTP/1.1\r\nHost: a:1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_CASE("an answer is taken when it is whole, and no more than it") {
    const std::string first = "HTTP/1.1 201 Created\r\ncontent-length: 3\r\n\r\nabc";
    const std::string second =
        "HTTP/1.1 503 Later\r\nRetry-After:  7\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n";
    std::string received = first.substr(0, 10);
    CHECK_FALSE(take_answer(received));
    received = first.substr(0, first.size() - 1);
    CHECK_FALSE(take_answer(received));
    received = first + second;
    const auto taken = take_answer(received);
    REQUIRE(taken);
    CHECK(taken->status == 201);
    CHECK(taken->body == "abc");
    CHECK_FALSE(taken->closes);
    CHECK(received == second);
    const auto later = take_answer(received);
    REQUIRE(later);
    CHECK(later->status == 503);
    CHECK(later->retry_after == std::chrono::seconds{7});
    CHECK(later->closes);
    CHECK(received.empty());
}

TEST_CASE("what is no answer is refused") {
    std::string other = "SSH-2.0-OpenSSH\r\n\r\n";
    CHECK_THROWS_AS(take_answer(other), std::runtime_error);
    std::string endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK_THROWS_AS(take_answer(endless), std::runtime_error);
    std::string large = "HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n";
    CHECK_THROWS_AS(take_answer(large), std::runtime_error);
}
