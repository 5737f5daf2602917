// The seam to the centre's database, at the level of statements. Stores (files called …store.cpp) write SQL and talk to
// these classes alone; what a certain database says in its own way stays in sql/.
//
// Statements are written for both SQLite and PostgreSQL: values stand as $1, $2, …; a row's new number comes by
// RETURNING. Beside what both know, these functions may be used: greatest(a, b), least(a, b), strpos(text, part),
// days_before(day, n), office_day(instant), and texts_of($n) or numbers_of($n) as "x IN (SELECT texts_of($1))" with
// list_of().
//
// Database is a handle: copies mean the same database and may be used from any thread. A Reader or Writer, and what
// came of them, belong to one thread at a time. Instants are UTC, stored as seconds since 1970. Everything throws
// DatabaseError where the database fails (ConnectionLost where it is gone), and StoreError where people can do
// something about it.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "collectors/core/fact.h"
#include "reporting/central/sql/backend.h"
#include "reporting/central/sql/error.h"
#include "reporting/central/sql/source.h"

namespace wardwatch::sql {

class Lease;

/// The row that a statement stands on. Columns are counted from 0.
class Row {
public:
    explicit Row(const Prepared& prepared) : prepared_(&prepared) {}

    bool is_null(int column) const { return prepared_->is_null(column); }
    std::int64_t integer(int column) const { return prepared_->integer(column); }
    bool boolean(int column) const { return prepared_->integer(column) != 0; }
    double real(int column) const { return prepared_->real(column); }
    std::string text(int column) const { return std::string{prepared_->text(column)}; }
    /// Valid until the next row.
    std::string_view view(int column) const { return prepared_->text(column); }
    Instant instant(int column) const { return Instant{std::chrono::seconds{integer(column)}}; }
    std::optional<std::int64_t> maybe_integer(int column) const;
    std::optional<std::string> maybe_text(int column) const;
    std::optional<Instant> maybe_instant(int column) const;

protected:
    Row() = default;
    const Prepared* prepared_ = nullptr;
};

/// A statement's rows, one after another; itself the row that next() went to. Holds its connection.
class Rows : public Row {
public:
    Rows(std::shared_ptr<Lease> lease, std::string_view text, std::span<const Parameter> parameters);
    ~Rows();
    Rows(Rows&& other) noexcept;
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;
    Rows& operator=(Rows&&) = delete;

    /// False when there is no further row.
    bool next();
    /// Gives the statement back before its end.
    void finish() noexcept;
    /// Of a statement that writes and has run.
    std::int64_t changed() const { return prepared_->changed(); }

private:
    std::shared_ptr<Lease> lease_;
    std::string text_;
    std::unique_ptr<Prepared> owned_;
};

/// How a C++ value stands in a statement.
inline Parameter parameter(std::nullopt_t /*nothing*/) { return {}; }
inline Parameter parameter(const std::string& value) { return std::string_view{value}; }
inline Parameter parameter(std::string_view value) { return value; }
inline Parameter parameter(const char* value) { return std::string_view{value}; }
inline Parameter parameter(Blob value) { return value; }
inline Parameter parameter(Instant value) { return std::int64_t{value.time_since_epoch().count()}; }
template <class T>
requires std::is_integral_v<T> Parameter parameter(T value) { return static_cast<std::int64_t>(value); }
template <class T>
constexpr Null::Of null_of = std::is_integral_v<T> || std::is_same_v<T, Instant> ? Null::Of::integer
                             : std::is_same_v<T, Blob>                           ? Null::Of::bytes
                                                                                 : Null::Of::text;
template <class T>
Parameter parameter(const std::optional<T>& value) {
    return value ? parameter(*value) : Parameter{Null{null_of<T>}};
}

/// A list as one value, for "x IN (SELECT texts_of($1))" or numbers_of.
std::string list_of(const std::vector<std::string>& texts);

/// Reads, and cannot write. Each statement sees what was committed before it began. Waits for nobody.
class Reader {
public:
    explicit Reader(std::shared_ptr<Lease> lease) : lease_(std::move(lease)) {}

