// What the office itself writes about a PC: its card (who uses it, where it stands, by which telephone), and notes.
// They are stored by notes/store.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "collectors/core/fact.h"

namespace wardwatch {

/// Owner and telephone are a person's data: who looks at them stands in the audit log, what they are does not.
struct Card {
    std::string owner;  ///< empty: nothing was written, as with the two that follow
    std::string room;
    std::string telephone;
    std::int64_t number = 0;  ///< grows with each change; 0: there was none yet
    std::string changed_by;
    std::optional<Instant> changed_at;
};

/// What is not said stays as it is; an empty text takes away what was there.
struct CardChange {
    std::optional<std::string> owner;
    std::optional<std::string> room;
    std::optional<std::string> telephone;
};

struct Note {
    std::int64_t id = 0;
    std::string text;
    std::string written_by;
    Instant written_at;
};

/// What a list of PCs tells of one.
struct DeviceDescription {
    Card card;
    std::string newest_note;  ///< empty: there is none
};

/// Bytes: room for 100, 50, 50 and 1000 letters, whichever they are.
inline constexpr std::size_t longest_owner = 300;
inline constexpr std::size_t longest_room = 150;
inline constexpr std::size_t longest_telephone = 150;
inline constexpr std::size_t longest_note = 3000;
/// Of one PC.
inline constexpr std::int64_t most_notes = 200;

/// As it may be stored: without white space at the ends. Throws StoreError for a text that is too long, is not UTF-8 or
/// holds control characters, and when nothing is said at all.
CardChange checked_change(CardChange change);
/// The same; lines are allowed, and end with "\n". Throws StoreError also for an empty one.
std::string checked_note(std::string text);

/// "owner room": what is said, without the values.
std::string members_of(const CardChange& change);

}  // namespace wardwatch
