// What a database must offer to stand behind the seam (database.h): connections that prepare statements. Only sql/
// includes this. One thread at a time uses a connection and what was prepared on it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace wardwatch::sql {

enum class Access { read, write };

/// Bytes that are no text.
struct Blob {
    std::string_view bytes;
};

/// One value for a statement's $1, $2, …; nothing is NULL.
using Parameter = std::variant<std::monostate, std::int64_t, std::string_view, Blob>;

/// A statement that was prepared once and runs any number of times.
class Prepared {
public:
    virtual ~Prepared() = default;
    /// Begins a run. The values are copied.
    virtual void start(std::span<const Parameter> parameters) = 0;
    /// Goes to the next row; false when there is none, and for a statement that gives no rows.
    virtual bool next() = 0;
    /// Ends the run: what it held (a read lock, its values) is given back.
    virtual void finish() noexcept = 0;
    /// How many rows the run that ended inserted, updated or deleted.
    virtual std::int64_t changed() const = 0;

    /// Of the row that next() went to, counted from 0. A NULL is 0 and "".
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual double real(int column) const = 0;
    /// Stays valid until the next step.
    virtual std::string_view text(int column) const = 0;
};

class Connection {
public:
    virtual ~Connection() = default;
    virtual std::unique_ptr<Prepared> prepare(std::string_view text) = 0;
    /// One statement or several, without values and rows.
    virtual void execute(const std::string& script) = 0;
    /// The number of the last schema step that the database has; 0 for an empty one.
    virtual std::int64_t schema_version() = 0;
    virtual void set_schema_version(std::int64_t version) = 0;
    /// A value that is another one after any other connection, of this or another process, committed a change.
    virtual std::int64_t version_of_others() = 0;
};

}  // namespace wardwatch::sql
