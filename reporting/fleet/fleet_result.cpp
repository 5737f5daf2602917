#include "reporting/fleet/fleet_result.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

namespace wardwatch {

using nlohmann::json;

namespace {

double in_milliseconds(std::chrono::microseconds latency) { return static_cast<double>(latency.count()) / 1000; }

double per_second(std::uint64_t count, std::chrono::duration<double> time) {
    return time.count() > 0 ? static_cast<double>(count) / time.count() : 0;
}

/// A number in a column of its own, right-aligned.
struct Column {
    double value;
    int width;
    int digits;
};

std::ostream& operator<<(std::ostream& out, const Column& column) {
    return out << ' ' << std::fixed << std::setprecision(column.digits) << std::setw(column.width) << column.value;
}

Column whole(std::uint64_t count) { return {static_cast<double>(count), 9, 0}; }

json json_of(const ExchangeResult& result, std::chrono::duration<double> measured) {
    json buckets = json::array();
    for (const auto& [largest, count] : result.latency.buckets()) buckets.push_back({largest, count});
    return {{"answered", result.latency.count()},
            {"per_second", per_second(result.latency.count(), measured)},
            {"p50_ms", in_milliseconds(result.latency.percentile(50))},
            {"p90_ms", in_milliseconds(result.latency.percentile(90))},
            {"p99_ms", in_milliseconds(result.latency.percentile(99))},
            {"p99_9_ms", in_milliseconds(result.latency.percentile(99.9))},
            {"longest_ms", in_milliseconds(result.latency.longest())},
            {"refused", result.refused},
            {"resumed", result.resumed},
            {"buckets_us", std::move(buckets)}};
}

json json_of(const ProcessFigures& figures) {
    return {{"processor_seconds", figures.processor_seconds}, {"private_kib", figures.private_kib}};
}

}  // namespace

ProcessFigures figures_of(const std::vector<pid_t>& processes) {
    ProcessFigures all;
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    for (const pid_t process : processes) {
        const std::string folder = "/proc/" + std::to_string(process);
        std::ifstream stat{folder + "/stat"};
        std::string text;
        std::getline(stat, text);
        std::istringstream fields{text.substr(std::min(text.size(), text.rfind(')') + 1))};
        std::string skipped;
        for (int i = 0; i < 11; ++i) fields >> skipped;  // proc(5): utime and stime are fields 14 and 15
        double user = 0;
        double system = 0;
        fields >> user >> system;
        all.processor_seconds += (user + system) / ticks;
        std::ifstream status{folder + "/status"};
        for (std::string line; std::getline(status, line);)
            if (line.starts_with("RssAnon:")) all.private_kib += std::stoll(line.substr(8));
    }
    return all;
}

std::string table_of(const FleetResult& result) {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1) << result.pcs << " PCs, seed " << result.seed << "; " << result.connected
        << " connected, all of them " << result.ramp.count() << " s after the first; measured "
        << result.measured.count() << " s\n            answered  a second    p50 ms       p90       p99     p99.9   "
        << "longest   refused\n";
    for (std::size_t kind = 0; kind < exchange_names.size(); ++kind) {
        const ExchangeResult& one = result.exchanges[kind];
        if (one.latency.count() == 0 && one.refused == 0) continue;
        out << std::left << std::setw(10) << exchange_names[kind] << std::right << whole(one.latency.count())
            << Column{per_second(one.latency.count(), result.measured), 9, 1};
        for (const double percent : {50.0, 90.0, 99.0, 99.9})
            out << Column{in_milliseconds(one.latency.percentile(percent)), 9, 2};
        out << Column{in_milliseconds(one.latency.longest()), 9, 2} << whole(one.refused) << "\n";
    }
    if (result.slow + result.dead + result.skewed > 0)
        out << "faults: " << result.slow << " slow, " << result.dead << " dead, " << result.skewed
            << " with a wrong clock\n";
    if (result.back.count() > 0)
        out << "all back " << std::setprecision(1) << result.back.count() << " s after the power cut\n";
    out << "reports: " << result.acknowledged << " acknowledged, " << result.unsent << " not sent\n";
    if (result.verified)
        out << "sent again: " << result.known << " were there, " << result.lost << " were lost, " << result.different
            << " differ\n";
    for (const auto& [problem, count] : result.problems) out << count << " x " << problem << "\n";
    return out.str();
}

json to_json(const FleetResult& result) {
    json exchanges = json::object();
    for (std::size_t kind = 0; kind < exchange_names.size(); ++kind)
        exchanges[exchange_names[kind]] = json_of(result.exchanges[kind], result.measured);
    return {{"seed", result.seed},
            {"pcs", result.pcs},
            {"connected", result.connected},
            {"ramp_seconds", result.ramp.count()},
            {"measured_seconds", result.measured.count()},
            {"exchanges", std::move(exchanges)},
            {"problems", result.problems},
            {"faults", {{"slow", result.slow}, {"dead", result.dead}, {"skewed", result.skewed}}},
            {"back_seconds", result.back.count()},
            {"reports",
             {{"acknowledged", result.acknowledged},
              {"unsent", result.unsent},
              {"verified", result.verified},
              {"known", result.known},
              {"lost", result.lost},
              {"different", result.different}}},
            {"watched",
             {{"idle", json_of(result.watched_idle)},
              {"began", json_of(result.watched_began)},
              {"ended", json_of(result.watched_ended)}}},
            {"own_private_kib", result.own_private_kib}};
}

}  // namespace wardwatch
