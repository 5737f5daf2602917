// What libpq is told and what it answers: errors by their SQLSTATE, statements prepared once under their text.
#include "reporting/central/sql/postgres_link.h"

#include <poll.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "reporting/central/sql/error.h"

namespace wardwatch::sql {

namespace {

constexpr std::size_t most_prepared = 1000;
constexpr std::string_view read_only = "25006";

Oid type_of(Null::Of of) {
    switch (of) {
        case Null::Of::integer:
            return int8_type;
        case Null::Of::text:
            return text_type;
        case Null::Of::bytes:
            return bytea_type;
        case Null::Of::unknown:
            break;
    }
    return inferred_type;
}

std::uint64_t in_network_order(std::int64_t value) {
    auto bits = static_cast<std::uint64_t>(value);
    if constexpr (std::endian::native == std::endian::little) bits = __builtin_bswap64(bits);
    return bits;
}

/// Connection failures, and a server that is stopping, starting, or ended the session for its idleness.
bool means_lost(std::string_view state) {
    return state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03" || state == "57P05";
}

/// Every $1, $2, … up to the highest stands there, and as many values were given.
void require_values(std::string_view text, std::size_t given) {
    std::vector<bool> there;
    for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
        std::size_t number = 0;
        for (std::size_t digit = at + 1; digit < text.size() && text[digit] >= '0' && text[digit] <= '9'; ++digit)
            number = number * 10 + static_cast<std::size_t>(text[digit] - '0');
        if (number == 0 || number > 1000) continue;
        if (there.size() < number) there.resize(number);
        there[number - 1] = true;
    }
    if (std::find(there.begin(), there.end(), false) != there.end())
        throw DatabaseError("the values of a statement are not $1, $2, … without a gap: " + std::string{text});
    if (there.size() != given)
        throw DatabaseError("a statement has " + std::to_string(there.size()) + " values, and " +
                            std::to_string(given) + " were given: " + std::string{text});
}

}  // namespace

Encoded::Encoded(std::span<const Parameter> parameters) {
    numbers_.reserve(parameters.size());  // pointers into it stay
    for (const Parameter& parameter : parameters) {
        formats_.push_back(1);
        if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
            numbers_.push_back(in_network_order(*number));
            values_.push_back(reinterpret_cast<const char*>(&numbers_.back()));
            lengths_.push_back(sizeof(std::uint64_t));
            types_.push_back(int8_type);
        } else if (const auto* null = std::get_if<Null>(&parameter)) {
            values_.push_back(nullptr);
            lengths_.push_back(0);
            types_.push_back(type_of(null->of));
        } else {
            const auto* text = std::get_if<std::string_view>(&parameter);
            const std::string_view bytes = text != nullptr ? *text : std::get<Blob>(parameter).bytes;
            values_.push_back(bytes.data() == nullptr ? "" : bytes.data());
            lengths_.push_back(static_cast<int>(bytes.size()));
            types_.push_back(text != nullptr ? text_type : bytea_type);
        }
    }
}

void Link::fail(const PGresult* result) const {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* primary = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    std::string words = primary != nullptr ? primary : PQerrorMessage(connection_.get());
    while (!words.empty() && words.back() == '\n') words.pop_back();
    // A standby that was taken for the primary, as a failover may have it: it stays there and refuses every write.
    if (state != nullptr && std::string_view{state} == read_only) useless_ = true;
    if (useless_) throw ConnectionLost(words);
    if (PQstatus(connection_.get()) == CONNECTION_BAD || (state != nullptr && means_lost(state)))
        throw ConnectionLost(words.empty() ? "the connection to the database is cut" : words);
    throw DatabaseError(words.empty() ? "the database gave no answer" : words);
}

void Link::check(const PGresult* result) const {
    const ExecStatusType status = result == nullptr ? PGRES_FATAL_ERROR : PQresultStatus(result);
    if (status == PGRES_BAD_RESPONSE || status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED) fail(result);
}

Result Link::run(const std::string& script) {
    stream(nullptr);
    Result result{PQexec(connection_.get(), script.c_str())};
    check(result.get());
    return result;
}

std::string Link::prepared(std::string_view text, const std::vector<Oid>& types) {
    std::string key;
    for (const Oid type : types) key += static_cast<char>('A' + static_cast<int>(type % 32));
    key += text;
    if (const auto known = prepared_.find(key); known != prepared_.end()) return known->second;
    require_values(text, types.size());
    if (prepared_.size() >= most_prepared) {
        run("DEALLOCATE ALL");
        prepared_.clear();
    }
    std::string name = "w" + std::to_string(++count_);
    const Result result{PQprepare(connection_.get(), name.c_str(), std::string{text}.c_str(),
                                  static_cast<int>(types.size()), types.data())};
    check(result.get());
    prepared_.emplace(std::move(key), name);
    return name;
}

void Link::stream(Streaming* next) {
    if (streaming_ != nullptr && streaming_ != next) {
        Streaming* const before = std::exchange(streaming_, nullptr);
        before->take_the_rest();
    }
    streaming_ = next;
}

void Link::stopped(const Streaming* who) {
    if (streaming_ == who) streaming_ = nullptr;
}

bool Link::alive() {
    if (useless_) return false;
    // What a server says unasked is that it ends the connection.
    pollfd waiting{PQsocket(connection_.get()), POLLIN, 0};
    for (int looks = 0; looks < 3 && PQstatus(connection_.get()) == CONNECTION_OK; ++looks) {
        if (poll(&waiting, 1, 0) <= 0) break;
        if (PQconsumeInput(connection_.get()) == 0) return false;
    }
    return PQstatus(connection_.get()) == CONNECTION_OK;
}

void Link::wait_for_input(std::chrono::milliseconds at_most) {
    pollfd waiting{PQsocket(connection_.get()), POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(at_most.count())) <= 0) return;
    if (PQconsumeInput(connection_.get()) == 0) fail(nullptr);
}

}  // namespace wardwatch::sql
