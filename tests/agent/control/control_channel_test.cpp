#include "agent/control/control_channel.h"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "tests/agent/temporary_folder.h"
#ifdef _WIN32
#include "agent/control/windows_control.h"
// After windows.h:
#include <sddl.h>
#else
#include "agent/control/posix_control.h"
#endif

using namespace wardwatch;

namespace {

/// Serves a folder on a thread of its own, as the service does.
struct Server {
    TemporaryFolder folder;
    std::atomic<int> asked = 0;
    std::promise<void> ended;
    std::jthread thread{[this](const std::stop_token& stop) {
        serve_control(folder.path, stop, [this](std::string_view request) {
            ++asked;
            return "you said " + std::string(request);
        });
        ended.set_value();
    }};

    Server() { ask("are you there?"); }

    /// Asks again while the server is not there yet.
    std::string ask(const std::string& request) const {
        for (;;) {
            try {
                return exchange_control(folder.path, request);
            } catch (const ControlError& error) {
                if (error.failure != ControlFailure::absent) throw;
                std::this_thread::yield();
            }
        }
    }
};

#ifdef _WIN32
constexpr int one_more_than_places = 5;
struct RawClient {
    UniquePipe end;
    explicit RawClient(const std::filesystem::path& folder) {
        while (!end)
            end.reset(CreateFileW(control_pipe_name(folder).c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                  OPEN_EXISTING, 0, nullptr));
    }
    void send(std::string_view text) const {
        DWORD count = 0;
        WriteFile(end.get(), text.data(), static_cast<DWORD>(text.size()), &count, nullptr);
    }
    /// What comes until the server lets go.
    std::string rest() const {
        std::string all;
        char block[100];
        DWORD count = 0;
        while (ReadFile(end.get(), block, sizeof block, &count, nullptr) && count > 0) all.append(block, count);
        return all;
    }
};
#else
constexpr int one_more_than_places = 9;
struct RawClient {
    UniqueSocket end{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    explicit RawClient(const std::filesystem::path& folder) {
        const std::optional<sockaddr_un> address = control_address(folder);
        REQUIRE(connect(end.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0);
    }
    void send(std::string_view text) const { ::send(end.get(), text.data(), text.size(), MSG_NOSIGNAL); }
    std::string rest() const {
        std::string all;
        char block[100];
        for (;;) {
            const ssize_t count = recv(end.get(), block, sizeof block, 0);
            if (count <= 0) return all;
            all.append(block, static_cast<std::size_t>(count));
        }
    }
};
#endif

}  // namespace

TEST_CASE("nobody serves a folder: absent") {
    const TemporaryFolder folder;
    try {
        exchange_control(folder.path, "hello");
        FAIL("somebody answered");
    } catch (const ControlError& error) {
        CHECK(error.failure == ControlFailure::absent);
    }
}

TEST_CASE("questions and answers, one after the other and many at once") {
    Server server;
    CHECK(server.ask("xin chào") == "you said xin chào");
    CHECK(server.ask(std::string(max_control_request - 1, 'x')).size() == max_control_request - 1 + 9);
    std::vector<std::future<std::string>> answers;
    answers.reserve(20);
    for (int i = 0; i < 20; ++i)
        answers.push_back(std::async(std::launch::async, [&, i] { return server.ask(std::to_string(i)); }));
    for (int i = 0; i < 20; ++i) CHECK(answers[static_cast<std::size_t>(i)].get() == "you said " + std::to_string(i));
}

TEST_CASE("two folders are two services") {
    Server one;
    Server two;
    const int before = two.asked;
    one.ask("hello");
    CHECK(two.asked == before);
}

TEST_CASE("a request that is too long is refused") {
    Server server;
    const int before = server.asked;
    CHECK(server.ask(std::string(max_control_request, 'x')) == control_request_too_long());
    RawClient client(server.folder.path);
    client.send(std::string(max_control_request, 'x'));  // without an end
    CHECK(client.rest() == control_request_too_long() + "\n");
    CHECK(server.asked == before);
}

TEST_CASE("clients that say nothing hold up nobody for long, and are sent away") {
    Server server;
    std::vector<std::unique_ptr<RawClient>> silent;
    silent.reserve(3);
    for (int i = 0; i < 3; ++i) silent.push_back(std::make_unique<RawClient>(server.folder.path));
    silent[0]->send("half a que");
    CHECK(server.ask("hello") == "you said hello");
    const int before = server.asked;
    for (const std::unique_ptr<RawClient>& client : silent) CHECK(client->rest().empty());
    CHECK(server.asked == before);
    // One that asks and then stays, and one that leaves at once.
    RawClient staying(server.folder.path);
    staying.send("well?\n");
    RawClient(server.folder.path).send("bye");
    CHECK(server.ask("hello") == "you said hello");
}

TEST_CASE("more silent clients than the server has places for only delay the others") {
    Server server;
    std::vector<std::future<std::string>> silent;
    silent.reserve(one_more_than_places);
    for (int i = 0; i < one_more_than_places; ++i)
        silent.push_back(std::async(std::launch::async, [&] { return RawClient(server.folder.path).rest(); }));
    CHECK(server.ask("hello") == "you said hello");
    for (std::future<std::string>& client : silent) CHECK(client.get().empty());
}

TEST_CASE("a stop ends the server while clients are connected, and frees the name") {
    Server server;
    RawClient silent(server.folder.path);
    server.thread.request_stop();
    server.ended.get_future().wait();
    CHECK(silent.rest().empty());
    try {
        exchange_control(server.folder.path, "hello");
        FAIL("somebody answered");
    } catch (const ControlError& error) {
        CHECK(error.failure == ControlFailure::absent);
    }
    std::jthread again([&](const std::stop_token& stop) {
        serve_control(server.folder.path, stop, [](std::string_view) { return std::string("back"); });
    });
    CHECK(server.ask("hello") == "back");
}

#ifdef _WIN32
TEST_CASE("a pipe that belongs to a stranger is not believed") {
    const TemporaryFolder folder;
    PSECURITY_DESCRIPTOR descriptor = nullptr;
    REQUIRE(ConvertStringSecurityDescriptorToSecurityDescriptorW(L"O:BGD:(A;;FA;;;WD)", SDDL_REVISION_1, &descriptor,
                                                                 nullptr));
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor, FALSE};
    const UniquePipe stranger(CreateNamedPipeW(control_pipe_name(folder.path).c_str(), PIPE_ACCESS_DUPLEX,
                                               PIPE_TYPE_BYTE, 1, 4096, 4096, 0, &attributes));
    LocalFree(descriptor);
    // Real Windows lets nobody give a pipe away like that; the strangers there make it themselves.
    if (!stranger) SKIP("the system does not let this process make such a pipe");
    try {
        exchange_control(folder.path, "hello");
        FAIL("the stranger was believed");
    } catch (const ControlError& error) {
        CHECK(error.failure == ControlFailure::failed);
        CHECK(std::string(error.what()).find("no administrator") != std::string::npos);
    }
}

TEST_CASE("the default folder has the documented name, however it is written") {
    const std::wstring name = L"\\\\.\\pipe\\wardwatch";
    wchar_t program_data[MAX_PATH] = {};
    REQUIRE(GetEnvironmentVariableW(L"ProgramData", program_data, MAX_PATH) > 0);
    const std::filesystem::path folder(program_data);
    CHECK(control_pipe_name(folder / L"Wardwatch") == name);
    CHECK(control_pipe_name(folder / L"WARDWATCH" / L"") == name);
    CHECK(control_pipe_name(folder / L"x" / L".." / L"wardwatch") == name);
    CHECK(control_pipe_name(L"C:\\khác").size() == name.size() + 17);
    CHECK(control_pipe_name(L"C:\\khác") != control_pipe_name(L"C:\\khac"));
}
#else
TEST_CASE("the socket is for its owner alone, replaces a dead one, and never another file") {
    Server server;
    const std::filesystem::path file = control_socket_file(server.folder.path);
    CHECK((std::filesystem::status(file).permissions() & std::filesystem::perms(0777)) == std::filesystem::perms(0600));
    const TemporaryFolder other;
    const std::stop_source stop;
    const auto silence = [](std::string_view) { return std::string(); };
    SECTION("another file") {
        std::fclose(std::fopen(control_socket_file(other.path).c_str(), "w"));
        CHECK_THROWS_AS(serve_control(other.path, stop.get_token(), silence), std::runtime_error);
        CHECK(std::filesystem::is_regular_file(control_socket_file(other.path)));
    }
    SECTION("too long a path") {
        const std::filesystem::path deep = other.path / std::string(120, 'x');
        std::filesystem::create_directory(deep);
        CHECK_THROWS_AS(serve_control(deep, stop.get_token(), silence), std::runtime_error);
        CHECK_THROWS_AS(exchange_control(deep, "hello"), ControlError);
    }
    SECTION("a dead one") {
        {
            const UniqueSocket dead(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
            const std::optional<sockaddr_un> address = control_address(other.path);
            REQUIRE(bind(dead.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) == 0);
        }
        CHECK_THROWS_AS(exchange_control(other.path, "hello"), ControlError);
        const std::jthread alive([&](const std::stop_token& enough) { serve_control(other.path, enough, silence); });
        for (;;) {
            try {
                const std::string answer = exchange_control(other.path, "hello");
                CHECK(answer.empty());
                break;
            } catch (const ControlError& error) {
                REQUIRE(error.failure == ControlFailure::absent);
                std::this_thread::yield();
            }
        }
    }
}
#endif
