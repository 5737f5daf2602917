// A PC and its centre for tests of the agent's loop.
#pragma once

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "agent/loop/agent.h"
#include "tests/agent/temporary_folder.h"

namespace wardwatch {

using namespace std::chrono_literals;

inline const Instant noon = parse_instant("2026-11-22T12:00:00Z");
inline const std::string device = "0b6f4a52-8c1d-4a0e-9f00-112233445566";

/// What scans meet on their own threads. Nobody waits for such a thread, in a test neither: it owns what it uses.
struct ScanSide {
    std::atomic<int> begun = 0;
    std::atomic<std::int64_t> os_build = 1;
    std::mutex mutex;
    std::condition_variable changed;
    int ended = 0;
};

/// A PC with a clock that only the test moves, and a centre that answers as the test says.
struct World {
    TemporaryFolder folder;
    IdentityFiles identity{folder.path};
    std::chrono::milliseconds elapsed{0};
    Instant system_start = noon;
    double random = 0.5;
    int next_id = 0;
    std::function<void()> when_sending = [] {};  ///< throws what the centre answers
    std::vector<std::string> sent;
    std::vector<std::string> sent_devices;  ///< of the reports in `sent`
    std::vector<int> sent_formats;
    int centre_takes = 2;               ///< newer reports are refused
    int centre_offers = 1;              ///< in its answers
    bool centre_takes_deflate = false;  ///< and offers it
    std::vector<bool> sent_deflated;
    std::shared_ptr<HeartbeatBoard> heartbeat_board = std::make_shared<HeartbeatBoard>();
    bool want_report = false;
    std::string new_identity;       ///< in its answers to heartbeats
    std::vector<std::string> anew;  ///< tokens with which it was enrolled anew
    std::vector<Heartbeat> heartbeats;
    int renewals = 0;
    std::function<std::unique_ptr<Store>(const std::string&)> open_store;
    int asked = 0;
    std::shared_ptr<AgentStatusBoard> board = std::make_shared<AgentStatusBoard>();
    std::shared_ptr<ChangeBoard> changes = std::make_shared<ChangeBoard>();
    std::shared_ptr<ScanRequests> requests = std::make_shared<ScanRequests>([this] { ++asked; });
    std::shared_ptr<ScanSide> scan_side = std::make_shared<ScanSide>();

    World();

    Instant now() const { return std::chrono::floor<std::chrono::seconds>(system_start + elapsed); }

    void enrol(std::chrono::days validity = std::chrono::days{90});
    AgentPorts ports();
    Centre centre();
    Agent agent();

    int scans() const { return scan_side->begun; }
    void wait_for_scans(int count);

    /// Steps until the agent wants to wait, then says for how long.
    static Wait settle(Agent& agent);

    /// The first scan, at half the start-up spread.
    void first_scan(Agent& agent);

    std::map<std::string, std::string> notes() const { return look_into_store(folder.path)->notes; }
    std::int64_t depth() const { return look_into_store(folder.path)->outbox_depth; }
};

}  // namespace wardwatch
