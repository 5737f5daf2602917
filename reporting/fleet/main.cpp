// wardwatch-fleet: simulated PCs for demonstrations and benchmarks (docs/operations.md).
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <mutex>

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

/// A connected PC needs a socket and three descriptors of its event loop.
void allow_many_descriptors() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void say_line(const std::string& line) {
    static std::mutex mutex;
    const std::lock_guard lock{mutex};
    std::cout << line << std::endl;
}

int run(int argc, char** argv) {
    FleetOptions options;
    options.agent_version = WARDWATCH_VERSION "-simulated";
    options.say = say_line;
    std::string tokens_file;
    std::int64_t scan_milliseconds = options.scan_time.count();
    CLI::App app{"Simulated PCs that speak the agents' real protocol, for demonstrations and benchmarks",
                 "wardwatch-fleet"};
    app.set_version_flag("--version", WARDWATCH_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("--url", options.url, "The centre: https://host:port");
    app.add_option("--ca-sha256", options.ca_sha256, "Its CA's fingerprint");
    app.add_option("--state", options.state, "Folder that keeps the PCs' keys between runs");
    app.add_flag("--all-connected", options.all_connected, "No PC is silent or switched off");
    app.add_subcommand("units", "Print the units as CSV, for `wardwatch-central unit import`");
    CLI::App* prepare = app.add_subcommand("prepare", "Enrol the PCs and send their history");
    prepare->add_option("--count", options.count, "How many PCs")->required()->check(CLI::Range(1, 20'000));
    prepare->add_option("--months", options.months, "Months of history, a report each")->check(CLI::Range(1, 60));
    prepare->add_option("--workers", options.workers, "Threads")->check(CLI::Range(1, 64));
    prepare->add_option("--token", options.token, "Enrolment token for all PCs");
    prepare->add_option("--tokens", tokens_file, "File: per line a unit's path, a tab, its enrolment token");
    CLI::App* stay = app.add_subcommand("run", "Stay connected and answer scans, until the program is ended");
    stay->add_option("--scan-milliseconds", scan_milliseconds, "How long a scan takes")->check(CLI::Range(0, 600'000));
    CLI11_PARSE(app, argc, argv);
    options.scan_time = std::chrono::milliseconds{scan_milliseconds};
    try {
        if (app.got_subcommand("units")) {
            std::cout << simulated_units_csv();
            return 0;
        }
        if (options.state.empty() || options.url.empty()) throw std::runtime_error("Name --url and --state.");
        std::signal(SIGPIPE, SIG_IGN);
        allow_many_descriptors();
        if (!tokens_file.empty()) options.tokens = read_tokens(tokens_file);
        if (app.got_subcommand(stay)) run_fleet(options);
        prepare_fleet(options, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "Error: " << error.what() << "\n";
        return 4;
    }
}

}  // namespace

}  // namespace wardwatch

int main(int argc, char** argv) { return wardwatch::run(argc, argv); }
