// unit list|export.
#include "reporting/central/cli/cli.h"
#include "reporting/central/cli/files.h"
#include "reporting/central/judging/office_view.h"
#include "reporting/central/views/units.h"
#include "reporting/policy/standing.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

namespace {

void list_units(const Cli& cli) {
    const sql::Database database = cli.open();
    const OfficeView view{database};
    std::vector<std::string> heading{cli.say("Số", "Id"), cli.say("Đơn vị", "Unit"), cli.say("Số máy", "PCs")};
    for (const Standing standing : standings_of_pcs) heading.push_back(standing_label(standing, cli.language));
    std::vector<std::vector<std::string>> rows{heading};
    const std::vector<CountedUnit> units = counted_units(view);
    for (const auto& [unit, counts] : units) {
        std::vector<std::string> row{std::to_string(unit.id), unit.path, std::to_string(counts.shown.all())};
        for (const Standing standing : standings_of_pcs) row.push_back(std::to_string(counts.shown.of(standing)));
        rows.push_back(std::move(row));
    }
    cli.print(units_json(units), table(rows, "", Heading::first_row));
}

void export_units(const Cli& cli, const std::string& file) {
    const sql::Database database = cli.open();
    write_file(cli, file, units_csv(OfficeView{database}));
}

}  // namespace

void add_unit_list_verbs(CLI::App& app, Cli& cli) {
    CLI::App* unit = app.get_subcommand("unit");
    unit->add_subcommand("list", cli.say("Liệt kê đơn vị", "List units"))->callback([&cli] {
        cli.chosen = [&cli] { list_units(cli); };
    });
    const auto file = std::make_shared<std::string>();
    CLI::App* out = unit->add_subcommand("export", cli.say("Xuất cây đơn vị ra CSV", "Write the units as CSV"));
    out->add_option("file", *file, cli.say("Tệp; không nêu thì in ra", "The file; without it, it is printed"));
    out->callback([&cli, file] { cli.chosen = [&cli, file] { export_units(cli, *file); }; });
}

}  // namespace wardwatch
