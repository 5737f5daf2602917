// device describe, device note list|add|remove.
#include <iostream>
#include <iterator>
#include <sstream>

#include "reporting/central/cli/cli.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/notes/json.h"
#include "reporting/central/notes/store.h"
#include "reporting/policy/terminal_table.h"

namespace wardwatch {

namespace {

struct NoteChoice {
    std::string pc;
    CardChange change;
    std::string text;
    std::int64_t id = 0;
};

std::string noted_device(const sql::Database& database, const std::string& pc) {
    return find_named(Devices{database}.all(), pc).device_id;
}

void describe_device(const Cli& cli, const NoteChoice& choice) {
    sql::Database database = cli.open();
    const std::string device_id = noted_device(database, choice.pc);
    // Who names a line at the command line means that line, whatever stood there.
    const Card card = Notes{database}.describe(device_id, checked_change(choice.change), std::nullopt, cli.by());
    nlohmann::json machine = card_json(card);
    machine["device_id"] = device_id;
    cli.print(machine, table({{cli.say("Máy", "PC"), choice.pc},
                              {cli.say("Người sử dụng", "Owner"), printable(card.owner)},
                              {cli.say("Phòng", "Room"), printable(card.room)},
                              {cli.say("Điện thoại", "Telephone"), printable(card.telephone)}},
                             "", Heading::first_row));
}

void list_notes(const Cli& cli, const NoteChoice& choice) {
    const sql::Database database = cli.open();
    const std::vector<Note> notes = Notes{database}.of(noted_device(database, choice.pc));
    std::string human;
    for (const Note& note : notes) {
        human += std::to_string(note.id) + "  " + vietnam_time(note.written_at) + "  " + printable(note.written_by);
        std::istringstream lines{note.text};
        for (std::string line; std::getline(lines, line);) human += "\n    " + printable(line);
        human += "\n";
    }
    if (notes.empty()) human = cli.say("Chưa có ghi chú nào.\n", "There are no notes.\n");
    cli.print(notes_json(notes), human);
}

void add_note_at_cli(const Cli& cli, const NoteChoice& choice) {
    std::string text = choice.text;
    if (text.empty() || text == "-") text.assign(std::istreambuf_iterator<char>{std::cin}, {});
    sql::Database database = cli.open();
    const Note note = Notes{database}.add(noted_device(database, choice.pc), checked_note(text), cli.by());
    cli.print(note_json(note), cli.say("Đã ghi chú số ", "Added note ") + std::to_string(note.id) + "\n");
}

void remove_note_at_cli(const Cli& cli, const NoteChoice& choice) {
    sql::Database database = cli.open();
    if (!Notes{database}.remove(noted_device(database, choice.pc), choice.id))
        throw StoreError(cli.say("Máy này không có ghi chú số ", "This PC has no note ") + std::to_string(choice.id) +
                         cli.say("; xem `device note list`.", "; see `device note list`."));
    cli.print({{"removed", choice.id}},
              cli.say("Đã xóa ghi chú số ", "Removed note ") + std::to_string(choice.id) + "\n");
}

}  // namespace

void add_note_verbs(CLI::App& app, Cli& cli) {
    const auto choice = std::make_shared<NoteChoice>();
    const auto verb = [&cli, choice](CLI::App* parent, const char* name, const std::string& help,
                                     void (*run)(const Cli&, const NoteChoice&)) {
        CLI::App* made = parent->add_subcommand(name, help);
        made->add_option("pc", choice->pc, cli.say("Mã máy hoặc tên máy", "Device id or host name"))->required();
        made->callback([&cli, choice, run] { cli.chosen = [&cli, choice, run] { run(cli, *choice); }; });
        return made;
    };
    CLI::App* device = app.get_subcommand("device");
    CLI::App* describe = verb(device, "describe",
                              cli.say("Ghi người sử dụng, phòng, điện thoại của một máy; để trống (\"\") thì xóa",
                                      "Write owner, room, telephone of a PC; an empty one (\"\") is taken away"),
                              describe_device);
    describe->add_option("--owner", choice->change.owner,
                         cli.say("Người sử dụng hoặc phụ trách", "Who uses it or answers for it"));
    describe->add_option("--room", choice->change.room, cli.say("Phòng", "Room"));
    describe->add_option("--telephone", choice->change.telephone, cli.say("Điện thoại", "Telephone"));
    CLI::App* note = device->add_subcommand("note", cli.say("Ghi chú về một máy", "Notes about a PC"));
    note->require_subcommand(1);
    verb(note, "list", cli.say("Xem, mới nhất trước", "Show, the newest first"), list_notes);
    CLI::App* add = verb(note, "add", cli.say("Thêm một ghi chú", "Add a note"), add_note_at_cli);
    add->add_option(
        "text", choice->text,
        cli.say("Nội dung; không nêu thì đọc từ đầu vào", "The text; without it, it is read from the input"));
    CLI::App* remove = verb(note, "remove", cli.say("Xóa một ghi chú", "Remove a note"), remove_note_at_cli);
    remove->add_option("id", choice->id, cli.say("Số của ghi chú", "The note's number"))->required();
}

}  // namespace wardwatch
