// wardwatch-fleet: simulated PCs for demonstrations and benchmarks (docs/operations.md).
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>

#include "reporting/fleet/fleet.h"
#include "reporting/fleet/simulated_office.h"

namespace wardwatch {

namespace {

/// "path<TAB>token" on each line.
std::map<std::string, std::string> read_tokens(const std::string& file) {
    std::ifstream in{file};
    if (!in) throw std::runtime_error("The file " + file + " cannot be read.");
    std::map<std::string, std::string> tokens;
    for (std::string line; std::getline(in, line);) {
        const std::size_t tab = line.find('\t');
        if (tab == std::string::npos) throw std::runtime_error(file + ": each line is a unit's path, a tab, a token.");
        tokens[line.substr(0, tab)] = line.substr(tab + 1);
    }
    return tokens;
}

void allow_many_descriptors() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void say_line(const std::string& line) { std::cout << line << std::endl; }

/// What the command line says in other units or types than the options.
struct Words {
    std::string tokens_file;
    std::string json_file;
    std::int64_t scan_milliseconds = 2000;
    std::int64_t ramp = 5, seconds = 10, power_cut = -1, back_within = 5;
    std::int64_t run_ramp = 0, longest_poll = 0;
};

const std::map<std::string, BackToBack> back_to_back_words{
    {"nothing", BackToBack::nothing},         {"polls", BackToBack::polls},
    {"heartbeats", BackToBack::heartbeats},   {"reports", BackToBack::reports},
    {"connections", BackToBack::connections}, {"handshakes", BackToBack::handshakes}};

void add_common(CLI::App& app, FleetOptions& options, Words& words) {
    app.set_version_flag("--version", WARDWATCH_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--url", options.url, "The centre: https://host:port");
    app.add_option("--ca-sha256", options.ca_sha256, "Its CA's fingerprint");
    app.add_option("--state", options.state, "Folder that keeps the PCs' keys between runs");
    app.add_option("--seed", options.seed,
                   "Of what happens when, and of the reports' ids; without it another each time");
    app.add_option("--json", words.json_file, "File for what was measured (prepare, load)");
    app.add_option("--first", options.first,
                   "Number of the first PC, where several processes share a state (run, load)");
    app.add_option("--pcs", options.pcs, "How many (run, load); load lets more than were prepared share certificates");
    app.add_option("--longest-poll", words.longest_poll, "Seconds; without it as long as the centre offers (run, load)")
        ->check(CLI::Range(1, 3600));
    app.add_flag("--all-connected", options.all_connected,
                 "No PC is silent or switched off; run says when all are connected");
    app.add_subcommand("units", "Print the units as CSV, for `wardwatch-central unit import`");
}

void add_prepare(CLI::App& app, FleetOptions& options, Words& words) {
    CLI::App* prepare = app.add_subcommand("prepare", "Enrol the PCs and send their history");
    prepare->add_option("--count", options.count, "How many PCs")->required()->check(CLI::Range(1, 200'000));
    prepare->add_option("--months", options.months, "Months of history, a report each; 0: enrol only")
        ->check(CLI::Range(0, 60));
    prepare->add_option("--workers", options.workers, "PCs at a time")->check(CLI::Range(1, 1'000));
    prepare->add_option("--token", options.token, "Enrolment token for all PCs");
    prepare->add_option("--tokens", words.tokens_file, "File: per line a unit's path, a tab, its enrolment token");
    CLI::App* stay = app.add_subcommand("run", "Stay connected and answer scans, until the program is ended");
    stay->add_option("--scan-milliseconds", words.scan_milliseconds, "How long a scan takes")
        ->check(CLI::Range(0, 600'000));
    stay->add_option("--ramp", words.run_ramp, "Seconds in which they connect; without it 100 PCs a second")
        ->check(CLI::Range(1, 86'400));
}

void add_load(CLI::App& app, LoadOptions& load, Words& words) {
    CLI::App* measured = app.add_subcommand("load", "Connect PCs, have them send as said, and tell how it went");
    const CLI::Range percent{0, 100};
    const CLI::Range seconds{0, 86'400};
    measured->add_option("--ramp", words.ramp, "Seconds in which they connect")->check(seconds);
    measured->add_option("--seconds", words.seconds, "Seconds that are measured after that")->check(seconds);
    measured->add_option("--back-to-back", load.back_to_back, "What each PC does again as soon as it was answered")
        ->transform(CLI::CheckedTransformer(back_to_back_words));
    measured->add_flag("--polls", load.polls, "Each PC waits for commands");
    measured->add_option("--heartbeats", load.heartbeats, "A second, of all PCs together");
    measured->add_option("--reports", load.reports, "A second, of all PCs together");
    measured
        ->add_option("--changed", load.changed_percent, "Percent of the heartbeats for which a report is sent instead")
        ->check(percent);
    measured->add_flag("--report-first", load.report_first, "Each PC sends a report when it has connected");
    measured->add_flag("--resume", load.resume, "Resume TLS sessions");
    measured->add_flag("--no-certificate", load.no_certificate, "PCs show no certificate");
    measured->add_option("--slow", load.slow_percent, "Percent of the PCs with a slow link")->check(percent);
    measured->add_option("--slow-bytes", load.slow_bytes, "Bytes a second on a slow link")
        ->check(CLI::Range(100, 1'000'000));
    measured->add_option("--dead", load.dead_percent, "Percent that fall silent in the middle of a report")
        ->check(percent);
    measured->add_option("--skewed", load.skewed_percent, "Percent with a wrong clock")->check(percent);
    measured->add_option("--power-cut", words.power_cut, "All are cut off so many seconds into the measured time")
        ->check(seconds);
    measured->add_option("--back-within", words.back_within, "Seconds in which they come back")->check(seconds);
    measured->add_flag("--verify", load.verify, "At the end, send each acknowledged report again: it must be known");
    measured->add_option("--acknowledged", load.acknowledged, "File for the acknowledged reports' ids");
    measured->add_option("--watch", load.watch, "Process whose processor time and memory are measured; several times");
}

void tell(const FleetResult& result, const std::string& json_file) {
    if (json_file.empty()) return;
    std::ofstream out{json_file};
    out << to_json(result).dump() << "\n";
    out.close();
    if (!out) throw std::runtime_error("The file " + json_file + " cannot be written.");
}

/// The exit code: 1 when an acknowledged report is not there, once and as it was sent.
int run_load(const FleetOptions& options, LoadOptions& load, const Words& words) {
    load.ramp = std::chrono::seconds{words.ramp};
    load.measured = std::chrono::seconds{words.seconds};
    if (words.power_cut >= 0) load.power_cut = std::chrono::seconds{words.power_cut};
    load.back_within = std::chrono::seconds{words.back_within};
    const FleetResult result = load_fleet(options, load);
    std::cout << table_of(result) << std::flush;
    tell(result, words.json_file);
    return load.verify && (!result.verified || result.lost + result.different > 0) ? 1 : 0;
}

int run(int argc, char** argv) {
    FleetOptions options;
    options.agent_version = WARDWATCH_VERSION "-simulated";
    options.say = say_line;
    LoadOptions load;
    Words words;
    CLI::App app{"Simulated PCs that speak the agents' real protocol, for demonstrations and benchmarks",
                 "wardwatch-fleet"};
    add_common(app, options, words);
    add_prepare(app, options, words);
    add_load(app, load, words);
    CLI11_PARSE(app, argc, argv);
    options.scan_time = std::chrono::milliseconds{words.scan_milliseconds};
    options.connect_within = std::chrono::seconds{words.run_ramp};
    options.longest_poll = std::chrono::seconds{words.longest_poll};
    try {
        if (app.got_subcommand("units")) {
            std::cout << simulated_units_csv();
            return 0;
        }
        if (options.state.empty() || options.url.empty()) throw std::runtime_error("Name --url and --state.");
        if (options.seed == 0) options.seed = std::random_device{}();
        std::signal(SIGPIPE, SIG_IGN);
        allow_many_descriptors();
        if (!words.tokens_file.empty()) options.tokens = read_tokens(words.tokens_file);
        if (app.got_subcommand("run")) run_fleet(options);
        if (app.got_subcommand("load")) return run_load(options, load, words);
        tell(prepare_fleet(options, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
             words.json_file);
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "Error: " << error.what() << "\n";
        return 4;
    }
}

}  // namespace

}  // namespace wardwatch

int main(int argc, char** argv) { return wardwatch::run(argc, argv); }
