// Scans that somebody asks for: at the PC through the control channel, or from the centre.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace wardwatch {

/// What becomes of one scan of the service, whoever asked for it.
struct ScanStatus {
    enum class State { waiting, running, done, failed };
    State state = State::waiting;
    std::string trigger;
    std::string collector;  ///< running: the one at work, from 0 `position` of `count`
    std::size_t position = 0;
    std::size_t count = 0;
    std::string report_id;  ///< done
    std::string verdict;    ///< done: name_of(Overall)
    std::string problem;    ///< failed: one sentence; running: why the report could not be stored yet, if so
};

/// A scan that begins.
struct BegunScan {
    std::uint64_t number = 0;
    std::string trigger;
};

/// The meeting point of those who ask and the agent's loop, which scans. Scans are numbered from 1 in the order in
/// which they begin; whoever asks gets the number of the next one to begin, which several may share. Thread safe.
class ScanRequests {
public:
    /// `wake` makes the loop look here; it is called on the asker's thread.
    explicit ScanRequests(std::function<void()> wake) : wake_(std::move(wake)) {}

    /// The number of the scan that will answer. A scan that runs already does not: it began before the question.
    std::uint64_t ask(std::string trigger);

    /// Empty for a number that was never given, and for those before the last 100 scans.
    std::optional<ScanStatus> status(std::uint64_t number) const;

    /// The newest scan and its number, while it is under way.
    std::optional<std::pair<std::uint64_t, ScanStatus>> running() const;

    // --- for the loop ---
    /// The trigger of the first who asked since the last scan began; empty when nobody did.
    std::optional<std::string> wanted() const;
    /// Whoever asked since the loop looked has this scan: it has their trigger then, and not the one that is given.
    BegunScan begin(std::string trigger);
    void progress(std::uint64_t number, std::string_view collector, std::size_t position, std::size_t count);
    void held_up(std::uint64_t number, std::string problem);
    void done(std::uint64_t number, std::string report_id, std::string verdict);
    void failed(std::uint64_t number, std::string problem);

private:
    mutable std::mutex mutex_;
    std::function<void()> wake_;
    std::optional<std::string> wanted_;
    std::uint64_t begun_ = 0;
    std::map<std::uint64_t, ScanStatus> scans_;
};

}  // namespace wardwatch
