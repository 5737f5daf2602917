// token create|list|revoke, device revoke.
#include "reporting/central/cli/cli.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/install_command.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/terminal_table.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::size_t token_bytes = 20;

void create_token(const Cli& cli, const std::string& unit_text, std::int64_t uses, std::int64_t days) {
    sql::Database database = cli.open();
    const Unit unit = Units{database}.find(unit_text);
    const std::string token = random_hex(token_bytes);
    const Instant now = system_now();
    const Instant expires_at = now + std::chrono::days{days};
    const std::int64_t id = Enrolments{database}.add_token(sha256_hex(token), unit.id, uses, now, expires_at);
    const json install = install_json(database, token, unit.path);
    std::string commands;
    for (const char* system : {"windows", "linux"}) {
        if (!install.is_null()) commands += std::string{system} + ": " + install.at(system).get<std::string>() + "\n";
    }
    cli.print({{"id", id},
               {"token", token},
               {"unit", unit.path},
               {"uses", uses},
               {"expires_at", format_instant(expires_at)},
               {"install", install}},
              cli.say("Mã ghi danh (chỉ hiện một lần): ", "Enrolment token (shown once): ") + token + "\n" +
                  cli.say("Số: ", "Id: ") + std::to_string(id) + cli.say("; đơn vị: ", "; unit: ") + unit.path +
                  cli.say("; số máy: ", "; PCs: ") + std::to_string(uses) + cli.say("; hết hạn: ", "; expires: ") +
                  vietnam_time(expires_at) + "\n" + commands);
}

std::string token_state(const Cli& cli, const Token& token, Instant now) {
    if (token.revoked_at) return cli.say("đã thu hồi", "revoked");
    if (token.expires_at <= now) return cli.say("hết hạn", "expired");
    if (token.used >= token.uses) return cli.say("đã dùng hết", "used up");
    return cli.say("còn hiệu lực", "valid");
}

void list_tokens(const Cli& cli) {
    const sql::Database database = cli.open();
    std::map<std::int64_t, std::string> paths;
    for (const Unit& unit : Units{database}.all()) paths[unit.id] = unit.path;
    std::vector<std::vector<std::string>> rows{{cli.say("Số", "Id"), cli.say("Đơn vị", "Unit"),
                                                cli.say("Đã dùng", "Used"), cli.say("Hết hạn", "Expires"),
                                                cli.say("Trạng thái", "State")}};
    json list = json::array();
    for (const Token& token : Enrolments{database}.tokens()) {
        rows.push_back({std::to_string(token.id), paths[token.unit_id],
                        std::to_string(token.used) + "/" + std::to_string(token.uses), vietnam_time(token.expires_at),
                        token_state(cli, token, system_now())});
        list.push_back({{"id", token.id},
                        {"unit", paths[token.unit_id]},
                        {"uses", token.uses},
                        {"used", token.used},
                        {"created_at", format_instant(token.created_at)},
                        {"expires_at", format_instant(token.expires_at)},
                        {"revoked", token.revoked_at.has_value()}});
    }
    cli.print({{"tokens", std::move(list)}}, table(rows, "", Heading::first_row));
}

void revoke_token(const Cli& cli, std::int64_t id) {
    sql::Database database = cli.open();
    if (!Enrolments{database}.revoke_token(id, system_now())) {
        throw StoreError(cli.say("Không có mã ghi danh số ", "There is no token ") + std::to_string(id) +
                         cli.say("; xem `token list`.", "; see `token list`."));
    }
    cli.print({{"id", id}, {"revoked", true}},
              cli.say("Đã thu hồi mã ghi danh ", "Revoked token ") + std::to_string(id) + "\n");
}

