// The seam: who has a connection, and which statements stay prepared on it.
#include "reporting/central/sql/database.h"

#include <mutex>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "reporting/central/sql/pool.h"

namespace wardwatch::sql {

std::optional<std::int64_t> Row::maybe_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::optional<std::string> Row::maybe_text(int column) const {
    if (is_null(column)) return std::nullopt;
    return text(column);
}

std::optional<Instant> Row::maybe_instant(int column) const {
    if (is_null(column)) return std::nullopt;
    return instant(column);
}

Rows::Rows(std::shared_ptr<Lease> lease, std::string_view text, std::span<const Parameter> parameters)
    : lease_(std::move(lease)), text_(text), owned_(lease_->take(text)) {
    prepared_ = owned_.get();
    owned_->start(parameters);
}

Rows::~Rows() { finish(); }

Rows::Rows(Rows&& other) noexcept
    : Row(other), lease_(std::move(other.lease_)), text_(std::move(other.text_)), owned_(std::move(other.owned_)) {}

bool Rows::next() { return owned_ != nullptr && owned_->next(); }

void Rows::finish() noexcept {
    if (owned_ == nullptr) return;
    owned_->finish();
    lease_->keep(text_, std::move(owned_));
}

std::string list_of(const std::vector<std::string>& texts) {
    return nlohmann::json(texts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Batch::Kept Batch::kept(const Parameter& parameter) {
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) return *number;
    if (const auto* text = std::get_if<std::string_view>(&parameter)) return std::string{*text};
    if (const auto* blob = std::get_if<Blob>(&parameter)) return Bytes{std::string{blob->bytes}};
    return std::get<Null>(parameter);
}

Parameter Batch::given(const Kept& kept) {
    if (const auto* number = std::get_if<std::int64_t>(&kept)) return *number;
    if (const auto* text = std::get_if<std::string>(&kept)) return std::string_view{*text};
    if (const auto* blob = std::get_if<Bytes>(&kept)) return Blob{blob->bytes};
    return std::get<Null>(kept);
}

namespace {

thread_local WithCommit* with_commit = nullptr;

}  // namespace

WithCommit::WithCommit(std::function<void(Writer&)> write)
    : write_(std::move(write)), outer_(std::exchange(with_commit, this)) {}

WithCommit::~WithCommit() { with_commit = outer_; }

WithCommit* WithCommit::due() { return with_commit != nullptr && !with_commit->ran_ ? with_commit : nullptr; }

Bookkeeping::Bookkeeping() : outer_(std::exchange(with_commit, nullptr)) {}

Bookkeeping::~Bookkeeping() { with_commit = outer_; }

std::int64_t Writer::run_with(std::string_view text, std::span<const Parameter> parameters) {
    if (!lease_->in_transaction && WithCommit::due() != nullptr) {
        Transaction own{*this};
        const std::int64_t changed = run_with(text, parameters);
        // What changed nothing is no change: the transaction goes back.
        if (changed > 0) own.commit();
        return changed;
    }
    Rows rows = query_with(text, parameters);
    while (rows.next()) {
    }
    return rows.changed();
}

std::int64_t Writer::insert_with(std::string_view text, std::span<const Parameter> parameters) {
    std::optional<Transaction> own;
    if (!lease_->in_transaction && WithCommit::due() != nullptr) own.emplace(*this);
    std::int64_t number = 0;
    {
        Rows rows = query_with(text, parameters);
        number = rows.next() ? rows.integer(0) : 0;
        while (rows.next()) {
        }
    }
    if (own) own->commit();
    return number;
}

void Writer::batch(const Batch& batch) {
    std::optional<Transaction> own;
    if (!lease_->in_transaction) own.emplace(*this);
    std::vector<Call> calls;
    calls.reserve(batch.entries_.size());
    for (const Batch::Entry& entry : batch.entries_) {
        Call& call = calls.emplace_back(entry.text);
        for (const Batch::Kept& value : entry.values) call.values.push_back(Batch::given(value));
    }
    if (!lease_->connection().run_all(calls)) {
        for (const Call& call : calls) run_with(call.text, call.values);
    }
    if (own) own->commit();
}

void Writer::without_waiting_for_the_disk() { lease_->relax(); }

Transaction::Transaction(Writer& writer) : writer_(writer) {
    if (writer_.lease_->in_transaction) throw DatabaseError("a transaction cannot begin within a transaction");
    writer_.lease_->connection().begin();
    writer_.lease_->in_transaction = true;
}

Transaction::~Transaction() {
    if (!open_) return;
    writer_.lease_->in_transaction = false;
    try {
        writer_.lease_->connection().roll_back();
    } catch (const DatabaseError&) {
        // The database has rolled back already: that is what made the caller leave.
    }
}

void Transaction::commit() {
    WithCommit* const entry = WithCommit::due();
    if (entry != nullptr) entry->write_(writer_);
    writer_.lease_->connection().commit();
    if (entry != nullptr) entry->ran_ = true;
    writer_.lease_->in_transaction = false;
    open_ = false;
}

Database::Database(const Source& source) : pool_(std::make_shared<Pool>(source, Access::write)) {}

Database Database::to_read(const Source& source) { return Database{std::make_shared<Pool>(source, Access::read)}; }

Reader Database::reader() const { return Reader{pool_->lease_reader()}; }

Writer Database::writer() { return Writer{pool_->lease_writer()}; }

std::int64_t Database::version_of_others() const { return pool_->version_of_others(); }

void Database::tell(std::string_view topic, std::string_view text) const noexcept { pool_->tell(topic, text); }

std::shared_ptr<NewsBoard> Database::news_board() const { return pool_->news_board(); }

std::unique_ptr<Listener> Database::listener() const { return pool_->listener(); }

bool Database::holds_a_centre() const { return pool_->lease_reader()->connection().schema_version() > 0; }

bool Database::on_duty() const { return pool_->on_duty(); }

void Database::give_space_back() {
    while (pool_->lease_writer()->connection().give_space_back()) {
    }
}

const Source& Database::source() const { return pool_->source(); }

}  // namespace wardwatch::sql
