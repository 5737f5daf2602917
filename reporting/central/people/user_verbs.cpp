// user add|change|disable|enable|passwd|list, ca fingerprint.
#include <iostream>

#include "reporting/central/api/roles.h"
#include "reporting/central/cli/cli.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/people/password_rules.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

using nlohmann::json;

namespace {

struct UserChoice {
    std::string name;
    bool from_stdin = false;
    std::optional<std::string> role;
    std::optional<std::string> unit;
    bool all_units = false;
    std::optional<std::string> full_name;
    std::optional<std::string> email;
    bool no_totp = false;
};

User user_named(const Cli& cli, const sql::Database& database, const std::string& name) {
    std::optional<User> user = Users{database}.find(name);
    if (user) return *std::move(user);
    throw StoreError(cli.say("Không có người dùng ", "There is no user ") + name +
                     cli.say("; xem `user list`.", "; see `user list`."));
}

Role role_named(const std::string& name) {
    try {
        return role_from(name);
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
}

struct ChosenPassword {
    std::string text;
    bool must_change = false;  ///< by its owner, at the first sign-in
};

/// Read from standard input where asked for, so that it stands in no process list; else random, and to be changed.
ChosenPassword new_password(bool from_stdin, const PasswordOwner& owner) {
    if (!from_stdin) return {random_password(), true};
    std::string password;
    std::getline(std::cin, password);
    const PasswordProblem problem = password_problem(password, owner);
    if (!problem.code.empty()) throw UsageError(problem.sentence);
    return {password, false};
}

void print_password(const Cli& cli, const std::string& name, const ChosenPassword& password) {
    json machine = {{"user", name}, {"must_change_password", password.must_change}};
    std::string shown;
    if (password.must_change) {
        machine["password"] = password.text;
        shown = "\n" +
                cli.say("Mật khẩu (chỉ hiện một lần, phải đổi khi đăng nhập lần đầu): ",
                        "Password (shown once, to be changed at the first login): ") +
                password.text;
    }
    cli.print(machine, cli.say("Người dùng: ", "User: ") + name + shown + "\n");
}

void add_user_verb(const Cli& cli, const UserChoice& choice) {
    sql::Database database = cli.open();
    NewUser user;
    user.name = choice.name;
    user.role = role_named(choice.role.value_or("administrator"));
    if (choice.unit) user.unit_id = Units{database}.find(*choice.unit).id;
    user.full_name = choice.full_name.value_or("");
    user.email = choice.email.value_or("");
    const ChosenPassword password = new_password(choice.from_stdin, {user.name, user.full_name, user.email, ""});
    user.password_hash = hash_password(password.text);
    user.must_change_password = password.must_change;
    Users{database}.add(user, system_now());
    print_password(cli, user.name, password);
}

void change_user_verb(const Cli& cli, const UserChoice& choice) {
    sql::Database database = cli.open();
    UserChange change;
    if (choice.role) change.role = role_named(*choice.role);
    if (choice.unit) change.unit_id = Units{database}.find(*choice.unit).id;
    if (choice.all_units) change.unit_id = std::optional<std::int64_t>{};
    change.full_name = choice.full_name;
    change.email = choice.email;
    Users users{database};
    const User user = user_named(cli, database, choice.name);
    users.change(user.name, change, system_now());
    if (choice.no_totp) users.set_totp_secret(user.name, "", 0);
    cli.print({{"user", user.name}}, cli.say("Đã đổi: ", "Changed: ") + user.name + "\n");
}

void set_disabled(const Cli& cli, const UserChoice& choice, bool disabled) {
    sql::Database database = cli.open();
    const User user = user_named(cli, database, choice.name);
    UserChange change;
    change.disabled = disabled;
    Users{database}.change(user.name, change, system_now());
    cli.print({{"user", user.name}, {"disabled", disabled}},
              (disabled ? cli.say("Đã khoá: ", "Disabled: ") : cli.say("Đã mở lại: ", "Enabled: ")) + user.name + "\n");
}

void disable_user(const Cli& cli, const UserChoice& choice) { set_disabled(cli, choice, true); }
void enable_user(const Cli& cli, const UserChoice& choice) { set_disabled(cli, choice, false); }

void change_password(const Cli& cli, const UserChoice& choice) {
    sql::Database database = cli.open();
    const User user = user_named(cli, database, choice.name);
    const ChosenPassword password =
        new_password(choice.from_stdin, {user.name, user.full_name, user.email, user.password_hash});
    if (!Users{database}.set_password(user.name, hash_password(password.text), password.must_change, system_now()))
        throw StoreError(user.name + cli.say(" đăng nhập bằng thư mục LDAP; hãy đổi mật khẩu ở đó.",
                                             " signs in by the directory; change the password there."));
    print_password(cli, user.name, password);
}

std::string state_of(const Cli& cli, const User& user) {
    if (user.disabled_at) return cli.say("đã khoá", "disabled");
    if (user.must_change_password) return cli.say("phải đổi mật khẩu", "has to change the password");
    return user.totp_secret.empty() ? "" : cli.say("xác thực hai lớp", "second factor");
}

void list_users(const Cli& cli, const UserChoice& /*choice*/) {
    sql::Database database = cli.open();
    const Users users{database};
    json list = json::array();
    std::vector<std::vector<std::string>> rows{
        {cli.say("Người dùng", "User"), cli.say("Họ tên", "Name"), cli.say("Vai trò", "Role"),
         cli.say("Đơn vị", "Unit"), cli.say("Đổi mật khẩu lúc", "Password changed"),
         cli.say("Đăng nhập lúc", "Last login"), cli.say("Trạng thái", "State")}};
    for (const User& user : Users{database}.all()) {
        const std::string unit = users.unit_path(user.unit_id);
        const std::string role{name_of(user.role)};
        rows.push_back({user.name, user.full_name, role, unit,
                        user.from_directory ? "LDAP" : vietnam_time(user.changed_at),
                        user.last_login_at ? vietnam_time(*user.last_login_at) : "", state_of(cli, user)});
        list.push_back({{"user", user.name},
                        {"full_name", user.full_name},
                        {"email", user.email},
                        {"role", role},
                        {"unit_id", user.unit_id ? json(*user.unit_id) : json()},
                        {"unit", user.unit_id ? json(unit) : json()},
                        {"source", user.from_directory ? "directory" : "local"},
                        {"must_change_password", user.must_change_password},
                        {"totp", !user.totp_secret.empty()},
                        {"disabled", user.disabled_at.has_value()},
                        {"created_at", format_instant(user.created_at)},
                        {"password_changed_at", format_instant(user.changed_at)},
                        {"last_login_at", user.last_login_at ? json(format_instant(*user.last_login_at)) : json()}});
    }
    cli.print({{"users", std::move(list)}}, table(rows, "", Heading::first_row));
}

void show_fingerprint(const Cli& cli) {
    const std::string sha256 = inspect_certificate(cli.folder().authority_certificate()).sha256;
    cli.print({{"sha256", sha256}}, sha256 + "\n");
}

}  // namespace

void add_user_verbs(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<UserChoice>();
    CLI::App* user = app.add_subcommand("user", cli.say("Người dùng trang web", "People who use the page"));
    user->require_subcommand(1);
    const auto verb = [&](const char* name, const std::string& help, void (*act)(const Cli&, const UserChoice&)) {
        CLI::App* added = user->add_subcommand(name, help);
        added->callback([&cli, choice, act] { cli.chosen = [&cli, choice, act] { act(cli, *choice); }; });
        return added;
    };
    const auto about_one = [&](const char* name, const std::string& help, void (*act)(const Cli&, const UserChoice&)) {
        CLI::App* added = verb(name, help, act);
        added->add_option("name", choice->name, cli.say("Tên đăng nhập", "Login name"))->required();
        return added;
    };
    const auto ask_for_password = [&](CLI::App* of) {
        of->add_flag("--password-stdin", choice->from_stdin,
                     cli.say("Đọc mật khẩu từ đầu vào chuẩn thay vì tạo ngẫu nhiên",
                             "Read the password from standard input instead of making one"));
    };
    const auto ask_for_role = [&](CLI::App* of) {
        of->add_option(
            "--role", choice->role,
            cli.say("Vai trò: administrator (quản trị), operator (được quét), auditor (xem tất cả và nhật ký), "
                    "unit_manager (xem đơn vị của mình)",
                    "Role: administrator, operator (may scan), auditor (reads all and the audit log), "
                    "unit_manager (reads their unit)"));
        of->add_option("--unit", choice->unit,
                       cli.say("Chỉ thấy đơn vị này và cấp dưới: số, tên hoặc đường dẫn",
                               "Sees this unit and what is below it only: id, name or path"));
        of->add_option("--full-name", choice->full_name, cli.say("Họ và tên", "The person's name"));
        of->add_option("--email", choice->email, cli.say("Thư điện tử", "E-mail address"));
    };
    CLI::App* add = about_one("add",
                              cli.say("Thêm người dùng; không nêu vai trò thì là quản trị",
                                      "Add a user; an administrator, unless a role is named"),
                              add_user_verb);
    ask_for_role(add);
    ask_for_password(add);
    CLI::App* change =
        about_one("change", cli.say("Đổi vai trò, đơn vị, họ tên", "Change role, unit, name"), change_user_verb);
    ask_for_role(change);
    change->add_flag("--all-units", choice->all_units, cli.say("Thấy mọi đơn vị", "Sees all units"))
        ->excludes("--unit");
    change->add_flag("--no-totp", choice->no_totp,
                     cli.say("Bỏ xác thực hai lớp (mất điện thoại)", "End the second factor (a lost phone)"));
    about_one("disable", cli.say("Khoá: không đăng nhập được nữa", "Let them sign in no longer"), disable_user);
    about_one("enable", cli.say("Mở lại", "Let them sign in again"), enable_user);
    ask_for_password(about_one(
        "passwd", cli.say("Đặt mật khẩu mới, chấm dứt phiên đang mở", "Set a new password, end open sessions"),
        change_password));
    verb("list", cli.say("Liệt kê người dùng", "List users"), list_users);
    CLI::App* ca = app.add_subcommand("ca", cli.say("Cơ quan chứng thực (CA) của trung tâm", "The centre's CA"));
    ca->require_subcommand(1);
    ca->add_subcommand("fingerprint", cli.say("In dấu vân tay SHA-256 của CA", "Print the CA's SHA-256 fingerprint"))
        ->callback([&cli] { cli.chosen = [&cli] { show_fingerprint(cli); }; });
}

}  // namespace wardwatch