void revoke_device(const Cli& cli, const std::string& id) {
    sql::Database database = cli.open();
    const std::optional<Device> device = Devices{database}.find(id);
    if (!device)
        throw StoreError(cli.say("Không có máy ", "There is no PC ") + id +
                         cli.say("; xem `device list`.", "; see `device list`."));
    Enrolments{database}.revoke_device(device->device_id, system_now());
    cli.print({{"device_id", device->device_id}, {"revoked", true}},
              cli.say("Đã thu hồi máy ", "Revoked PC ") + device->host_name + " (" + device->device_id + ")\n");
}

void take_over(const Cli& cli, const std::string& pc, const std::string& former, const DeviceFollowers& followers) {
    sql::Database database = cli.open();
    Enrolments{database}.take_over(former, pc, followers, cli.by());
    cli.print({{"device_id", pc}, {"from", former}},
              cli.say("Máy này đã tiếp quản vị trí của máy cũ; máy cũ đã bị thu hồi.\n",
                      "The PC has taken over the place; the former one is revoked.\n"));
}

}  // namespace

void add_take_over_verb(CLI::App& app, Cli& cli, const DeviceFollowers& followers) {
    const auto pcs = std::make_shared<std::pair<std::string, std::string>>();
    CLI::App* verb = app.get_subcommand("device")->add_subcommand(
        "take-over", cli.say("Máy vừa cài lại tiếp quản vị trí cũ của nó (cùng phần cứng)",
                             "A PC that was set up anew takes its former place (same hardware)"));
    verb->add_option("pc", pcs->first, cli.say("Mã máy mới", "The new device id"))->required();
    verb->add_option("--from", pcs->second, cli.say("Mã máy cũ", "The former device id"))->required();
    verb->callback([&cli, pcs, followers] {
        cli.chosen = [&cli, pcs, followers] { take_over(cli, pcs->first, pcs->second, followers); };
    });
}

void add_device_revoke_verb(CLI::App& app, Cli& cli) {
    const auto id = std::make_shared<std::string>();
    CLI::App* revoke = app.get_subcommand("device")->add_subcommand(
        "revoke", cli.say("Thu hồi một máy: trung tâm từ chối nó", "Revoke a PC: the centre refuses it"));
    revoke->add_option("id", *id, cli.say("Mã máy", "Device id"))->required();
    revoke->callback([&cli, id] { cli.chosen = [&cli, id] { revoke_device(cli, *id); }; });
}

void add_token_verbs(CLI::App& app, Cli& cli) {
    struct Options {
        std::string unit;
        std::int64_t uses = 1;
        std::int64_t days = 7;
        std::int64_t id = 0;
    };
    const auto options = std::make_shared<Options>();
    CLI::App* token =
        app.add_subcommand("token", cli.say("Mã ghi danh máy", "Enrolment tokens"))->require_subcommand(1);
    CLI::App* create =
        token->add_subcommand("create", cli.say("Tạo mã, in ra một lần", "Create a token, print it once"));
    create->add_option("--unit", options->unit, cli.say("Đơn vị: số, tên hoặc đường dẫn", "Unit: id, name or path"))
        ->required();
    create->add_option("--uses", options->uses, cli.say("Dùng cho bao nhiêu máy", "For how many PCs"))
        ->capture_default_str()
        ->check(CLI::Range(1, 100'000));
    create->add_option("--days", options->days, cli.say("Hiệu lực bao nhiêu ngày", "Valid for how many days"))
        ->capture_default_str()
        ->check(CLI::Range(1, 366));
    create->callback([&cli, options] {
        cli.chosen = [&cli, options] { create_token(cli, options->unit, options->uses, options->days); };
    });
    token->add_subcommand("list", cli.say("Liệt kê mã", "List tokens"))->callback([&cli] {
        cli.chosen = [&cli] { list_tokens(cli); };
    });
    CLI::App* revoke = token->add_subcommand("revoke", cli.say("Thu hồi mã", "Revoke a token"));
    revoke->add_option("id", options->id, cli.say("Số của mã", "The token's id"))->required();
    revoke->callback([&cli, options] { cli.chosen = [&cli, options] { revoke_token(cli, options->id); }; });
}

}  // namespace wardwatch
