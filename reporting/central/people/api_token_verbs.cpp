// api-token create|list|revoke: for programs that ask the people's API.
#include "reporting/central/cli/cli.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/people/api_token_store.h"
#include "reporting/central/people/user_store.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

using nlohmann::json;

namespace {

struct ApiTokenChoice {
    std::string name;
    std::string role = "auditor";
    std::string unit;
    std::optional<std::int64_t> days;
    std::string owner;
    std::string service_account;
    std::string id;
};

constexpr std::chrono::days usual_api_token_life{90};

void create_api_token(const Cli& cli, const ApiTokenChoice& choice) {
    if (choice.owner.empty() && choice.service_account.empty())
        throw UsageError(cli.say("Hãy nêu mã thuộc về ai: --owner NGƯỜI-DÙNG, hoặc --service-account TÊN.",
                                 "Say whose token it is: --owner USER, or --service-account NAME."));
    sql::Database database = cli.open();
    ApiToken token;
    token.id = random_uuid();
    token.name = choice.name;
    try {
        token.role = role_from(choice.role);
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
    if (!choice.unit.empty()) token.unit_id = Units{database}.find(choice.unit).id;
    token.created_by = cli.by().actor;
    token.created_at = system_now();
    token.expires_at =
        token.created_at + (choice.days ? std::chrono::days{*choice.days}
                                        : std::min(usual_api_token_life, longest_api_token_life(token.role)));
    token.owner = choice.owner;
    token.service_account = choice.service_account;
    const std::string secret = new_api_token();
    token = ApiTokens{database}.add(token, sha256_hex(secret));
    cli.print({{"id", token.id},
               {"name", token.name},
               {"owner", token.owner},
               {"token", secret},
               {"expires_at", format_instant(token.expires_at)}},
              cli.say("Mã API (chỉ hiện một lần): ", "API token (shown once): ") + secret + "\n" +
                  cli.say("Hết hạn: ", "Expires: ") + vietnam_time(token.expires_at) + "\n");
}

std::string api_token_state(const Cli& cli, const ApiToken& token) {
    if (token.revoked_at) return cli.say("đã thu hồi", "revoked");
    if (token.expires_at <= system_now()) return cli.say("hết hạn", "expired");
    if (!has_rights(token, system_now()))
        return cli.say("không còn quyền: chủ sở hữu bị khóa hoặc không có",
                       "without rights: its owner is disabled, or there is none");
    if (token.owner.empty())
        return cli.say("cần chủ sở hữu trước ", "needs an owner before ") + vietnam_time(*token.owner_needed_by);
    return cli.say("còn hiệu lực", "valid");
}

void list_api_tokens_verb(const Cli& cli, const ApiTokenChoice& /*choice*/) {
    sql::Database database = cli.open();
    const Users users{database};
    json list = json::array();
    std::vector<std::vector<std::string>> rows{{cli.say("Mã số", "Id"), cli.say("Tên", "Name"),
                                                cli.say("Vai trò", "Role"), cli.say("Đơn vị", "Unit"),
                                                cli.say("Chủ sở hữu", "Owner"), cli.say("Hết hạn", "Expires"),
                                                cli.say("Dùng lần cuối", "Last used"), cli.say("Trạng thái", "State")}};
    for (const ApiToken& token : ApiTokens{database}.all()) {
        rows.push_back({token.id, token.name, std::string{name_of(token.role)}, users.unit_path(token.unit_id),
                        token.service_account.empty() ? token.owner : token.service_account + " → " + token.owner,
                        vietnam_time(token.expires_at), token.last_used_at ? vietnam_time(*token.last_used_at) : "",
                        api_token_state(cli, token)});
        list.push_back({{"id", token.id},
                        {"name", token.name},
                        {"role", name_of(token.role)},
                        {"unit_id", token.unit_id ? json(*token.unit_id) : json()},
                        {"owner", token.owner.empty() ? json() : json(token.owner)},
                        {"service_account", token.service_account.empty() ? json() : json(token.service_account)},
                        {"has_rights", has_rights(token, system_now())},
                        {"created_by", token.created_by},
                        {"created_at", format_instant(token.created_at)},
                        {"expires_at", format_instant(token.expires_at)},
                        {"revoked", token.revoked_at.has_value()},
                        {"last_used_at", token.last_used_at ? json(format_instant(*token.last_used_at)) : json()}});
    }
    cli.print({{"tokens", std::move(list)}}, table(rows, "", Heading::first_row));
}

void revoke_api_token_verb(const Cli& cli, const ApiTokenChoice& choice) {
    sql::Database database = cli.open();
    if (!ApiTokens{database}.revoke(choice.id, system_now()))
        throw StoreError(
            cli.say("Không có mã API còn hiệu lực với mã số ", "There is no API token in force with the id ") +
            choice.id + cli.say("; xem `api-token list`.", "; see `api-token list`."));
    cli.print({{"id", choice.id}, {"revoked", true}},
              cli.say("Đã thu hồi mã API ", "Revoked API token ") + choice.id + "\n");
}

}  // namespace

void add_api_token_verbs(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<ApiTokenChoice>();
    CLI::App* token =
        app.add_subcommand("api-token", cli.say("Mã API cho chương trình khác", "API tokens for other programs"));
    token->require_subcommand(1);
    const auto verb = [&](const char* name, const std::string& help, void (*act)(const Cli&, const ApiTokenChoice&)) {
        CLI::App* added = token->add_subcommand(name, help);
        added->callback([&cli, choice, act] { cli.chosen = [&cli, choice, act] { act(cli, *choice); }; });
        return added;
    };
    CLI::App* create =
        verb("create", cli.say("Tạo mã, in ra một lần", "Create a token, print it once"), create_api_token);
    create->add_option("name", choice->name, cli.say("Dùng cho việc gì", "What it is for"))->required();
    create->add_option("--role", choice->role, cli.say("Vai trò, như của người dùng", "Role, as a user's"))
        ->capture_default_str();
    create->add_option("--unit", choice->unit,
                       cli.say("Chỉ thấy đơn vị này và cấp dưới", "Sees this unit and what is below it only"));
    create
        ->add_option("--days", choice->days,
                     cli.say("Hiệu lực bao nhiêu ngày: 90 nếu không nêu; mã quản trị: nhiều nhất 30",
                             "Valid for how many days: 90 unless said; an administrator's: 30 at most"))
        ->check(CLI::Range(1, 731));
    CLI::Option* owner = create->add_option(
        "--owner", choice->owner,
        cli.say("Người dùng sở hữu mã; mã mất quyền cùng với người đó", "The user who owns it, and with whom it ends"));
    create
        ->add_option("--service-account", choice->service_account,
                     cli.say("Hoặc tài khoản dịch vụ giữ mã", "Or the service account that holds it"))
        ->excludes(owner);
    verb("list", cli.say("Liệt kê mã", "List tokens"), list_api_tokens_verb);
    CLI::App* revoke = verb("revoke", cli.say("Thu hồi mã", "Revoke a token"), revoke_api_token_verb);
    revoke->add_option("id", choice->id, cli.say("Mã số", "The token's id"))->required();
}

}  // namespace wardwatch
