// SQL for cards and notes.
#include "reporting/central/notes/store.h"

#include "reporting/central/formats/text_fold.h"

namespace wardwatch {

namespace {

Card read_card(const sql::Reader& reader, const std::string& device_id) {
    auto row = reader.query(
        "SELECT owner, room, telephone, number, changed_by, changed_at FROM device_cards WHERE device_id = $1",
        device_id);
    if (!row.next()) return {};
    return {row.text(0), row.text(1), row.text(2), row.integer(3), row.text(4), row.instant(5)};
}

void require_noted_device(const sql::Reader& reader, const std::string& device_id) {
    if (!reader.any("SELECT 1 FROM devices WHERE device_id = $1", device_id))
        throw StoreError("There is no PC " + device_id + "; `device list` shows all.");
}

}  // namespace

Card Notes::card(const std::string& device_id) const { return read_card(database_.reader(), device_id); }

Card Notes::describe(const std::string& device_id, const CardChange& change, std::optional<std::int64_t> based_on,
                     const ChangedBy& by) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_noted_device(writer, device_id);
    const Card before = read_card(writer, device_id);
    if (based_on && *based_on != before.number)
        throw CardChanged("Somebody else (" + before.changed_by +
                          ") has changed the card meanwhile: look at it again, then change it.");
    Card card{change.owner.value_or(before.owner),
              change.room.value_or(before.room),
              change.telephone.value_or(before.telephone),
              before.number + 1,
              by.actor,
              by.at};
    if (card.owner == before.owner && card.room == before.room && card.telephone == before.telephone) return before;
    writer.run(
        "INSERT INTO device_cards (device_id, owner, room, telephone, search, number, changed_by, changed_at) VALUES "
        "($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (device_id) DO UPDATE SET owner = excluded.owner, "
        "room = excluded.room, telephone = excluded.telephone, search = excluded.search, number = excluded.number, "
        "changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        device_id, card.owner, card.room, card.telephone, folded(card.owner + "\n" + card.room + "\n" + card.telephone),
        card.number, card.changed_by, card.changed_at);
    transaction.commit();
    return card;
}

std::vector<Note> Notes::of(const std::string& device_id) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT id, text, written_by, written_at FROM device_notes WHERE device_id = $1 ORDER BY id DESC", device_id);
    std::vector<Note> notes;
    while (rows.next()) notes.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.instant(3)});
    return notes;
}

std::int64_t Notes::count(const std::string& device_id) const {
    return database_.reader().number("SELECT count(*) FROM device_notes WHERE device_id = $1", device_id);
}

Note Notes::add(const std::string& device_id, const std::string& text, const ChangedBy& by,
                const std::function<void(std::int64_t)>& numbered) {
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    require_noted_device(writer, device_id);
    if (writer.number("SELECT count(*) FROM device_notes WHERE device_id = $1", device_id) >= most_notes)
        throw TooManyNotes("This PC has " + std::to_string(most_notes) +
                           " notes already, and may have no more: remove one that is no longer needed.");
    const std::int64_t id = writer.insert(
        "INSERT INTO device_notes (device_id, text, written_by, written_at) VALUES ($1, $2, $3, $4) RETURNING id",
        device_id, text, by.actor, by.at);
    if (numbered) numbered(id);
    transaction.commit();
    return {id, text, by.actor, by.at};
}

bool Notes::remove(const std::string& device_id, std::int64_t id) {
    return database_.writer().run("DELETE FROM device_notes WHERE device_id = $1 AND id = $2", device_id, id) > 0;
}

std::unordered_map<std::string, DeviceDescription> Notes::describing(const std::vector<std::string>& device_ids) const {
    const sql::Reader reader = database_.reader();
    auto rows = reader.query(
        "SELECT d.device_id, coalesce(c.owner, ''), coalesce(c.room, ''), coalesce(c.telephone, ''), "
        "coalesce(c.number, 0), coalesce(c.changed_by, ''), c.changed_at, coalesce(n.text, '') FROM devices d "
        "LEFT JOIN device_cards c ON c.device_id = d.device_id LEFT JOIN device_notes n ON n.id = "
        "(SELECT max(id) FROM device_notes WHERE device_id = d.device_id) "
        "WHERE d.device_id IN (SELECT texts_of($1)) AND (c.device_id IS NOT NULL OR n.id IS NOT NULL)",
        sql::list_of(device_ids));
    std::unordered_map<std::string, DeviceDescription> found;
    while (rows.next()) {
        const Card card{rows.text(1), rows.text(2), rows.text(3), rows.integer(4), rows.text(5), rows.maybe_instant(6)};
        found.emplace(rows.text(0), DeviceDescription{card, rows.text(7)});
    }
    return found;
}

std::int64_t Notes::forget_revoked(Instant before, bool count_only) {
    if (count_only)
        return database_.reader().number(
            "SELECT (SELECT count(*) FROM device_notes n JOIN devices d ON d.device_id = n.device_id WHERE "
            "d.revoked_at < $1) + (SELECT count(*) FROM device_cards c JOIN devices d ON d.device_id = c.device_id "
            "WHERE d.revoked_at < $1)",
            before);
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    std::int64_t removed = writer.run(
        "DELETE FROM device_notes WHERE device_id IN (SELECT device_id FROM devices WHERE revoked_at < $1)", before);
    removed += writer.run(
        "DELETE FROM device_cards WHERE device_id IN (SELECT device_id FROM devices WHERE revoked_at < $1)", before);
    transaction.commit();
    return removed;
}

void notes_follow_device(sql::Writer& writer, const std::string& from, const std::string& to) {
    writer.run(
        "DELETE FROM device_cards WHERE device_id = $2 AND EXISTS (SELECT 1 FROM device_cards c WHERE c.device_id = "
        "$1)",
        from, to);
    writer.run("UPDATE device_cards SET device_id = $2 WHERE device_id = $1", from, to);
    writer.run("UPDATE device_notes SET device_id = $2 WHERE device_id = $1", from, to);
}

}  // namespace wardwatch
