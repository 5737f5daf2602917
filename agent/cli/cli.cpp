// Takes the command line apart and calls the verb; what a verb throws becomes a sentence and an exit code.
#include "agent/cli/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "agent/data_folder/protected_files.h"
#include "agent/settings/config.h"
#include "agent/system/console.h"
#include "reporting/policy/usage_mistake.h"

namespace wardwatch {
namespace {

// Help texts need the language before the arguments are taken apart.
std::string option_before_parsing(const std::vector<std::string>& arguments, const std::string& name) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == name && i + 1 < arguments.size()) return arguments[i + 1];
        if (arguments[i].starts_with(name + "=")) return arguments[i].substr(name.size() + 1);
    }
    return {};
}

Language choose_language(const std::vector<std::string>& arguments, const std::filesystem::path& data) {
    const std::string asked = option_before_parsing(arguments, "--lang");
    if (asked == "vi") return Language::vi;
    if (asked == "en") return Language::en;
    return load_config(data).config.language.value_or(system_language());
}

struct Arguments {
    std::string data;
    std::string language;
    bool json = false;
    ScanArguments scan;
    CheckArguments check;
    EnrolArguments enrol;
    ServiceArguments service;
    bool settings = false;
};

void add_global(CLI::App& app, const Invocation& chosen, Arguments& arguments) {
    app.require_subcommand(1);
    app.fallthrough();
    app.set_version_flag("--version", std::string("wardwatch " WARDWATCH_VERSION), chosen.say("Phiên bản", "Version"));
    app.set_help_flag("-h,--help", chosen.say("Trợ giúp", "Help"));
    app.add_option("--data", arguments.data, chosen.say("Thư mục dữ liệu", "Data folder"))->type_name("DIR");
    app.add_option("--lang", arguments.language, chosen.say("Ngôn ngữ: vi hoặc en", "Language: vi or en"))
        ->check(CLI::IsMember({"vi", "en"}))
        ->type_name("vi|en");
    app.add_flag("--json", arguments.json, chosen.say("Xuất JSON cho máy đọc", "JSON for machines"));
}

void add_verbs(CLI::App& app, const Invocation& chosen, Arguments& arguments) {
    CLI::App* scan =
        app.add_subcommand("scan", chosen.say("Thu thập dữ kiện trên máy này", "Collect facts on this PC"));
    scan->add_option("--root", arguments.scan.root,
                     chosen.say("Ổ đĩa Windows đang tắt, gắn tại DIR (thay cho C:)",
                                "An offline Windows disk mounted at DIR (its C:)"))
        ->type_name("DIR");
    scan->add_option("--only", arguments.scan.only, chosen.say("Chỉ các bộ thu thập này", "Only these collectors"))
        ->type_name("COLLECTOR");
    scan->add_flag("--send", arguments.scan.send,
                   chosen.say("Lưu và gửi về trung tâm", "Store and send to the centre"));
    scan->add_flag("--wait", arguments.scan.wait,
                   chosen.say("Nhờ dịch vụ đang chạy quét, chờ và in báo cáo",
                              "Ask the running service, wait and print its report"));
    scan->add_flag("--no-wait", arguments.scan.no_wait,
                   chosen.say("Nhờ dịch vụ đang chạy quét, không chờ", "Ask the running service, do not wait"));
    scan->add_flag(
        "--here", arguments.scan.here,
        chosen.say("Quét ngay trong lệnh này, không nhờ dịch vụ", "Scan in this process, do not ask the service"));
    CLI::App* check = app.add_subcommand(
        "check", chosen.say("Đánh giá theo quy định và cách khắc phục", "Verdicts and how to fix them"));
    check->add_option("--policy", arguments.check.policy, chosen.say("Tệp chính sách khác", "Another policy"))
        ->type_name("FILE");
    check
        ->add_option("--report", arguments.check.report,
                     chosen.say("Đánh giá báo cáo này (- là đầu vào chuẩn)", "Judge this report (-: standard input)"))
        ->type_name("FILE");
    check
        ->add_option("--html", arguments.check.html,
                     chosen.say("Ghi thêm một trang HTML để xem hoặc in (- là đầu ra chuẩn)",
                                "Also write a page to read or print (-: standard output)"))
        ->type_name("FILE");
    check->add_flag("--all", arguments.check.all, chosen.say("In cả những mục đạt", "Print what passes, too"));
    CLI::App* status = app.add_subcommand(
        "status", chosen.say("Tình trạng của chương trình trên máy này", "The state of the agent on this PC"));
    status->add_flag("--settings", arguments.settings,
                     chosen.say("Các cài đặt và nguồn của từng giá trị", "The settings and where each value is from"));
    CLI::App* enrol =
        app.add_subcommand("enroll", chosen.say("Đăng ký máy này với trung tâm", "Enrol this PC with the centre"));
    enrol->add_option("--url", arguments.enrol.url, chosen.say("Địa chỉ trung tâm", "The centre's address"))
        ->type_name("https://HOST:PORT");
    enrol
        ->add_option("--token", arguments.enrol.token,
                     chosen.say("Mã đăng ký (- là đầu vào chuẩn)", "Token (-: standard input)"))
        ->type_name("T");
    enrol
        ->add_option("--token-file", arguments.enrol.token_file,
                     chosen.say("Tệp chứa mã đăng ký", "File that holds the token"))
        ->type_name("FILE");
    enrol
        ->add_option("--ca-sha256", arguments.enrol.ca_sha256,
                     chosen.say("Dấu vân tay SHA-256 của CA trung tâm", "SHA-256 fingerprint of the centre's CA"))
        ->type_name("HEX");
    app.add_subcommand("facts", chosen.say("Danh mục dữ kiện", "The catalog of facts"));
    app.add_subcommand("notice", chosen.say("Thông báo cho người sử dụng máy: chương trình đọc gì, để làm gì",
                                            "The notice to this PC's users: what is read, and what for"));
    CLI::App* service = app.add_subcommand(
        "service", chosen.say("Chạy, cài đặt hoặc gỡ dịch vụ", "Run, install or remove the service"));
    // `configure` and `purge` are the installer's: not in the help.
    service->add_option("action", arguments.service.action, "run | install | remove")
        ->required()
        ->check(CLI::IsMember({"run", "install", "remove", "configure", "purge"}))
        ->type_name("");
    service->add_option("--token", arguments.service.token)->group("");
    service->add_flag("--keep-data", arguments.service.keep_data)->group("");
    service->add_flag("--only-new", arguments.service.only_new)->group("");
}

