// Numbers about the running centre in Prometheus' text format, and what each request adds to them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "reporting/central/sql/database.h"
#include "reporting/central/views/listed_devices.h"

namespace wardwatch {

/// Counts requests. Thread safe.
class RequestMeter {
public:
    /// Of one listener, "agents" or "people". A wait for commands has no `took`: it is meant to last.
    void count(std::string_view listener, unsigned status, std::optional<std::chrono::duration<double>> took);
    void count_report() {
        const std::lock_guard lock{mutex_};
        ++reports_;
    }
    std::string text() const;

private:
    static constexpr std::array<double, 9> limits{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10};
    struct Latency {
        std::array<std::uint64_t, limits.size()> buckets{};
        std::uint64_t count = 0;
        double seconds = 0;
    };
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, unsigned>, std::uint64_t> by_status_;
    std::map<std::string, Latency, std::less<>> latencies_;
    std::uint64_t reports_ = 0;
};

/// What does not stand in the database.
struct MetricsContext {
    std::string version;
    std::filesystem::path database;
    Instant started_at;
    Instant ca_ends;
    Instant server_certificate_ends;
    std::size_t polls_waiting = 0;
};

/// Asks the database; for a scrape every 15 seconds or more.
std::string metrics_text(const View& view, const RequestMeter& meter, const MetricsContext& context);

}  // namespace wardwatch
