// The verb that moves a centre from SQLite to PostgreSQL and back.
#include "reporting/central/cli/cli.h"
#include "reporting/central/sql/store_migration.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

namespace {

struct Target {
    std::string to;
    std::filesystem::path password_file;
};

void migrate_store(const Cli& cli, const Target& target) {
    const bool server = sql::is_server_url(target.to);
    if (!server && !target.password_file.empty())
        throw UsageError(
            cli.say("--password-file chỉ dùng với postgresql://…", "--password-file is for postgresql://…"));
    const sql::Source from = cli.folder().existing_database();
    // A file could be served by another process, whose next report would go the way of the old database.
    const ServeLock lock{cli.folder().path()};
    const sql::Source to = server ? sql::Source{sql::Server{target.to, target.password_file}}
                                  : sql::Source{std::filesystem::path{target.to}};
    const std::vector<sql::MigratedTable> moved = sql::migrate_store(from, to, [](const std::string&) {});
    nlohmann::json tables = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows{{cli.say("Bảng", "Table"), cli.say("Số dòng", "Rows"), "SHA-256"}};
    for (const sql::MigratedTable& table : moved) {
        tables.push_back({{"table", table.name}, {"rows", table.rows}, {"sha256", table.sha256}});
        rows.push_back({table.name, std::to_string(table.rows), table.sha256.substr(0, 16)});
    }
    cli.print({{"from", from.shown()}, {"to", to.shown()}, {"tables", std::move(tables)}},
              table(rows, "", Heading::first_row) +
                  cli.say("Hai bên giống nhau. Ghi \"database\" vào tệp cấu hình (hoặc bỏ đi), rồi khởi động.\n",
                          "Both are equal. Write \"database\" into the configuration (or take it out), then start.\n"));
}

}  // namespace

void add_migration_verb(CLI::App& app, Cli& cli) {
    const auto target = std::make_shared<Target>();
    CLI::App* verb = app.add_subcommand("migrate-store",
                                        cli.say("Chuyển dữ liệu sang cơ sở dữ liệu khác, khi trung tâm đã dừng",
                                                "Move the data to another database, while the centre does not run"));
    verb->add_option("--to", target->to,
                     cli.say("postgresql://… hoặc tệp SQLite mới", "postgresql://… or a new SQLite file"))
        ->required();
    verb->add_option("--password-file", target->password_file,
                     cli.say("Tệp có mật khẩu của cơ sở dữ liệu", "File with the database's password"));
    verb->callback([&cli, target] { cli.chosen = [&cli, target] { migrate_store(cli, *target); }; });
}

}  // namespace wardwatch