Exit dispatch(const CLI::App& app, const Invocation& invocation, const Arguments& arguments, RunService run) {
    const std::string verb = app.get_subcommands().front()->get_name();
    if (verb == "scan") return verb_scan(invocation, arguments.scan);
    if (verb == "check") return verb_check(invocation, arguments.check);
    if (verb == "status") return arguments.settings ? verb_settings(invocation) : verb_status(invocation);
    if (verb == "enroll") return verb_enroll(invocation, arguments.enrol);
    if (verb == "facts") return verb_facts(invocation);
    if (verb == "notice") return verb_notice(invocation);
    return verb_service(invocation, arguments.service, run);
}

std::string mistake(const CLI::App& app, const Invocation& invocation, const CLI::ParseError& error) {
    return describe(UsageMistake{error.get_name(), error.what(), !app.get_subcommands().empty(), app.remaining()},
                    invocation.language);
}

}  // namespace

int run_cli(std::vector<std::string> words, RunService run) {
    const std::string folder = option_before_parsing(words, "--data");
    Invocation invocation;
    invocation.data = folder.empty() ? default_data_folder() : utf8_path(folder);
    invocation.language = choose_language(words, invocation.data);
    invocation.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    CLI::App app("wardwatch");
    Arguments arguments;
    add_global(app, invocation, arguments);
    add_verbs(app, invocation, arguments);
    if (invocation.language == Language::vi) speak_vietnamese(app);
    try {
        std::reverse(words.begin(), words.end());  // CLI11 takes the last first
        app.parse(words);
        invocation.json = arguments.json;
        return static_cast<int>(dispatch(app, invocation, arguments, run));
    } catch (const CLI::CallForHelp&) {
        print(app.get_subcommands().empty() ? app.help() : app.get_subcommands().front()->help());
        return 0;
    } catch (const CLI::CallForVersion& version) {
        print(std::string(version.what()) + "\n");
        return 0;
    } catch (const CLI::ParseError& error) {
        print_error(invocation.say("Sai cú pháp: ", "Usage: ") + mistake(app, invocation, error) + "\n" +
                    invocation.say("Xem `wardwatch --help`.", "See `wardwatch --help`.") + "\n");
        return static_cast<int>(Exit::usage);
    } catch (const UsageError& error) {
        print_error(invocation.say("Sai cú pháp: ", "Usage: ") + error.what() + "\n");
        return static_cast<int>(Exit::usage);
    } catch (const std::exception& error) {
        print_error(invocation.say("Lỗi: ", "Error: ") + error.what() + "\n");
        return static_cast<int>(Exit::failure);
    }
}

}  // namespace wardwatch