    /// Values for $1, $2, … in turn.
    template <class... Values>
    Rows query(std::string_view text, const Values&... values) const {
        const std::array<Parameter, sizeof...(Values)> parameters{parameter(values)...};
        return Rows{lease_, text, parameters};
    }
    /// For a statement whose values are not known before the program runs.
    Rows query_with(std::string_view text, std::span<const Parameter> parameters) const {
        return Rows{lease_, text, parameters};
    }
    /// Whether there is a row.
    template <class... Values>
    bool any(std::string_view text, const Values&... values) const {
        return query(text, values...).next();
    }
    /// The first column of the first row; 0 without one.
    template <class... Values>
    std::int64_t number(std::string_view text, const Values&... values) const {
        Rows rows = query(text, values...);
        return rows.next() ? rows.integer(0) : 0;
    }

protected:
    std::shared_ptr<Lease> lease_;
};

/// Statements that go to the database in one go, in order. Their texts outlive it; their values are copied.
class Batch {
public:
    template <class... Values>
    void add(std::string_view text, const Values&... values) {
        entries_.push_back({text, {kept(parameter(values))...}});
    }
    bool empty() const { return entries_.empty(); }

private:
    friend class Writer;
    struct Bytes {
        std::string bytes;
    };
    using Kept = std::variant<Null, std::int64_t, std::string, Bytes>;
    struct Entry {
        std::string_view text;
        std::vector<Kept> values;
    };
    static Kept kept(const Parameter& parameter);
    static Parameter given(const Kept& kept);
    std::vector<Entry> entries_;
};

/// Reads and writes; there is one at a time, of all processes of a PostgreSQL database. Outside of a Transaction each
/// statement is one of its own. When a writing statement or a commit returned, a power cut takes nothing of it back.
class Writer : public Reader {
public:
    explicit Writer(std::shared_ptr<Lease> lease) : Reader(std::move(lease)) {}
    Writer(Writer&&) = default;
    Writer(const Writer&) = delete;

    /// Returns how many rows it changed.
    template <class... Values>
    std::int64_t run(std::string_view text, const Values&... values) {
        const std::array<Parameter, sizeof...(Values)> parameters{parameter(values)...};
        return run_with(text, parameters);
    }
    std::int64_t run_with(std::string_view text, std::span<const Parameter> parameters);
    /// Runs an INSERT … RETURNING and returns the first column of what it gives: the new row's number.
    template <class... Values>
    std::int64_t insert(std::string_view text, const Values&... values) {
        const std::array<Parameter, sizeof...(Values)> parameters{parameter(values)...};
        return insert_with(text, parameters);
    }
    std::int64_t insert_with(std::string_view text, std::span<const Parameter> parameters);
    /// All of them; within the caller's transaction, or in one of their own.
    void batch(const Batch& batch);
    /// Until the end of this Writer a commit need not survive a power cut: for what comes again by itself.
    void without_waiting_for_the_disk();

private:
    friend class Transaction;
};

/// Takes the write lock at once: a transaction that began by reading could find its data changed when it writes.
/// Without a commit all is taken back.
class Transaction {
public:
    explicit Transaction(Writer& writer);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    Writer& writer_;
    bool open_ = true;
};

/// While one lives on a thread, the first transaction there that is committed calls `write` just before its end: what
/// that writes stands in the database if and only if the change does. A statement of its own that changes rows becomes
/// a transaction for that. What `write` throws takes the transaction back. The innermost one counts.
class WithCommit {
public:
    explicit WithCommit(std::function<void(Writer&)> write);
    ~WithCommit();
    WithCommit(const WithCommit&) = delete;
    WithCommit& operator=(const WithCommit&) = delete;
    bool ran() const { return ran_; }

private:
    friend class Transaction;
    friend class Writer;
    /// The one of this thread that has not run; null: there is none.
    static WithCommit* due();

    std::function<void(Writer&)> write_;
    bool ran_ = false;
    WithCommit* const outer_;
};

/// While one lives on a thread, what is committed there is no change that WithCommit asks for: counts and the like.
class Bookkeeping {
public:
    Bookkeeping();
    ~Bookkeeping();
    Bookkeeping(const Bookkeeping&) = delete;
    Bookkeeping& operator=(const Bookkeeping&) = delete;

private:
    WithCommit* const outer_;
};

class Pool;
class Listener;
class NewsBoard;

class Database {
public:
    /// Opens or creates the database and brings its schema up to date (schema.h). Refuses one of a newer program.
    explicit Database(const Source& source);
    /// One that is there, whatever its schema: nothing is brought up to date, and writer() throws DatabaseError.
    static Database to_read(const Source& source);

    Reader reader() const;
    /// Waits for the Writer that there is, in whatever process. Not const: what can only read cannot write.
    Writer writer();
    /// Changes when another process has changed the database, and sometimes without that. Not of one that was opened to
    /// read.
    std::int64_t version_of_others() const;
    /// Tells whoever has a Subscription (news.h) to the topic, a word, in every process: after a commit, without a
    /// Writer. A `text` of more than 7,000 bytes is told as none. Where it gets lost nobody learns of it.
    void tell(std::string_view topic, std::string_view text = "") const noexcept;
    /// Of this process and database; copies have the same.
    std::shared_ptr<NewsBoard> news_board() const;
    /// Of a server's database: hears what other processes tell. Throws ConnectionLost.
    std::unique_ptr<Listener> listener() const;
    const Source& source() const;
    /// Whether what is to be done by one process at a time is for this one to do now. Of a file's, which one process
    /// serves, always; of a server's, one process has the duty until it ends or loses the server.
    bool on_duty() const;
    /// Gives the space that deleted rows left back to the disk, in portions between which others write.
    void give_space_back();
    /// Whether a schema was made in it.
    bool holds_a_centre() const;

private:
    explicit Database(std::shared_ptr<Pool> pool) : pool_(std::move(pool)) {}

    std::shared_ptr<Pool> pool_;
};

}  // namespace wardwatch::sql
