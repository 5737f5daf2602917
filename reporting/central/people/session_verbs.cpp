// user sessions|end-sessions: where somebody is signed in, and ending that.
#include "reporting/central/cli/cli.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/people/session_store.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

using nlohmann::json;

namespace {

struct SessionChoice {
    std::string user;
    std::string session;
};

void list_open_sessions(const Cli& cli, const SessionChoice& choice) {
    json list = json::array();
    std::vector<std::vector<std::string>> rows{
        {cli.say("Mã số", "Id"), cli.say("Địa chỉ", "Address"), cli.say("Đăng nhập lúc", "Signed in"),
         cli.say("Dùng lần cuối", "Last used"), cli.say("Trình duyệt", "Browser")}};
    for (const OpenSession& session : Sessions{cli.open()}.of(choice.user, system_now())) {
        rows.push_back({session.name, session.client.address, vietnam_time(session.began), vietnam_time(session.used),
                        session.client.browser});
        list.push_back({{"id", session.name},
                        {"address", session.client.address},
                        {"browser", session.client.browser},
                        {"began_at", format_instant(session.began)},
                        {"used_at", format_instant(session.used)}});
    }
    cli.print({{"user", choice.user}, {"sessions", std::move(list)}}, table(rows, "", Heading::first_row));
}

void end_open_sessions(const Cli& cli, const SessionChoice& choice) {
    Sessions sessions{cli.open()};
    const std::int64_t ended =
        choice.session.empty() ? sessions.end_all(choice.user) : sessions.end(choice.user, choice.session);
    cli.print({{"user", choice.user}, {"ended", ended}},
              cli.say("Đã chấm dứt số phiên: ", "Sessions ended: ") + std::to_string(ended) + "\n");
}

}  // namespace

void add_session_verbs(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<SessionChoice>();
    CLI::App* user = app.get_subcommand("user");
    const auto verb = [&](const char* name, const std::string& help, void (*act)(const Cli&, const SessionChoice&)) {
        CLI::App* added = user->add_subcommand(name, help);
        added->callback([&cli, choice, act] { cli.chosen = [&cli, choice, act] { act(cli, *choice); }; });
        added->add_option("name", choice->user, cli.say("Tên đăng nhập", "Login name"))->required();
        return added;
    };
    verb("sessions", cli.say("Xem các phiên đang mở", "Show open sessions"), list_open_sessions);
    verb("end-sessions", cli.say("Chấm dứt phiên đang mở", "End open sessions"), end_open_sessions)
        ->add_option("--session", choice->session, cli.say("Chỉ phiên này", "This one alone"));
}

}  // namespace wardwatch
