// Cards of PCs and notes about them, in the centre's database.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "reporting/central/notes/notes.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/sql/error.h"

namespace wardwatch {

/// Somebody else changed the card meanwhile.
class CardChanged : public StoreError {
    using StoreError::StoreError;
};
/// The PC has as many notes as it may have.
class TooManyNotes : public StoreError {
    using StoreError::StoreError;
};

/// Within the caller's transaction. The card, which takes the place of the other PC's own, and the notes.
void notes_follow_device(sql::Writer& writer, const std::string& from, const std::string& to);

/// May be used from any thread; each function is one transaction. Of which PCs somebody may read and write is the
/// caller's business. Texts are kept as notes/notes.h has checked them.
class Notes {
public:
    explicit Notes(sql::Database database) : database_(std::move(database)) {}

    /// An empty one where nothing was written.
    Card card(const std::string& device_id) const;
    /// The card as it is then; nothing happens when all is as it was. `based_on` is the number of the card that the
    /// caller saw: throws CardChanged when it is another by now. Throws StoreError when there is no such PC.
    Card describe(const std::string& device_id, const CardChange& change, std::optional<std::int64_t> based_on,
                  const ChangedBy& by);

    /// The newest first.
    std::vector<Note> of(const std::string& device_id) const;
    std::int64_t count(const std::string& device_id) const;
    /// Throws TooManyNotes, and StoreError when there is no such PC. `numbered` is told its number before it is there
    /// for others.
    Note add(const std::string& device_id, const std::string& text, const ChangedBy& by,
             const std::function<void(std::int64_t)>& numbered = {});
    /// False when this PC has no such note.
    bool remove(const std::string& device_id, std::int64_t id);

    /// Of these PCs those of which something was written.
    std::unordered_map<std::string, DeviceDescription> describing(const std::vector<std::string>& device_ids) const;

    /// Cards and notes of PCs that were revoked before that. Returns how many; with `count_only` they stay.
    std::int64_t forget_revoked(Instant before, bool count_only);

private:
    sql::Database database_;
};

}  // namespace wardwatch
