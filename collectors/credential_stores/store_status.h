// What became of the attempt to read one credential store.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace wardwatch {

enum class StoreStatus {
    ok,
    recovered,       ///< readable after a hot journal was rolled back or a WAL replayed, in memory
    backup_used,     ///< Firefox: logins.json was missing or damaged, logins-backup.json was read instead
    absent,          ///< the file, or the profile's whole folder, does not exist
    empty_file,      ///< 0 bytes
    not_a_database,  ///< something else than the browser's file lies under its name
    corrupt,         ///< damaged, or not what any version of the browser writes
    busy,            ///< it changed during every attempt
    access_denied,   ///< no right to read it, or it leads out of the user's home through a link
    too_large,       ///< larger than the limit, or more work than the limit
};

/// The word that facts carry.
constexpr std::string_view to_text(StoreStatus status) {
    switch (status) {
        case StoreStatus::ok:
            return "ok";
        case StoreStatus::recovered:
            return "recovered";
        case StoreStatus::backup_used:
            return "backup_used";
        case StoreStatus::absent:
            return "absent";
        case StoreStatus::empty_file:
            return "empty_file";
        case StoreStatus::not_a_database:
            return "not_a_database";
        case StoreStatus::corrupt:
            return "corrupt";
        case StoreStatus::busy:
            return "busy";
        case StoreStatus::access_denied:
            return "access_denied";
        case StoreStatus::too_large:
            return "too_large";
    }
    return "corrupt";
}

/// Counts were read and are true.
constexpr bool readable(StoreStatus status) {
    return status == StoreStatus::ok || status == StoreStatus::recovered || status == StoreStatus::backup_used;
}

/// A store that turned out to be unreadable on the way. what() never holds anything that the store holds.
class StoreError : public std::runtime_error {
public:
    StoreError(StoreStatus status, const std::string& what) : std::runtime_error(what), status_(status) {}
    StoreStatus status() const { return status_; }

private:
    StoreStatus status_;
};

}  // namespace wardwatch
