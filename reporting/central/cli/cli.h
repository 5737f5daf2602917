// The frame of the command line: options that all verbs have, and output. Verbs add themselves to the parser; what was
// chosen runs after parsing.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "reporting/central/data_folder/data_folder.h"
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
    sql::Server server;  ///< of the configuration; without an address, the database is in the data folder
    std::optional<std::filesystem::path> config_file;  ///< --config
    Language language = Language::vi;
    bool json = false;
    std::function<void()> chosen;  ///< the verb with its options
    int exit_code = exit_ok;       ///< a verb may choose another (scan: 1, 2)

    std::string say(const char* vi, const char* en) const { return language == Language::vi ? vi : en; }
    DataFolder folder() const { return DataFolder{data, server}; }
    sql::Database open() const { return sql::Database{folder().existing_database()}; }
    /// Who changes something here, and when.
    ChangedBy by() const;
    /// JSON on one line where it was asked for, else the text.
    void print(const nlohmann::json& machine, const std::string& human) const;
};

/// The system's clock, in whole seconds.
Instant system_now();

}  // namespace wardwatch
