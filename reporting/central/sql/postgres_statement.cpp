// A prepared statement of PostgreSQL's: its rows come one by one, in binary form.
#include <bit>
#include <cmath>
#include <cstring>
#include <deque>

#include "reporting/central/sql/error.h"
#include "reporting/central/sql/postgres_link.h"

namespace wardwatch::sql {

namespace {

template <class T>
T big_endian(const char* bytes) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i)
        value = static_cast<T>(static_cast<T>(value << 8) | static_cast<unsigned char>(bytes[i]));
    return value;
}

/// Digits to the base 10,000, of which the first has this weight (numeric_send); what is no number is 0.
double numeric(const char* bytes) {
    const auto digits = big_endian<std::uint16_t>(bytes);
    const auto weight = static_cast<std::int16_t>(big_endian<std::uint16_t>(bytes + 2));
    const auto sign = big_endian<std::uint16_t>(bytes + 4);
    if (sign != 0 && sign != 0x4000) return 0;
    double value = 0;
    for (int i = 0; i < digits; ++i)
        value += big_endian<std::uint16_t>(bytes + 8 + 2 * i) * std::pow(10'000.0, weight - i);
    return sign == 0 ? value : -value;
}

class PostgresStatement : public Prepared, private Streaming {
public:
    PostgresStatement(Link& link, std::string_view text) : link_(link), text_(text) {}
    ~PostgresStatement() override { finish(); }
    PostgresStatement(const PostgresStatement&) = delete;
    PostgresStatement& operator=(const PostgresStatement&) = delete;

    void start(std::span<const Parameter> parameters) override {
        const Encoded values{parameters};
        link_.stream(nullptr);
        const std::string name = link_.prepared(text_, values.types());
        changed_ = 0;
        if (PQsendQueryPrepared(link_.get(), name.c_str(), values.count(), values.values(), values.lengths(),
                                values.formats(), 1) == 0)
            link_.fail(nullptr);
        // Row by row: a year's reports of all PCs need not fit into memory.
        PQsetSingleRowMode(link_.get());
        link_.stream(this);
        coming_ = true;
    }

    bool next() override {
        current_.reset();
        if (taken_.empty()) fetch();
        if (taken_.empty()) return false;
        current_ = std::move(taken_.front());
        taken_.pop_front();
        return true;
    }

    void finish() noexcept override {
        current_.reset();
        taken_.clear();
        if (coming_) {
            while (const Result rest{PQgetResult(link_.get())}) {
            }
        }
        stop();
    }
    std::int64_t changed() const override { return changed_; }

    bool is_null(int column) const override { return PQgetisnull(current_.get(), 0, column) == 1; }

    std::int64_t integer(int column) const override {
        if (is_null(column)) return 0;
        const char* bytes = PQgetvalue(current_.get(), 0, column);
        switch (PQftype(current_.get(), column)) {
            case bool_type:
                return *bytes != 0 ? 1 : 0;
            case int2_type:
                return static_cast<std::int16_t>(big_endian<std::uint16_t>(bytes));
            case int4_type:
                return static_cast<std::int32_t>(big_endian<std::uint32_t>(bytes));
            case int8_type:
                return static_cast<std::int64_t>(big_endian<std::uint64_t>(bytes));
            case numeric_type:
            case float4_type:
            case float8_type:
                return static_cast<std::int64_t>(real(column));
            default:
                return std::strtoll(bytes, nullptr, 10);
        }
    }

    double real(int column) const override {
        if (is_null(column)) return 0;
        const char* bytes = PQgetvalue(current_.get(), 0, column);
        switch (PQftype(current_.get(), column)) {
            case float4_type:
                return static_cast<double>(std::bit_cast<float>(big_endian<std::uint32_t>(bytes)));
            case float8_type:
                return std::bit_cast<double>(big_endian<std::uint64_t>(bytes));
            case numeric_type:
                return numeric(bytes);
            default:
                return static_cast<double>(integer(column));
        }
    }

    std::string_view text(int column) const override {
        if (is_null(column)) return {};
        switch (PQftype(current_.get(), column)) {
            case bool_type:
            case int2_type:
            case int4_type:
            case int8_type:
                return shown_.emplace_back(std::to_string(integer(column)));
            default:
                return {PQgetvalue(current_.get(), 0, column),
                        static_cast<std::size_t>(PQgetlength(current_.get(), 0, column))};
        }
    }

private:
    void stop() noexcept {
        coming_ = false;
        link_.stopped(this);
    }

    /// The next row, or the end.
    void fetch() {
        shown_.clear();
        while (coming_) {
            Result result{PQgetResult(link_.get())};
            if (result == nullptr) {
                stop();
                return;
            }
            if (PQresultStatus(result.get()) == PGRES_SINGLE_TUPLE) {
                taken_.push_back(std::move(result));
                return;
            }
            end(result.get());
        }
    }

    /// Of a run: how many rows it changed, or why it failed.
    void end(const PGresult* result) {
        const ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
            changed_ = std::strtoll(PQcmdTuples(const_cast<PGresult*>(result)), nullptr, 10);
            return;
        }
        while (const Result rest{PQgetResult(link_.get())}) {
        }
        stop();
        link_.fail(result);
    }

    void take_the_rest() override {
        while (coming_) {
            Result result{PQgetResult(link_.get())};
            if (result == nullptr) {
                stop();
            } else if (PQresultStatus(result.get()) == PGRES_SINGLE_TUPLE) {
                taken_.push_back(std::move(result));
            } else {
                end(result.get());
            }
        }
    }

    Link& link_;
    std::string text_;
    Result current_;
    std::deque<Result> taken_;
    mutable std::deque<std::string> shown_;  ///< numbers that were asked for as text
    bool coming_ = false;
    std::int64_t changed_ = 0;
};

}  // namespace

std::unique_ptr<Prepared> postgres_statement(Link& link, std::string_view text) {
    return std::make_unique<PostgresStatement>(link, text);
}

}  // namespace wardwatch::sql
