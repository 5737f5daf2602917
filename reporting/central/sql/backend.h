// What a database must offer to stand behind the seam (database.h): connections that prepare statements. Only sql/
// includes this. One thread at a time uses a connection and what was prepared on it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wardwatch::sql {

enum class Access { read, write };

/// Bytes that are no text.
struct Blob {
    std::string_view bytes;
};

/// NULL, and what a value would have been: PostgreSQL has to know it when a statement is prepared.
struct Null {
    enum class Of { unknown, integer, text, bytes };
    Of of = Of::unknown;
};

/// One value for a statement's $1, $2, ….
using Parameter = std::variant<Null, std::int64_t, std::string_view, Blob>;

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

/// A statement with its values.
struct Call {
    std::string_view text;
    std::vector<Parameter> values;
};

class Connection {
public:
    virtual ~Connection() = default;
    virtual std::unique_ptr<Prepared> prepare(std::string_view text) = 0;
    /// One statement or several, without values and rows.
    virtual void execute(const std::string& script) = 0;
    /// False when the database has ended the connection: what was prepared on it is gone, too. Costs no question to it.
    virtual bool alive() { return true; }

    /// Waits until no other process writes, and keeps them waiting until done_writing(). Where begin() does that, this
    /// does nothing.
    virtual void about_to_write() {}
    virtual void done_writing() {}
    /// Whether this connection is the one on duty among those of all processes; it stays so until it ends.
    virtual bool try_duty() { return true; }
    /// A transaction whose reads stay true until it ends: nobody else writes meanwhile.
    virtual void begin() = 0;
    void commit() { execute("COMMIT"); }
    void roll_back() { execute("ROLLBACK"); }
    /// Whether a commit returns only when the disk has it.
    virtual void wait_for_the_disk(bool wait) = 0;
    /// Runs statements in order, of which none gives rows, as one message to the database. False where there is no gain
    /// in that, and nothing was run.
    virtual bool run_all(std::span<const Call> /*calls*/) { return false; }

    /// Sends words (at most 7,900 bytes) to every connection to this database that listens. Not within a transaction:
    /// there they would make all who commit wait for each other.
    virtual void send_news(const std::string& /*words*/) {}
    /// From now on heard_news() gives what is sent.
    virtual void listen_to_news() {}
    /// What came; waits for it, `at_most` so long. Throws ConnectionLost.
    virtual std::vector<std::string> heard_news(std::chrono::milliseconds /*at_most*/) { return {}; }

    /// Gives some of the space that deleted rows left back to the disk; false when there is none worth it, or the
    /// database does that by itself.
    virtual bool give_space_back() { return false; }

    /// Why the schema must not be made in this database; empty: it may.
    virtual std::string unfit() { return ""; }
    /// A step of the schema, in this database's words.
    virtual std::string schema_step(int number, std::string_view text) const = 0;
    /// The number of the last schema step that the database has; 0 for an empty one.
    virtual std::int64_t schema_version() = 0;
    virtual void set_schema_version(std::int64_t version) = 0;
    /// A value that is another one after any other connection, of this or another process, committed a change. It may
    /// be another one without that, too.
    virtual std::int64_t version_of_others() = 0;
};

}  // namespace wardwatch::sql
