// The loop of the command channel: what it asks the centre, what it starts, and what it tells of that.
#include "agent/commands/command_channel.h"

#include <algorithm>
#include <utility>

#include "agent/schedule/wakeup.h"
#include "collectors/core/background_thread.h"
#include "embedded/reasons.h"
#include "reporting/tls/pki.h"

namespace wardwatch {
namespace {

using namespace std::chrono_literals;

// The centre counts a PC as lost whose command runs without news for 90 s.
constexpr Wait news_interval = 30s;
// An answer that brings nothing and comes early must not make the channel run hot.
constexpr Wait shortest_round = 500ms;
constexpr Wait enrolment_look_of_channel = 10s;
constexpr Wait file_retry = 1min;
// A centre that does not know commands is a version older than this agent.
constexpr std::chrono::seconds old_centre_retry = 30min;

bool is_command_id(std::string_view id) {
    return id.size() == 36 && std::all_of(id.begin(), id.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
           });
}

// One line that the centre takes.
std::string sentence(std::string text) {
    constexpr std::size_t most = 500;
    if (text.size() > most) text.resize(most);
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return text.empty() ? sentence_of(reasons::no_problem_told()) : text;
}

/// What the scan's status means to the centre; nothing while it waits.
std::optional<CommandReport> report_of(const std::optional<ScanStatus>& status) {
    CommandReport report;
    if (!status) {
        report.state = CommandReport::State::failed;
        report.problem = sentence_of(reasons::scan_lost());
        return report;
    }
    switch (status->state) {
        case ScanStatus::State::waiting:
            return std::nullopt;
        case ScanStatus::State::running:
            report.collector = status->collector.substr(0, 64);
            report.position = status->position;
            report.count = status->count;
            break;
        case ScanStatus::State::done:
            report.state = CommandReport::State::done;
            report.report_id = status->report_id;
            break;
        case ScanStatus::State::failed:
            report.state = CommandReport::State::failed;
            report.problem = sentence(status->problem);
            break;
    }
    return report;
}

}  // namespace

CommandChannel::CommandChannel(const std::filesystem::path& folder, std::chrono::seconds startup_spread,
                               CommandChannelPorts ports)
    : identity_(folder),
      ports_(std::move(ports)),
      memory_(folder),
      updater_(folder, ports_.update),
      next_(ports_.steady() + first_wait(startup_spread, ports_.random())) {}

Wait CommandChannel::step() {
    try {
        notice_enrolment();
        if (certificate_->empty() || ports_.steady() < next_) return until_next();
        // Kept while the certificate is the same: unsealing the key costs more than a poll.
        if (!known_) known_ = identity_.load();
        if (known_) exchange(*known_);
    } catch (const CentreRefused& refusal) {
        Wait wait = back_off(failures_ + 1, refusal.retry_after, ports_.random());
        if (refusal.status == 401 || refusal.status == 403) wait = refused_wait(ports_.random());
        if (refusal.status == 404 || refusal.status == 405) wait = jittered(old_centre_retry, ports_.random());
        // It may be older than before, and not understand what it had offered.
        if (refusal.status == 400 && length_.is_offered()) wait = Wait(0);
        take_offer(std::nullopt);
        failed(std::to_string(refusal.status) + ": " + refusal.what(), wait);
    } catch (const CentreUnreachable& error) {
        failed(error.what(), back_off(failures_ + 1, std::nullopt, ports_.random()));
    } catch (const CentreNotTrusted& error) {
        failed(error.what(), back_off(failures_ + 1, std::nullopt, ports_.random()));
    } catch (const std::exception& error) {
        failed(error.what(), file_retry);
    }
    return until_next();
}

// Another certificate may come with another centre.
void CommandChannel::notice_enrolment() {
    std::string certificate = identity_.certificate();
    if (certificate_ == certificate) return;
    const bool at_start = !certificate_.has_value();
    certificate_ = std::move(certificate);
    known_.reset();
    centre_.reset();
    take_offer(std::nullopt);
    failures_ = 0;
    if (!at_start) next_ = ports_.steady();  // at the start the spread holds
}

void CommandChannel::exchange(const Identity& identity) {
    const SteadyTime began = ports_.steady();
    if (!centre_) centre_ = ports_.connect();
    if (const auto& ended = updater_.ended()) {
        finish(identity, ended->command_id, ended->report);
        updater_.forget_ended();
    }
    report_changes(identity);
    const bool news = take(identity, poll(identity));
    if (failures_ > 0) ports_.log->info("waiting for commands works again");
    failures_ = 0;
    next_ = news ? ports_.steady() : std::max(ports_.steady(), began + shortest_round);
}

