// One simulated PC at work: its connection, what it has to send, what it waits for. For .cpp files: includes OpenSSL.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reporting/client/client.h"
#include "reporting/fleet/event_loop.h"
#include "reporting/fleet/fleet.h"
#include "reporting/fleet/fleet_state.h"
#include "reporting/fleet/http_text.h"
#include "reporting/fleet/report_bodies.h"
#include "reporting/fleet/simulated_office.h"
#include "reporting/fleet/tls_link.h"

namespace wardwatch {

struct AcknowledgedReport {
    std::size_t pc;  ///< in the fleet
    DraftReport report;
};

/// What the PCs of a process share.
struct FleetWorld {
    /// While preparing, PCs send what they were given; while measuring, what happens is counted; at rest, they begin
    /// nothing new.
    enum class Phase { preparing, ramp, measuring, at_rest };

    FleetWorld(const FleetOptions& chosen, const LoadOptions& load_options, const std::string& ca_pem, Instant began,
               std::int64_t pool);

    void count(Exchange kind, SteadyTime due, bool good);
    /// What one PC is offered holds for all.
    void learn_offers(std::string_view answer);
    void problem(const std::string& host_name, const std::string& what);

    const FleetOptions& options;
    const LoadOptions& load;
    EventLoop loop;
    const LinkTarget target;
    const std::string short_heads;  ///< of every request
    const std::string heads;        ///< of the first on a connection
    ReportBodies bodies;
    FleetResult result;
    ReportOffers offers;
    std::chrono::seconds longest_wait{0};  ///< of a poll, which carries heartbeats then; 0: nothing was offered
    Phase phase = Phase::ramp;
    bool daily = false;     ///< reports are sent once a day, not at a rate
    SteadyTime begins{};    ///< nothing is sent by rate before
    std::size_t open = 0;   ///< connections
    std::size_t tried = 0;  ///< PCs that have connected, or failed to, at least once
    std::size_t pc_count = 0;
    std::string refusal;  ///< while preparing: the first, which ends it
    std::vector<AcknowledgedReport> acknowledged;
};

class FleetPc final : public LoopClient {
public:
    FleetPc(FleetWorld& world, std::size_t index, const SimulatedPc& pc, const KnownPc& known, std::string token = "");

    void start(SteadyTime at);
    /// To be sent as soon as there is a connection, before all else.
    void add_report(const DraftReport& draft, SteadyTime due, const char* trigger = "simulated");
    /// To be sent again, to see whether the centre has it. Brings the dead back.
    void check_report(const DraftReport& draft);
    void cut_power(SteadyTime back);
    /// Closes the connection and begins nothing more.
    void switch_off();

    bool is_open() const { return link_ && link_->state() == TlsLink::State::open; }
    bool is_dead() const { return dead_; }
    /// Nothing is left to send and nothing but a poll to wait for.
    bool is_done() const;
    std::size_t unsent() const { return outbox_.size(); }
    const KnownPc& known() const { return known_; }
    const SimulatedPc& pc() const { return pc_; }
    std::string report_id(const DraftReport& draft) const { return world_.bodies.report_id(pc_.number, draft.serial); }

    void ready() override;
    void due() override;

private:
    struct Outgoing {
        DraftReport draft;
        SteadyTime due;
        const char* trigger;
    };
    struct Awaited {
        Exchange kind;
        SteadyTime due;
        SteadyTime deadline;
    };
    struct News {
        std::string target;
        std::string body;
    };

    void choose_faults();
    void act();
    void connect(SteadyTime now);
    void opened();
    void lost(const std::string& problem);
    void drop_link();
    void go_on();
    void watch_link();
    void send(Exchange kind, std::string_view target, std::string_view body, SteadyTime due,
              std::chrono::seconds longest = std::chrono::seconds{60}, std::string_view encoding = {});
    void send_what_is_due(SteadyTime now);
    void send_work(SteadyTime now);
    void send_poll(SteadyTime now);
    void send_report(const DraftReport& draft, const char* trigger, SteadyTime due);
    std::string heartbeat_text();
    void send_enrolment(SteadyTime now);
    void die();
    void draft_what_is_due(SteadyTime now);
    void draft_report(SteadyTime due, const char* trigger, bool changed);
    bool begins_new() const;
    bool is_busy() const;
    SteadyTime next_time() const;
    SteadyTime after_mean(SteadyTime from, double all_per_second);

    void answered(const PlainAnswer& answer);
    void report_answered(const PlainAnswer& answer, bool good);
    void check_answered(const PlainAnswer& answer);
    void poll_answered(const PlainAnswer& answer);
    void enrolled(const PlainAnswer& answer);
    void wait_as_told(const PlainAnswer& answer);
    void again_at_once();
    void told(const std::string& id, const std::string& kind);
    void scan_on(SteadyTime now);

    FleetWorld& world_;
    const std::size_t index_;
    const SimulatedPc pc_;
    KnownPc known_;
    std::string token_;
    Dice dice_;
    std::unique_ptr<LinkKeys> keys_;
    std::unique_ptr<TlsLink> link_;
    UniqueSession session_;
    unsigned watched_ = 0;
    bool was_open_ = false;
    bool tried_ = false;
    bool off_ = false;
    int failures_ = 0;  ///< one after the other
    SteadyTime connect_at_ = SteadyTime::max();
    SteadyTime connecting_since_{};
    SteadyTime quiet_until_{};
    SteadyTime next_heartbeat_ = SteadyTime::max();
    SteadyTime next_carried_{};  ///< heartbeat that a poll carries
    SteadyTime next_report_ = SteadyTime::max();
    SteadyTime next_refill_ = SteadyTime::max();
    SteadyTime dies_at_ = SteadyTime::max();
    std::size_t sent_ = 0;  ///< requests
    bool said_ = false;     ///< on this connection, who asks
    std::vector<Awaited> awaited_;
    std::vector<Outgoing> outbox_;
    std::vector<DraftReport> checks_;
    std::vector<News> news_;
    std::optional<DraftReport> newest_;  ///< that the centre has
    std::uint64_t reports_ = 0;
    std::uint32_t variant_ = 0;
    std::chrono::seconds clock_error_{0};
    bool slow_ = false;
    bool dies_ = false;
    bool dead_ = false;
    bool checking_ = false;
    // A scan that the centre asked for.
    std::string scan_;
    std::size_t scan_step_ = 0;
    SteadyTime scan_next_ = SteadyTime::max();
    std::uint64_t scan_serial_ = 0;
};

}  // namespace wardwatch
