// service-account add|list|owner|disable|enable: who holds API tokens for a program, and which person owns them.
#include "reporting/central/cli/cli.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/people/service_account_store.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

using nlohmann::json;

namespace {

struct AccountChoice {
    std::string name;
    std::string owner;
};

void add_account_verb(const Cli& cli, const AccountChoice& choice) {
    sql::Database database = cli.open();
    ServiceAccounts{database}.add(choice.name, choice.owner, cli.by());
    cli.print({{"name", choice.name}, {"owner", choice.owner}},
              cli.say("Tài khoản dịch vụ: ", "Service account: ") + choice.name +
                  cli.say(", chủ sở hữu ", ", owned by ") + choice.owner + "\n");
}

void set_owner_verb(const Cli& cli, const AccountChoice& choice) {
    sql::Database database = cli.open();
    ServiceAccounts{database}.set_owner(choice.name, choice.owner);
    cli.print({{"name", choice.name}, {"owner", choice.owner}},
              choice.name + cli.say(": chủ sở hữu ", ": owned by ") + choice.owner + "\n");
}

void set_account_disabled(const Cli& cli, const AccountChoice& choice, bool disabled) {
    sql::Database database = cli.open();
    ServiceAccounts{database}.set_disabled(choice.name, disabled, system_now());
    cli.print(
        {{"name", choice.name}, {"disabled", disabled}},
        (disabled ? cli.say("Đã khóa: ", "Disabled: ") : cli.say("Đã mở lại: ", "Enabled: ")) + choice.name + "\n");
}

void disable_account(const Cli& cli, const AccountChoice& choice) { set_account_disabled(cli, choice, true); }
void enable_account(const Cli& cli, const AccountChoice& choice) { set_account_disabled(cli, choice, false); }

void list_accounts_verb(const Cli& cli, const AccountChoice& /*choice*/) {
    const sql::Database database = cli.open();
    json list = json::array();
    std::vector<std::vector<std::string>> rows{{cli.say("Tên", "Name"), cli.say("Chủ sở hữu", "Owner"),
                                                cli.say("Số mã", "Tokens"), cli.say("Trạng thái", "State")}};
    for (const ServiceAccount& account : ServiceAccounts{database}.all(system_now())) {
        std::string state = account.disabled_at ? cli.say("đã khóa", "disabled") : "";
        if (state.empty() && account.owner_needed_by)
            state = cli.say("cần chủ sở hữu trước ", "needs an owner before ") + vietnam_time(*account.owner_needed_by);
        rows.push_back({account.name, account.owner, std::to_string(account.tokens), state});
        list.push_back(
            {{"name", account.name},
             {"owner", account.owner.empty() ? json() : json(account.owner)},
             {"owner_needed_by", account.owner_needed_by ? json(format_instant(*account.owner_needed_by)) : json()},
             {"disabled", account.disabled_at.has_value()},
             {"tokens", account.tokens}});
    }
    cli.print({{"service_accounts", std::move(list)}}, table(rows, "", Heading::first_row));
}

}  // namespace

void add_service_account_verbs(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<AccountChoice>();
    CLI::App* account = app.add_subcommand(
        "service-account", cli.say("Tài khoản dịch vụ giữ mã API", "Service accounts, which hold API tokens"));
    account->require_subcommand(1);
    const auto verb = [&](const char* name, const std::string& help, void (*act)(const Cli&, const AccountChoice&)) {
        CLI::App* added = account->add_subcommand(name, help);
        added->callback([&cli, choice, act] { cli.chosen = [&cli, choice, act] { act(cli, *choice); }; });
        return added;
    };
    const auto about_one = [&](CLI::App* added) {
        added->add_option("name", choice->name, cli.say("Tên tài khoản", "The account's name"))->required();
        return added;
    };
    const std::string owner = cli.say("Người dùng chịu trách nhiệm", "The user who answers for it");
    about_one(verb("add", cli.say("Thêm", "Add one"), add_account_verb))
        ->add_option("--owner", choice->owner, owner)
        ->required();
    verb("list", cli.say("Liệt kê", "List them"), list_accounts_verb);
    about_one(verb("owner", cli.say("Giao cho người khác", "Give it to another owner"), set_owner_verb))
        ->add_option("owner", choice->owner, owner)
        ->required();
    about_one(verb("disable", cli.say("Khóa: mã của nó mất quyền ngay", "Its tokens have no rights at once"),
                   disable_account));
    about_one(verb("enable", cli.say("Mở lại", "Let its tokens in again"), enable_account));
}

}  // namespace wardwatch
