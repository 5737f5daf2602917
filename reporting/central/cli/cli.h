// The verbs of wardwatch-central. Each file adds its own to the parser; what was chosen runs after parsing.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "reporting/central/api/view.h"
#include "reporting/central/history/days.h"
#include "reporting/central/judging/current_policy.h"
#include "reporting/central/operation/config.h"
#include "reporting/central/operation/data_folder.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"
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
    std::shared_ptr<CurrentPolicy> policy = std::make_shared<CurrentPolicy>();

    std::string say(const char* vi, const char* en) const { return language == Language::vi ? vi : en; }
    DataFolder folder() const { return DataFolder{data}; }
    sql::Database open() const { return sql::Database{folder().existing_database()}; }
    /// Who changes something here, and when.
    ChangedBy by() const;
    /// The one in force; stays valid as long as this.
    const PolicyInForce& policy_of(const sql::Database& database) const;
    /// As the running centre sees it: with the days that its `serve` was started with.
    View view(const sql::Database& database) const;
    /// JSON on one line where it was asked for, else the text.
    void print(const nlohmann::json& machine, const std::string& human) const;
};

/// The system's clock, in whole seconds.
Instant system_now();

void add_serve_verb(CLI::App& app, Cli& cli);
/// Added to the verb "unit", which is there.
void add_unit_list_verbs(CLI::App& app, Cli& cli);
void add_token_verbs(CLI::App& app, Cli& cli);
void add_device_verbs(CLI::App& app, Cli& cli);
/// Added to the verb "device", which is there.
void add_device_revoke_verb(CLI::App& app, Cli& cli);
void add_policy_verbs(CLI::App& app, Cli& cli);
void add_scan_verb(CLI::App& app, Cli& cli);
void add_update_verbs(CLI::App& app, Cli& cli);
void add_user_verbs(CLI::App& app, Cli& cli);
void add_waiver_verbs(CLI::App& app, Cli& cli);
void add_api_token_verbs(CLI::App& app, Cli& cli);
void add_audit_verbs(CLI::App& app, Cli& cli);

/// What the audit log says of a verb that changes something or shows persons' data: "cli:" with the system's user, the
/// verb, and the words of the command line. (No verb takes a secret there.)
class CliRecord {
public:
    CliRecord(const Cli& cli, const CLI::App& app, const std::vector<std::string>& words);
    /// `what` stands behind the verb: "", " failed". Nothing is written for other verbs, and where there is no centre.
    void write(const std::string& what) const;
    bool replaces_the_log() const { return action_ == "restore"; }

private:
    std::filesystem::path file_;  ///< empty: nothing is recorded
    std::string action_;
    std::string detail_;
};
void add_register_verbs(CLI::App& app, Cli& cli);
void add_report_verbs(CLI::App& app, Cli& cli);
void add_simulated_verbs(CLI::App& app, Cli& cli);
void add_operation_verbs(CLI::App& app, Cli& cli);

}  // namespace wardwatch
