// wardwatch-central: the central office's program.
#include <cstdlib>
#include <iostream>

#include "reporting/central/audit/verb_record.h"
#include "reporting/central/http/endpoint.h"
#include "reporting/central/operation/config.h"
#include "reporting/central/verbs.h"
#include "reporting/policy/usage_mistake.h"

namespace wardwatch {

namespace {

/// --lang wins, then the locale; Vietnamese when neither says English. Needed before parsing: it chooses the help's
/// words.
Language choose_language(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--lang=en" || (argument == "--lang" && i + 1 < argc && std::string{argv[i + 1]} == "en")) {
            return Language::en;
        }
        if (argument.starts_with("--lang")) return Language::vi;
    }
    for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): before any thread
        if (value != nullptr && *value != '\0') {
            return std::string{value}.starts_with("en") ? Language::en : Language::vi;
        }
    }
    return Language::vi;
}

std::string mistake(const CLI::App& app, const Cli& cli, const CLI::ParseError& error) {
    return describe(UsageMistake{error.get_name(), error.what(), !app.get_subcommands().empty(), app.remaining()},
                    cli.language);
}

int run(int argc, char** argv) {
    Cli cli;
    CentralConfig config;
    cli.language = choose_language(argc, argv);
    CLI::App app{cli.say("Wardwatch, trung tâm: nhận báo cáo của các máy tính và cho biết máy nào tuân thủ",
                         "Wardwatch, the centre: receives the PCs' reports and says which PCs comply"),
                 "wardwatch-central"};
    app.set_version_flag("--version", WARDWATCH_VERSION, cli.say("Phiên bản", "Version"));
    app.fallthrough();
    app.require_subcommand(1);
    app.set_help_flag("-h,--help", cli.say("Trợ giúp", "Help"));
    std::string language;
    const CLI::Option* data =
        app.add_option("--data", cli.data, cli.say("Thư mục dữ liệu của trung tâm", "The centre's data folder"))
            ->capture_default_str();
    app.add_option("--config", cli.config_file,
                   cli.say("Tệp cấu hình; mặc định /etc/wardwatch/central.json nếu có",
                           "Configuration file; /etc/wardwatch/central.json by default, where it exists"));
    app.add_option("--lang", language, cli.say("Ngôn ngữ", "Language"))->check(CLI::IsMember({"vi", "en"}));
    app.add_flag("--json", cli.json, cli.say("In kết quả dạng JSON", "Print JSON"));
    add_verbs(app, cli, config);
    if (cli.language == Language::vi) speak_vietnamese(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        std::cerr << cli.say("Sai cú pháp: ", "Usage: ") << mistake(app, cli, error) << "\n"
                  << cli.say("Xem `wardwatch-central --help`.", "See `wardwatch-central --help`.") << "\n";
        return exit_usage;
    }
    try {
        config = load_config(cli.config_file);
        if (data->count() == 0 && config.data) cli.data = *config.data;
        cli.server = config.database;
        // Before it runs: nobody gets round the log by ending the program in time.
        const CliRecord record{cli, app, std::vector<std::string>(argv + 1, argv + argc)};
        record.write("");
        try {
            cli.chosen();
        } catch (const std::exception&) {
            record.write(" failed");
            throw;
        }
        // The database that was there before has the first entry; the one that is there now had none.
        if (record.replaces_the_log()) record.write("");
        return cli.exit_code;
    } catch (const ConfigError& error) {
        std::cerr << cli.say("Cấu hình sai: ", "Configuration: ") << error.what() << "\n";
        return exit_usage;
    } catch (const EndpointError& error) {
        std::cerr << cli.say("Lỗi: ", "Error: ") << error.what() << "\n";
        return exit_usage;
    } catch (const UsageError& error) {
        std::cerr << cli.say("Lỗi: ", "Error: ") << error.what() << "\n";
        return exit_usage;
    } catch (const std::exception& error) {
        std::cerr << cli.say("Lỗi: ", "Error: ") << error.what() << "\n";
        return exit_failure;
    }
}

}  // namespace

}  // namespace wardwatch

int main(int argc, char** argv) { return wardwatch::run(argc, argv); }
