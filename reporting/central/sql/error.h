// What goes wrong with what the centre stores.
#pragma once

#include <stdexcept>

namespace wardwatch {

/// what() is a sentence for people: what is wrong, and what to do about it.
class StoreError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

namespace sql {

/// The database itself failed: its file, its disk, a statement. what() is in the database's words.
class DatabaseError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The database is not there: stopped, failing over, or the network is cut. What was not committed is gone, and whether
/// a commit that was under way happened is not known; the same may be tried again.
class ConnectionLost : public DatabaseError {
    using DatabaseError::DatabaseError;
};

}  // namespace sql

}  // namespace wardwatch
