// One connection of libpq: its handles, its errors, its prepared statements. Private to sql/.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "reporting/central/sql/backend.h"

namespace wardwatch::sql {

// Numbers of types, which never change (pg_type.dat); 0 lets the server infer one.
inline constexpr Oid inferred_type = 0;
inline constexpr Oid bool_type = 16;
inline constexpr Oid bytea_type = 17;
inline constexpr Oid int8_type = 20;
inline constexpr Oid int2_type = 21;
inline constexpr Oid int4_type = 23;
inline constexpr Oid text_type = 25;
inline constexpr Oid float4_type = 700;
inline constexpr Oid float8_type = 701;
inline constexpr Oid numeric_type = 1700;

struct ResultDeleter {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, ResultDeleter>;

/// Whose rows are still on their way. There is one on a connection; another statement has to let it take them first.
class Streaming {
public:
    virtual ~Streaming() = default;
    virtual void take_the_rest() = 0;
};

/// Values as libpq takes them, in PostgreSQL's binary form. Views what it was made of.
class Encoded {
public:
    explicit Encoded(std::span<const Parameter> parameters);
    int count() const { return static_cast<int>(values_.size()); }
    const char* const* values() const { return values_.data(); }
    const int* lengths() const { return lengths_.data(); }
    const int* formats() const { return formats_.data(); }
    const std::vector<Oid>& types() const { return types_; }

private:
    std::vector<std::uint64_t> numbers_;  ///< in network order
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
    std::vector<Oid> types_;
};

class Link {
public:
    explicit Link(PGconn* connection) : connection_(connection, PQfinish) {}

    PGconn* get() const { return connection_.get(); }
    /// Runs a statement or several of which the last one's result counts. Throws as failed() does.
    Result run(const std::string& script);
    /// The statement under which the server knows the text with values of these types.
    std::string prepared(std::string_view text, const std::vector<Oid>& types);
    /// Whoever is streaming takes its rest, and `next` is the one from now on.
    void stream(Streaming* next);
    void stopped(const Streaming* who);
    bool alive();
    /// Until the server says something unasked, and takes it in. Throws ConnectionLost when that is the end.
    void wait_for_input(std::chrono::milliseconds at_most);

    /// Throws DatabaseError with the server's words, or ConnectionLost.
    [[noreturn]] void fail(const PGresult* result) const;
    /// Throws when the result is a failure.
    void check(const PGresult* result) const;

private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
    std::unordered_map<std::string, std::string> prepared_;
    std::uint64_t count_ = 0;
    Streaming* streaming_ = nullptr;
    mutable bool useless_ = false;  ///< another one may be better, though this one answers
};

/// A statement of this connection, which outlives it.
std::unique_ptr<Prepared> postgres_statement(Link& link, std::string_view text);

}  // namespace wardwatch::sql
