// unit add|rename|move|merge|history|import.
#include "reporting/central/units/verbs.h"

#include <algorithm>
#include <fstream>

#include "reporting/central/formats/office_time.h"
#include "reporting/central/units/import.h"
#include "reporting/central/units/store.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

using nlohmann::json;

namespace {

struct Choice {
    std::string unit;
    std::string other;  ///< the new name; the unit above, or that stays
    bool top = false;
    std::string file;
    bool dry_run = false;
    UnitFollowers followers;
};

Unit unit_with(const sql::Database& database, std::int64_t id) { return Units{database}.find(std::to_string(id)); }

void add_unit(const Cli& cli, const Choice& choice) {
    sql::Database database = cli.open();
    std::optional<std::int64_t> parent_id;
    if (!choice.unit.empty()) parent_id = Units{database}.find(choice.unit).id;
    const std::int64_t id = Units{database}.add(choice.other, parent_id, cli.by());
    cli.print({{"id", id}, {"parent_id", parent_id ? json(*parent_id) : json()}, {"name", choice.other}},
              cli.say("Đã thêm đơn vị ", "Added unit ") + std::to_string(id) + ": " + choice.other + "\n");
}

void show_changed(const Cli& cli, const sql::Database& database, const Unit& before) {
    const Unit after = unit_with(database, before.id);
    cli.print({{"id", after.id}, {"before", before.path}, {"after", after.path}},
              printable(before.path) + " → " + printable(after.path) + "\n");
}

void rename_unit(const Cli& cli, const Choice& choice) {
    sql::Database database = cli.open();
    const Unit unit = Units{database}.find(choice.unit);
    Units{database}.rename(unit.id, choice.other, cli.by());
    show_changed(cli, database, unit);
}

void move_unit(const Cli& cli, const Choice& choice) {
    if (choice.other.empty() != choice.top)
        throw UsageError(cli.say("Hãy nêu một trong: --under ĐƠN-VỊ, --top.", "Say one of: --under UNIT, --top."));
    sql::Database database = cli.open();
    const Unit unit = Units{database}.find(choice.unit);
    std::optional<std::int64_t> parent_id;
    if (!choice.top) parent_id = Units{database}.find(choice.other).id;
    Units{database}.move(unit.id, parent_id, cli.by(), choice.followers);
    show_changed(cli, database, unit);
}

void merge_units(const Cli& cli, const Choice& choice) {
    sql::Database database = cli.open();
    const Unit from = Units{database}.find(choice.unit);
    const Unit into = Units{database}.find(choice.other);
    const MergedUnits done = Units{database}.merge(from.id, into.id, cli.by(), choice.followers);
    const std::string after = unit_with(database, into.id).path;
    const auto part = [&](std::int64_t count, const char* vi, const char* en) {
        return ", " + std::to_string(count) + " " + cli.say(vi, en);
    };
    std::string text = cli.say("Đã nhập \"", "Merged \"") + printable(from.path) + cli.say("\" vào \"", "\" into \"") +
                       printable(after) + "\": " + std::to_string(done.units) +
                       cli.say(" đơn vị không còn", " units are gone") +
                       part(done.devices, "máy được chuyển", "PCs moved") + part(done.tokens, "mã ghi danh", "tokens") +
                       part(done.offers, "lời mời cập nhật", "offers");
    if (done.withdrawn > 0)
        text += part(done.withdrawn, "lời mời cập nhật bị rút vì đơn vị nhận đã có lời mời",
                     "offers withdrawn, as the unit that stays has its own");
    if (done.waivers > 0)
        text += part(done.waivers, "miễn trừ, từ nay áp dụng cho cả đơn vị nhận",
                     "waivers, which are for all of the unit that stays from now on");
    cli.print({{"from", from.path},
               {"into", after},
               {"into_id", into.id},
               {"units", done.units},
               {"devices", done.devices},
               {"tokens", done.tokens},
               {"offers", done.offers},
               {"offers_withdrawn", done.withdrawn},
               {"waivers", done.waivers}},
              text + "\n");
}

/// A living unit; else those that had this name, path or number when they were merged.
std::set<std::int64_t> units_called(const sql::Database& database, const std::vector<UnitChange>& changes,
                                    const std::string& text) {
    std::set<std::int64_t> merged;
    for (const UnitChange& change : changes) {
        const std::string name = change.before.substr(change.before.rfind('/') + 1);
        if (change.kind == "merged" &&
            (text == name || text == change.before || text == std::to_string(change.unit_id)))
            merged.insert(change.unit_id);
    }
    const std::vector<Unit> units = Units{database}.all();
    const bool lives = std::any_of(units.begin(), units.end(), [&](const Unit& unit) {
        return text == unit.name || text == unit.path || text == std::to_string(unit.id);
    });
    if (lives || merged.empty()) return {Units{database}.find(text).id};
    return merged;
}

std::string kind_word(const Cli& cli, const std::string& kind) {
    if (kind == "added") return cli.say("thêm", "added");
    if (kind == "renamed") return cli.say("đổi tên", "renamed");
    if (kind == "moved") return cli.say("chuyển", "moved");
    return cli.say("nhập vào", "merged into");
}

void show_history(const Cli& cli, const Choice& choice) {
    const sql::Database database = cli.open();
    const std::vector<UnitChange> changes = Units{database}.changes();
    std::set<std::int64_t> asked;
    if (!choice.unit.empty()) asked = units_called(database, changes, choice.unit);
    std::vector<std::vector<std::string>> rows{{cli.say("Lúc", "At"), cli.say("Số", "Id"), cli.say("Việc", "Change"),
                                                cli.say("Trước", "Before"), cli.say("Sau", "After"),
                                                cli.say("Người làm", "By")}};
    json list = json::array();
    for (const UnitChange& change : changes) {
        // What was merged into a unit is part of its history.
        const bool came_in = change.kind == "merged" && change.merged_into && asked.contains(*change.merged_into);
        if (!asked.empty() && !asked.contains(change.unit_id) && !came_in) continue;
        rows.push_back({vietnam_time(change.at), std::to_string(change.unit_id), kind_word(cli, change.kind),
                        change.before, change.after, change.actor});
        list.push_back({{"at", format_instant(change.at)},
                        {"unit_id", change.unit_id},
                        {"kind", change.kind},
                        {"before", change.before.empty() ? json() : json(change.before)},
                        {"after", change.after},
                        {"merged_into", change.merged_into ? json(*change.merged_into) : json()},
                        {"actor", change.actor}});
    }
    cli.print({{"changes", list}}, list.empty() ? cli.say("Chưa có thay đổi nào được ghi.\n", "No change on record.\n")
                                                : table(rows, "", Heading::first_row));
}

std::string read_file(const Cli& cli, const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string content(unit_csv_limit + 1, '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (!in.is_open() || in.bad())
        throw StoreError(cli.say("Không đọc được tệp ", "This file cannot be read: ") + file);
    content.resize(static_cast<std::size_t>(in.gcount()));
    if (content.size() > unit_csv_limit)
        throw StoreError(cli.say("Tệp lớn hơn 5 MB; hãy chia nhỏ: ", "The file is larger than 5 MB; split it: ") +
                         file);
    return content;
}

/// Says every wrong line, not the first alone.
[[noreturn]] void refuse(const Cli& cli, const std::vector<CsvProblem>& problems) {
    std::string message = cli.say("Không nhập gì cả. Hãy sửa:", "Nothing was imported. Mend these:");
    for (const CsvProblem& problem : problems)
        message += "\n  " + cli.say("dòng ", "line ") + std::to_string(problem.line) + ": " +
                   printable(problem.reason.in(cli.language));
    throw StoreError(message);
}

UnitImport checked_import(const Cli& cli, const std::string& file) {
    try {
        UnitImport import = read_unit_csv(read_file(cli, file));
        if (!import.problems.empty()) refuse(cli, import.problems);
        return import;
    } catch (const CsvError& error) {
        refuse(cli, {error.problem()});
    }
}

void import_units(const Cli& cli, const Choice& choice) {
    sql::Database database = cli.open();
    const UnitImport import = checked_import(cli, choice.file);
    const std::vector<std::string> added = Units{database}.add_paths(import.paths, cli.by(), choice.dry_run);
    std::string text = choice.dry_run ? cli.say("Sẽ thêm ", "Would add ") : cli.say("Đã thêm ", "Added ");
    text += std::to_string(added.size()) + cli.say(" đơn vị", " units") + (added.empty() ? ".\n" : ":\n");
    for (const std::string& path : added) text += "  " + path + "\n";
    cli.print({{"added", added}, {"dry_run", choice.dry_run}}, text);
}

}  // namespace

void add_unit_verbs(CLI::App& app, Cli& cli, const UnitFollowers& followers) {
    const auto choice = std::make_shared<Choice>();
    choice->followers = followers;
    CLI::App& unit = *app.add_subcommand("unit", cli.say("Đơn vị", "Units"))->require_subcommand(1);
    const std::string which = cli.say("Đơn vị: số, tên hoặc đường dẫn", "Unit: id, name or path");
    const auto verb = [&](const char* name, const std::string& help, void (*act)(const Cli&, const Choice&)) {
        CLI::App* added = unit.add_subcommand(name, help);
        added->callback([&cli, choice, act] { cli.chosen = [&cli, choice, act] { act(cli, *choice); }; });
        return added;
    };
    CLI::App* add = verb("add", cli.say("Thêm đơn vị", "Add a unit"), add_unit);
    add->add_option("name", choice->other, cli.say("Tên", "Name"))->required();
    add->add_option("--parent", choice->unit, cli.say("Đơn vị cấp trên", "The unit above it"));

    CLI::App* rename = verb("rename", cli.say("Đổi tên đơn vị", "Rename a unit"), rename_unit);
    rename->add_option("unit", choice->unit, which)->required();
    rename->add_option("name", choice->other, cli.say("Tên mới", "The new name"))->required();

    CLI::App* move =
        verb("move", cli.say("Chuyển đơn vị cùng cấp dưới của nó", "Move a unit with all below it"), move_unit);
    move->add_option("unit", choice->unit, which)->required();
    move->add_option("--under", choice->other, cli.say("Đơn vị cấp trên mới", "The unit that will be above it"));
    move->add_flag("--top", choice->top, cli.say("Lên cấp cao nhất", "To the top"));

    CLI::App* merge =
        verb("merge", cli.say("Nhập một đơn vị vào đơn vị khác", "Merge a unit into another"), merge_units);
    merge->add_option("from", choice->unit, cli.say("Đơn vị sẽ không còn", "The unit that goes"))->required();
    merge->add_option("into", choice->other, cli.say("Đơn vị nhận tất cả", "The unit that gets all of it"))->required();

    CLI::App* history = verb("history", cli.say("Các thay đổi đã ghi", "The changes on record"), show_history);
    history->add_option("unit", choice->unit,
                        cli.say("Chỉ đơn vị này; cả đơn vị đã bị nhập", "This unit only; also one that was merged"));

    CLI::App* in =
        verb("import", cli.say("Thêm những đơn vị còn thiếu từ CSV", "Add the units of a CSV that are missing"),
             import_units);
    in->add_option("file", choice->file,
                   cli.say("Tệp CSV, UTF-8, có cột \"path\"", "CSV in UTF-8 with a column \"path\""))
        ->required();
    in->add_flag("--dry-run", choice->dry_run, cli.say("Chỉ cho xem sẽ thêm gì", "Only show what would be added"));
}

}  // namespace wardwatch
