// HTTP as the listener speaks it: connections kept, bodies in pieces, and heads that are none.
#include <catch2/catch_test_macros.hpp>

#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

/// A listener whose handler answers with what it saw.
struct Echo {
    explicit Echo(ListenerOptions options = agents_options()) : server(2) {
        options.log_error = log.writer();
        port = server.listen(std::move(options), [this](const HttpRequest& request) { return answer(request); });
    }
    HttpResponse answer(const HttpRequest& request) {
        ++requests;
        const std::string path = request.target.substr(0, request.target.find('?'));
        if (path == "/throws") throw std::runtime_error("secret reason");
        if (path == "/splits") return {200, {{"X-Bad", "a\r\nSet-Cookie: b"}}, ""};
        if (path == "/bad-name") return {200, {{"X Bad", "a"}}, ""};
        if (path == "/bad-status") return {99, {}, ""};
        if (path == "/empty") return {204, {}, ""};
        if (path == "/counts") return counting();
        if (path == "/lies") return {200, {{"Content-Length", "7"}, {"Transfer-Encoding", "chunked"}}, "two"};
        std::string seen = request.method + " " + request.target + "\n";
        for (const auto& [name, value] : request.headers) seen += name + ": " + value + "\n";
        return {200, {{"Content-Type", "text/plain"}}, seen + "[" + request.body + "]"};
    }
    static HttpResponse counting() {
        HttpResponse response{200, {{"Content-Type", "text/event-stream"}}, ""};
        response.go_on = [said = 0]() mutable -> std::optional<std::string> {
            if (++said == 2) return "";
            if (said > 3) return std::nullopt;
            return "data: " + std::to_string(said) + "\n\n";
        };
        return response;
    }
    RawStream connect() const {
        const RawTls tls;
        return raw_connect(port, &tls);
    }
    /// Everything that the listener sends back until it closes the connection.
    std::string exchange(const std::string& bytes) const {
        RawStream stream = connect();
        stream.write(bytes);
        return stream.read_all();
    }

    Log log;
    std::atomic<int> requests{0};
    std::uint16_t port = 0;
    Server server;
};

std::string post(const std::string& target, const std::string& body, const std::string& more = "") {
    return "POST " + target + " HTTP/1.1\r\nHost: x\r\n" + more + "Content-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

const std::string close_line = "Connection: close\r\n";

std::string status_of(const std::string& answer) { return answer.substr(0, answer.find("\r\n")); }

}  // namespace

TEST_CASE("a connection serves several requests, also when they come at once") {
    const Echo echo;
    RawStream stream = echo.connect();
    stream.write(post("/1", "a"));
    CHECK(contains(stream.read_until("[a]"), "POST /1\n"));
    stream.write(post("/2", "b") + post("/3", "c") + post("/4", "d", close_line));
    const std::string rest = stream.read_all();
    CHECK(rest.find("POST /2\n") < rest.find("POST /3\n"));
    CHECK(contains(rest, "[d]"));
    CHECK(echo.requests == 4);
}

TEST_CASE("HTTP/1.0 is answered and closed") {
    const Echo echo;
    const std::string answer = echo.exchange("GET /old HTTP/1.0\r\n\r\n");
    CHECK(status_of(answer) == "HTTP/1.0 200 OK");
    CHECK(contains(answer, "GET /old\n"));
}

