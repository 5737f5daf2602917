// The service's work: collect → store → send. One loop, moved on by step(); nothing here waits, sleeps or starts a
// timer.
#pragma once

#include <spdlog/logger.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "agent/centre/centre.h"
#include "agent/centre/heartbeat_board.h"
#include "agent/enrolment/identity.h"
#include "agent/log/event_log.h"
#include "agent/loop/agent_status.h"
#include "agent/scan/scan.h"
#include "agent/scan/scan_journal.h"
#include "agent/scan/scan_requests.h"
#include "agent/schedule/schedule.h"
#include "agent/store/store.h"
#include "agent/watch/change_board.h"
#include "agent/watch/change_debounce.h"

namespace wardwatch {

struct AgentSettings {
    std::chrono::seconds scan_interval;
    std::chrono::seconds heartbeat_interval;
    std::chrono::seconds startup_spread;
    std::vector<std::string> official_hosts;
    std::vector<std::string> disabled_collectors = {};
};

/// The world as the loop sees it.
struct AgentPorts {
    std::function<Instant()> now;        ///< system clock: stamps only
    std::function<SteadyTime()> steady;  ///< for waits
    std::function<double()> random;      ///< [0, 1)
    std::function<std::string()> new_uuid;
    HardwareClaim hardware = {};  ///< of this PC, as it is told
    /// May throw; tried again later. Gets what was found damaged since the last opening, else "".
    std::function<std::unique_ptr<Store>(const std::string& known_damage)> open_store;
    /// The installer left what an enrolment needs; asked while there is no certificate. Throws std::exception.
    std::function<bool()> enrolment_is_ordered = [] { return false; };
    std::function<void()> enrol;  ///< as ordered; throws as Client::enrol
    /// Takes a new device id and key by this token; throws as Client::enrol.
    std::function<void(const std::string& token)> enrol_anew;
    std::function<Centre()> connect;  ///< by the settings of this moment; may throw std::exception
    TakeReport take_report;
    std::shared_ptr<ScanRequests> requests;
    std::shared_ptr<ScanJournal> journal = std::make_shared<ScanJournal>(std::filesystem::path{});
    std::shared_ptr<ChangeBoard> changes = std::make_shared<ChangeBoard>();           ///< nothing is watched
    std::shared_ptr<AgentStatusBoard> status = std::make_shared<AgentStatusBoard>();  ///< shown after each step
    std::shared_ptr<HeartbeatBoard> heartbeats = std::make_shared<HeartbeatBoard>();  ///< no poll carries any
    std::function<void()> wake;  ///< called from the scan's thread: step() has something to do
    std::shared_ptr<spdlog::logger> log;
    std::function<void(Event, const std::vector<std::string>&)> event = [](Event, const std::vector<std::string>&) {};
};

/// Used by one thread. Killed at any moment it loses no stored report; one that was sent but not yet acknowledged is
/// sent again, and the centre knows it by its id.
class Agent {
public:
    Agent(AgentSettings settings, IdentityFiles identity, AgentPorts ports);
    ~Agent();
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    /// Does what is due, at most one exchange with the centre, and returns how long nothing will be due: 0 for "call
    /// again". Never throws: what goes wrong is logged, shown by `status` and tried again.
    Wait step();

private:
    void work();
    bool store_is_open();
    void store_failed(const std::exception& error);
    // agent_scan.cpp
    void note_changes();
    std::optional<SteadyTime> change_due() const;
    void scan_when_due();
    std::optional<std::string> due_trigger();
    std::vector<NotAsked> not_asked(Instant now);
    void begin_scan(std::string trigger);
    void take_result();
    void store_pending();
    bool says_nothing_new(const Report& report);
    // agent.cpp: the centre
    void notice_enrolment();
    void follow_certificate();
    void enrol_when_ordered();
    void contact_when_due();
    bool renew_when_due(Identity& identity);
    void send(const Identity& identity);
    bool facts_still_hold();
    Heartbeat heartbeat();
    void heartbeat_answered(const HeartbeatAnswer& answer);
    void take_carried_heartbeat();
    void show_heartbeat();
    template <class Exchange>
    void exchange(const char* what, Exchange perform);
    void exchange_failed(const char* what, const std::string& problem, Wait wait);
    void say_silence(const std::string& problem);
    void say_problem(const std::string& problem);
    void publish_status();
    Wait until_next() const;

    AgentSettings settings_;
    IdentityFiles identity_;
    AgentPorts ports_;

    std::unique_ptr<Store> store_;
    int store_failures_ = 0;
    SteadyTime next_store_attempt_;
    std::string damage_;  // met in the store that was open

    std::shared_ptr<BackgroundScan> scan_;
    std::shared_ptr<KnownHives> known_hives_;  ///< the running scan's, which nobody else touches until it ends
    std::uint64_t scan_number_ = 0;
    std::optional<Report> pending_;  // taken, but not stored yet: the disk may be full
    std::string next_trigger_ = "startup";
    SteadyTime next_scan_;
    std::optional<Instant> last_scan_;
    SteadyTime scan_began_;
    std::chrono::milliseconds scan_took_{0};
    std::optional<LastScan> last_result_;
    ChangeDebounce changes_;
    std::set<ChangeKind> changed_;  // since the last scan began

    std::optional<Centre> centre_;
    std::optional<std::string> certificate_;  // of the last look; "" while not enrolled
    bool refused_ = false;                    // the centre does not want this PC
    std::int64_t depth_ = 0;                  // how much waits in the outbox
    Instant started_at_;
    std::optional<Instant> last_contact_;
    int failures_ = 0;
    std::optional<Instant> silent_since_;  // the last contact, or the start of this program when there was none
    SteadyTime next_silence_event_;
    SteadyTime next_contact_;
    SteadyTime next_heartbeat_;
    SteadyTime next_renewal_;
    std::string problem_;
};

}  // namespace wardwatch
