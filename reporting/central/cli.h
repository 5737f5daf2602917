// The verbs of wardwatch-central. Each file adds its own to the parser; what was chosen runs after parsing.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "reporting/central/config.h"
#include "reporting/central/data_folder.h"
#include "reporting/central/store.h"
#include "reporting/central/views.h"
#include "reporting/policy/policy.h"

namespace wardwatch {

enum ExitCode { exit_ok = 0, exit_usage = 3, exit_failure = 4 };

/// What is said wrongly on the command line beyond the parser's knowledge.
class UsageError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct Cli {
    std::filesystem::path data = "/var/lib/wardwatch-central";
    std::optional<std::filesystem::path> config_file;  ///< --config
    CentralConfig config;                              ///< read before the verb runs
    Language language = Language::vi;
    bool json = false;
    std::function<void()> chosen;  ///< the verb with its options
    int exit_code = exit_ok;       ///< a verb may choose another (scan: 1, 2)

    std::string say(const char* vi, const char* en) const { return language == Language::vi ? vi : en; }
    DataFolder folder() const { return DataFolder{data}; }
    CentralStore open() const { return CentralStore{folder().existing_database()}; }
    /// Who changes something here, and when.
    ChangedBy by() const;
    /// As the running centre sees it: with the days that its `serve` was started with.
    View view(const CentralStore& store) const;
    /// JSON on one line where it was asked for, else the text.
    void print(const nlohmann::json& machine, const std::string& human) const;
};

/// The setting in which `serve` leaves its --silent-after for the other verbs.
inline constexpr const char* silent_after_setting = "silent_after_days";

/// The system's clock, in whole seconds.
Instant system_now();

void add_serve_verb(CLI::App& app, Cli& cli);
void add_unit_verbs(CLI::App& app, Cli& cli);
void add_unit_change_verbs(CLI::App& unit, Cli& cli);
void add_token_verbs(CLI::App& app, Cli& cli);
void add_device_verbs(CLI::App& app, Cli& cli);
void add_scan_verb(CLI::App& app, Cli& cli);
void add_update_verbs(CLI::App& app, Cli& cli);
void add_user_verbs(CLI::App& app, Cli& cli);
void add_simulated_verbs(CLI::App& app, Cli& cli);
void add_operation_verbs(CLI::App& app, Cli& cli);

}  // namespace wardwatch