TEST_CASE("HEAD is answered as GET without a body") {
    const Echo echo;
    const std::string head = echo.exchange("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(status_of(head) == "HTTP/1.1 200 OK");
    CHECK(contains(head, "Content-Length: 3"));  // of two digits: the length that the body would have
    CHECK(head.ends_with("\r\n\r\n"));
}

TEST_CASE("an answer without content has no length") {
    const Echo echo;
    const std::string answer = echo.exchange("GET /empty HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    CHECK(status_of(answer) == "HTTP/1.1 204 No Content");
    CHECK_FALSE(contains(answer, "Content-Length"));
}

TEST_CASE("bodies in chunks are put together, and trailers are no headers") {
    const Echo echo;
    const std::string answer = echo.exchange(
        "POST /c HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n2;extension=1\r\nde\r\n0\r\nX-Trailer: smuggled\r\n\r\n");
    CHECK(contains(answer, "[abcde]"));
    CHECK_FALSE(contains(answer, "smuggled"));
}

TEST_CASE("a client that waits for 100 Continue is told to go on") {
    const Echo echo;
    RawStream stream = echo.connect();
    stream.write(
        "POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
    CHECK(status_of(stream.read_until("\r\n\r\n")) == "HTTP/1.1 100 Continue");
    stream.write("ab");
    CHECK(contains(stream.read_all(), "[ab]"));
    // Not for a body that will be refused anyway.
    CHECK(status_of(echo.exchange(
              "POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n")) ==
          "HTTP/1.1 413 Payload Too Large");
}

TEST_CASE("repeated headers become one") {
    const Echo echo;
    const std::string answer =
        echo.exchange(post("/", "", close_line + "X-A: 1\r\nx-a: 2\r\nCookie: a=1\r\ncookie: b=2\r\n"));
    CHECK(contains(answer, "X-A: 1, 2\n"));
    CHECK(contains(answer, "Cookie: a=1; b=2\n"));
}

TEST_CASE("bodies over the limit are refused with 413 in both forms, those at the limit are taken") {
    ListenerOptions options = agents_options();
    options.body_limit = 1000;
    const Echo echo(options);
    CHECK(contains(echo.exchange(post("/", std::string(1000, 'x'), close_line)), std::string(1000, 'x') + "]"));
    const std::string refusal = echo.exchange(post("/", std::string(1001, 'x')));
    CHECK(status_of(refusal) == "HTTP/1.1 413 Payload Too Large");
    CHECK(contains(refusal, R"({"error":"too_large","message":"The body is larger than the 1000 bytes)"));
    CHECK(contains(refusal, "Connection: close\r\n"));
    const std::string chunk = "200\r\n" + std::string(512, 'x') + "\r\n";
    CHECK(status_of(echo.exchange("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk +
                                  "0\r\n\r\n")) == "HTTP/1.1 413 Payload Too Large");
    CHECK(echo.requests == 1);
}

TEST_CASE("a large body, or one of unknown length, is read only when its head is admitted") {
    ListenerOptions options = agents_options();
    options.refuse_large_body = [](const HttpRequest& head) {
        return head.headers.count("X-Known") > 0 ? std::nullopt
                                                 : std::optional<HttpResponse>{HttpResponse{401, {}, ""}};
    };
    const Echo echo(options);
    const std::string small(65536, 'x');
    CHECK(contains(echo.exchange(post("/", small, close_line)), small + "]"));
    CHECK(status_of(echo.exchange(post("/", small + "x"))) == "HTTP/1.1 401 Unauthorized");
    const std::string known = close_line + "X-Known: 1\r\n";
    CHECK(contains(echo.exchange(post("/", small + "x", known)), small + "x]"));
    const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
    CHECK(status_of(echo.exchange("POST / HTTP/1.1\r\nHost: x\r\n" + chunked)) == "HTTP/1.1 401 Unauthorized");
    CHECK(contains(echo.exchange("POST / HTTP/1.1\r\nHost: x\r\n" + known + chunked), "x]"));
    CHECK(echo.requests == 3);
}

TEST_CASE("heads over 16 KiB are refused") {
    const Echo echo;
    CHECK(contains(echo.exchange(post("/", "", close_line + "X-A: " + std::string(15000, 'a') + "\r\n")),
                   "HTTP/1.1 200"));
    const std::string refusal = echo.exchange(post("/", "", "X-A: " + std::string(17000, 'a') + "\r\n"));
    CHECK(status_of(refusal) == "HTTP/1.1 431 Request Header Fields Too Large");
    CHECK(contains(refusal, "head_too_large"));
    CHECK(echo.requests == 1);
}

TEST_CASE("heads that are no HTTP never reach the handler") {
    const Echo echo;
    const std::string rest = " HTTP/1.1\r\nHost: x\r\n\r\n";
    for (const std::string& head :
         {std::string("\r\n\r\n\r\n"),
          std::string("GET\r\n\r\n"),
          std::string("GET /\r\n\r\n"),
          "G(T /" + rest,
          std::string("GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
          std::string("GET / HTTX/1.1\r\nHost: x\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\nno colon\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\nX Y: a\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\n: a\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\nX: a\x01\r\n\r\n"),
          "GET / HTTP/1.1\r\nX: a" + std::string(1, '\0') + "b\r\n\r\n",
          "GET /a\tb" + rest,
          std::string("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
          std::string("POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"),
          std::string("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nab\r\n0\r\n\r\n"),
          std::string(5000, '\xff') + "\r\n\r\n",
          std::string("{\"json\":1}\r\n\r\n")}) {
        INFO(head);
        const std::string answer = echo.exchange(head);
        CHECK(status_of(answer) == "HTTP/1.1 400 Bad Request");
        CHECK(contains(answer, R"("error":"bad_request")"));
    }
    CHECK(echo.requests == 0);
    CHECK(contains(echo.exchange(post("/", "still here", close_line)), "[still here]"));
}

TEST_CASE("a damaged request never does more than it should, whichever byte is wrong") {
    const Echo echo;
    const std::string good = post("/target", "body", close_line);
    int answered = 0;
    for (std::size_t i = 0; i + 4 < good.size(); ++i) {
        std::string damaged = good;
        damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 7)));
        RawStream stream = echo.connect();
        stream.write(damaged + std::string(4096, 'x') + "\r\n\r\n");  // enough for any length that came out of it
        const std::string answer = stream.read_until("\r\n");
        if (answer.empty()) continue;  // the request's body may be longer now, and never come
        ++answered;
        INFO(damaged);
        CHECK((answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.1 400") ||
               answer.starts_with("HTTP/1.1 413") || answer.starts_with("HTTP/1.0 ")));
    }
    CHECK(answered > 50);
    CHECK(contains(echo.exchange(good), "[body]"));
}

TEST_CASE("what a handler may not send becomes a 500 and a line in the log") {
    const Echo echo;
    for (const char* target : {"/throws", "/splits", "/bad-name", "/bad-status"}) {
        const std::string answer = echo.exchange(post(std::string(target) + "?token=private", "", close_line));
        CHECK(status_of(answer) == "HTTP/1.1 500 Internal Server Error");
        CHECK(contains(answer, R"("error":"internal")"));
        CHECK_FALSE(contains(answer, "Set-Cookie"));
        CHECK_FALSE(contains(answer, "secret"));
        CHECK(contains(echo.log.text(), std::string("POST ") + target + " failed: "));
    }
    CHECK(contains(echo.log.text(), "secret reason"));
    CHECK_FALSE(contains(echo.log.text(), "private"));
}

TEST_CASE("a handler's wrong framing is put right") {
    const Echo echo;
    const std::string answer = echo.exchange(post("/lies", "", close_line));
    CHECK(contains(answer, "Content-Length: 3\r\n"));
    CHECK_FALSE(contains(answer, "chunked"));
    CHECK(answer.ends_with("\r\n\r\ntwo"));
}

TEST_CASE("an answer may go on: its pieces arrive one by one, and its end is the connection's") {
    Echo echo;
    RawStream stream = echo.connect();
    stream.write("GET /counts HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string head = stream.read_until("\r\n\r\n");
    CHECK(status_of(head) == "HTTP/1.1 200 OK");
    CHECK(head.find("Connection: close") != std::string::npos);
    CHECK(head.find("Content-Length") == std::string::npos);
    CHECK(stream.read_until("\n\n") == "data: 1\n\n");
    CHECK(stream.read_all() == "data: 3\n\n");
}

TEST_CASE("a stop ends an answer that goes on") {
    Echo echo;
    RawStream stream = echo.connect();
    stream.write("GET /counts HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(stream.read_until("data: 1\n\n").ends_with("data: 1\n\n"));
    echo.server.stop();
    CHECK(stream.read_all().find("data: 3") == std::string::npos);
}
