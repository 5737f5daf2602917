// Answers that are made elsewhere: what the client sends meanwhile waits, and the end of the server, too. Real TLS.
#include <catch2/catch_test_macros.hpp>
#include <future>
#include <thread>

#include "tests/reporting/loopback/test_centre.h"

using namespace wardwatch;
using namespace wardwatch::test;
using namespace std::chrono_literals;

namespace {

/// Work on "/work" that is begun and waits to be done; anything else is answered at once.
class Workshop {
public:
    Handler handler() {
        return [this](const HttpRequest& request) -> std::variant<HttpResponse, LaterAnswer> {
            if (request.target != "/work") return HttpResponse{200, {}, R"({"quick":true})"};
            LaterAnswer later;
            later.longest = 300s;
            later.is_work = true;
            later.begin = [this](std::function<void()> wake) {
                begun_.set_value(std::move(wake));
                return std::shared_ptr<void>{};
            };
            later.finish = [](bool woken) -> HttpResponse {
                return {200, {}, woken ? R"({"work":"done"})" : R"({"work":"not done"})"};
            };
            return later;
        };
    }
    std::function<void()> begun() { return begun_.get_future().get(); }

private:
    std::promise<std::function<void()>> begun_;
};

const std::string work = "GET /work HTTP/1.1\r\nHost: x\r\n\r\n";
const std::string quick = "GET /quick HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("what a client sends behind work is answered after it, also when both came together") {
    for (const bool together : {true, false}) {
        INFO(together);
        Workshop workshop;
        Server server(1);
        const std::uint16_t port = server.listen(agents_options(), workshop.handler());
        const RawTls tls;
        RawStream stream = raw_connect(port, &tls);
        stream.write(together ? work + quick : work);
        const std::function<void()> done = workshop.begun();
        if (!together) stream.write(quick);
        // The one thread is free meanwhile.
        RawStream other = raw_connect(port, &tls);
        other.write(quick);
        CHECK(contains(other.read_until("}"), "quick"));
        done();
        CHECK(contains(stream.read_until("}"), R"({"work":"done"})"));
        CHECK(contains(stream.read_until("}"), "quick"));
    }
}

TEST_CASE("the server's end lets work be done, and answers it") {
    Workshop workshop;
    Server server(1);
    const std::uint16_t port = server.listen(agents_options(), workshop.handler());
    const RawTls tls;
    RawStream idle = raw_connect(port, &tls);
    RawStream stream = raw_connect(port, &tls);
    stream.write(work);
    const std::function<void()> done = workshop.begun();
    auto stopped = std::async(std::launch::async, [&] { server.stop(60s); });
    CHECK(idle.read_all().empty());
    done();
    const std::string answer = stream.read_all();
    CHECK(contains(answer, R"({"work":"done"})"));
    CHECK(contains(answer, "Connection: close"));
    stopped.get();
}

TEST_CASE("the server's end waits for work no longer than its grace") {
    Workshop workshop;
    Server server(1);
    const std::uint16_t port = server.listen(agents_options(), workshop.handler());
    const RawTls tls;
    RawStream stream = raw_connect(port, &tls);
    stream.write(work);
    const std::function<void()> done = workshop.begun();
    server.stop(0s);
    CHECK(stream.read_all().empty());
    done();  // nobody is there any more
}
