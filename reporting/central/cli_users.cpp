// user add|passwd|list, ca fingerprint.
#include <iostream>

#include "reporting/central/cli.h"
#include "reporting/central/office_time.h"
#include "reporting/central/password.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

using nlohmann::json;

namespace {

/// Read from standard input where asked for, so that it stands in no process list; else random.
std::string new_password(bool from_stdin) {
    if (!from_stdin) return random_password();
    std::string password;
    std::getline(std::cin, password);
    const std::string weakness = password_weakness(password);
    if (!weakness.empty()) throw UsageError(weakness);
    return password;
}

void print_password(const Cli& cli, const std::string& name, const std::string& password, bool from_stdin) {
    json machine = {{"user", name}};
    if (!from_stdin) machine["password"] = password;
    const std::string shown =
        from_stdin ? "" : "\n" + cli.say("Mật khẩu (chỉ hiện một lần): ", "Password (shown once): ") + password;
    cli.print(machine, cli.say("Người dùng: ", "User: ") + name + shown + "\n");
}

void add_user(const Cli& cli, const std::string& name, bool from_stdin) {
    CentralStore store = cli.open();
    const std::string password = new_password(from_stdin);
    store.add_user({name, hash_password(password), Role::administrator, std::nullopt, false}, system_now());
    print_password(cli, name, password, from_stdin);
}

void change_password(const Cli& cli, const std::string& name, bool from_stdin) {
    CentralStore store = cli.open();
    const std::string password = new_password(from_stdin);
    if (!store.set_password(name, hash_password(password), system_now())) {
        throw StoreError(cli.say("Không có người dùng ", "There is no user ") + name +
                         cli.say("; xem `user list`.", "; see `user list`."));
    }
    print_password(cli, name, password, from_stdin);
}

void list_users(const Cli& cli) {
    const CentralStore store = cli.open();
    json list = json::array();
    std::vector<std::vector<std::string>> rows{{cli.say("Người dùng", "User"), cli.say("Tạo lúc", "Created"),
                                                cli.say("Đổi mật khẩu lúc", "Password changed")}};
    for (const User& user : store.users()) {
        rows.push_back({user.name, vietnam_time(user.created_at), vietnam_time(user.changed_at)});
        list.push_back({{"user", user.name},
                        {"created_at", format_instant(user.created_at)},
                        {"password_changed_at", format_instant(user.changed_at)}});
    }
    cli.print({{"users", std::move(list)}}, table(rows, "", Heading::first_row));
}

void show_fingerprint(const Cli& cli) {
    const std::string sha256 = inspect_certificate(cli.folder().authority_certificate()).sha256;
    cli.print({{"sha256", sha256}}, sha256 + "\n");
}

}  // namespace

void add_user_verbs(CLI::App& app, Cli& cli) {
    struct Options {
        std::string name;
        bool from_stdin = false;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* user = app.add_subcommand("user", cli.say("Người dùng trang web", "People who use the page"));
    user->require_subcommand(1);
    const auto add = [&](const char* verb_name, const std::string& help,
                         void (*act)(const Cli&, const std::string&, bool)) {
        CLI::App* verb = user->add_subcommand(verb_name, help);
        verb->add_option("name", options->name, cli.say("Tên đăng nhập", "Login name"))->required();
        verb->add_flag("--password-stdin", options->from_stdin,
                       cli.say("Đọc mật khẩu từ đầu vào chuẩn thay vì tạo ngẫu nhiên",
                               "Read the password from standard input instead of making one"));
        verb->callback([&cli, options, act] {
            cli.chosen = [&cli, options, act] { act(cli, options->name, options->from_stdin); };
        });
    };
    add("add", cli.say("Thêm người dùng", "Add a user"), add_user);
    add("passwd", cli.say("Đặt mật khẩu mới, chấm dứt phiên đang mở", "Set a new password, end open sessions"),
        change_password);
    user->add_subcommand("list", cli.say("Liệt kê người dùng", "List users"))->callback([&cli] {
        cli.chosen = [&cli] { list_users(cli); };
    });
    CLI::App* ca = app.add_subcommand("ca", cli.say("Cơ quan chứng thực (CA) của trung tâm", "The centre's CA"));
    ca->require_subcommand(1);
    ca->add_subcommand("fingerprint", cli.say("In dấu vân tay SHA-256 của CA", "Print the CA's SHA-256 fingerprint"))
        ->callback([&cli] { cli.chosen = [&cli] { show_fingerprint(cli); }; });
}

}  // namespace wardwatch