void CommandChannel::report_changes(const Identity& identity) {
    for (std::size_t i = 0; i < active_.size();) {
        Active& command = active_[i];
        const std::optional<CommandReport> report = command.look();
        if (report && report->state != CommandReport::State::running) {
            finish(identity, command.id, *report);
            active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(i));
            continue;
        }
        const SteadyTime now = ports_.steady();
        const bool due = now - command.reported_at >= news_interval;
        if (report ? due || *report != command.reported : due) {
            const CommandReport news = report.value_or(CommandReport{});
            if (!tell(identity, command.id, news)) {
                active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(i));
                continue;
            }
            command.reported = news;
            command.reported_at = now;
        }
        ++i;
    }
}

/// True when there was something to do.
bool CommandChannel::take(const Identity& identity, const std::vector<ReceivedCommand>& commands) {
    if (commands.empty()) return false;
    bool news = false;
    const std::string device_id = inspect_certificate(identity.certificate_pem).common_name;
    for (const ReceivedCommand& command : commands) {
        const bool known =
            std::any_of(active_.begin(), active_.end(), [&](const Active& active) { return active.id == command.id; });
        if (known) continue;
        if (!is_command_id(command.id) || command.device_id != device_id) {
            ports_.log->error("a command that is not for this PC was left alone");
            continue;
        }
        news = true;
        start(identity, command);
    }
    return news;
}

void CommandChannel::start(const Identity& identity, const ReceivedCommand& command) {
    if (const std::optional<CommandReport> end = memory_.end_of(command.id)) {
        ports_.log->info("command {} came again after its end: not run again", command.id);
        tell(identity, command.id, *end);
        return;
    }
    if (command.kind == "scan") return start_scan(command.id);
    if (command.update) return start_update(identity, command);
    CommandReport report;
    report.state = CommandReport::State::failed;
    report.problem = sentence_of(reasons::command_unknown_to_agent());
    finish(identity, command.id, report);
}

void CommandChannel::start_scan(const std::string& id) {
    ports_.log->info("command {}: scan", id);
    const std::uint64_t scan = ports_.requests->ask("centre");
    active_.push_back({id, [this, scan] { return report_of(ports_.requests->status(scan)); }, {}, ports_.steady()});
}

void CommandChannel::start_update(const Identity& identity, const ReceivedCommand& command) {
    ports_.log->info("command {}: update to {}", command.id, command.update->version);
    CommandReport fetching;
    fetching.collector = "download";
    if (!tell(identity, command.id, fetching)) return;
    const auto piece = [&](std::int64_t position) {
        return centre_->update_piece(identity, command.update->version, position);
    };
    CommandReport report = updater_.begin(command.id, *command.update, piece);
    if (report.state != CommandReport::State::running) {
        report.problem = report.problem.empty() ? "" : sentence(report.problem);
        return finish(identity, command.id, report);
    }
    active_.push_back({command.id, [this, id = command.id] { return updater_.state(id); }, {}, ports_.steady()});
}

// Remembered before it is told: a command whose end was told, but not remembered, could be run again.
void CommandChannel::finish(const Identity& identity, const std::string& id, const CommandReport& end) {
    if (!memory_.end_of(id)) {
        ports_.log->info("command {} {}", id, end.problem.empty() ? "done" : "failed: " + end.problem);
        try {
            memory_.remember(id, end);
        } catch (const std::exception& error) {
            ports_.log->error("the end of a command could not be stored: {}", error.what());
        }
    }
    tell(identity, id, end);
}

/// False when the centre wants to hear no more of this command.
bool CommandChannel::tell(const Identity& identity, const std::string& id, const CommandReport& report) {
    try {
        centre_->report_command(identity, id, report);
        return true;
    } catch (const CentreRefused& refusal) {
        if (refusal.status != 400 && refusal.status != 404 && refusal.status != 409) throw;
        ports_.log->warn("command {}: {}: {}", id, refusal.status, refusal.what());
        return false;
    }
}

void CommandChannel::failed(const std::string& problem, Wait wait) {
    next_ = ports_.steady() + wait;
    if (failures_++ == 0)
        ports_.log->warn("waiting for commands failed, next attempt in {} s: {}",
                         std::chrono::ceil<std::chrono::seconds>(wait).count(), problem);
}

// A look at the certificate now and then: an enrolment changes everything.
Wait CommandChannel::until_next() const {
    if (!certificate_ || certificate_->empty()) return enrolment_look_of_channel;
    const Wait left = std::chrono::ceil<Wait>(next_ - ports_.steady());
    return std::clamp(left, Wait(0), enrolment_look_of_channel);
}

void start_command_channel(const std::filesystem::path& folder, std::chrono::seconds startup_spread,
                           CommandChannelPorts ports, const std::stop_token& stop) {
    start_background_thread([folder, startup_spread, ports = std::move(ports), stop] {
        try {
            CommandChannel channel(folder, startup_spread, ports);
            Wakeup sleep;
            while (!stop.stop_requested()) {
                const Wait wait = channel.step();
                if (wait > Wait(0)) sleep.wait(stop, wait);
            }
        } catch (const std::exception& error) {
            ports.log->error("no commands are taken from the centre until the next start: {}", error.what());
        }
    });
}

}  // namespace wardwatch
