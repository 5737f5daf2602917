// Connections are opened when they are needed and kept for the next who asks.
#include "reporting/central/sql/pool.h"

#include "reporting/central/sql/error.h"
#include "reporting/central/sql/schema.h"
#include "reporting/central/sql/sqlite.h"

namespace wardwatch::sql {

namespace {

constexpr std::size_t kept_readers = 8;
/// Of one connection; more texts than the program has only where a text is put together.
constexpr std::size_t kept_statements = 400;

}  // namespace

std::unique_ptr<Prepared> PreparedConnection::take(std::string_view text) {
    const auto found = idle_.find(text);
    if (found == idle_.end()) return connection_->prepare(text);
    std::unique_ptr<Prepared> prepared = std::move(found->second);
    idle_.erase(found);
    return prepared;
}

void PreparedConnection::keep(const std::string& text, std::unique_ptr<Prepared> prepared) noexcept {
    try {
        if (idle_.size() >= kept_statements) idle_.clear();
        idle_.emplace(text, std::move(prepared));
    } catch (const std::bad_alloc&) {
        // Then it is prepared again.
    }
}

Lease::Lease(std::shared_ptr<Pool> pool, std::unique_ptr<PreparedConnection> reading)
    : pool_(std::move(pool)), reading_(std::move(reading)), used_(reading_.get()) {}

Lease::Lease(std::shared_ptr<Pool> pool, PreparedConnection& writing, std::unique_lock<std::mutex> lock)
    : pool_(std::move(pool)), used_(&writing), lock_(std::move(lock)) {}

Lease::~Lease() {
    if (reading_) pool_->give_back(std::move(reading_));
    if (!relaxed_) return;
    try {
        wait_for_the_disk(connection(), true);
    } catch (const DatabaseError&) {
        // The connection is as broken for whoever comes next, and says so then.
    }
}

void Lease::relax() {
    wait_for_the_disk(connection(), false);
    relaxed_ = true;
}

Pool::Pool(const std::filesystem::path& file, Access access) : file_(file) {
    if (access == Access::read) return;
    try {
        writing_ = std::make_unique<PreparedConnection>(open_sqlite(file, Access::write));
        migrate(writing_->connection(), file);
    } catch (const DatabaseError& error) {
        throw StoreError("The database " + file.string() + " cannot be opened: " + error.what());
    }
}

std::shared_ptr<Lease> Pool::lease_reader() {
    std::unique_ptr<PreparedConnection> reading;
    {
        const std::lock_guard lock{idle_mutex_};
        if (!idle_.empty()) {
            reading = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (!reading) reading = std::make_unique<PreparedConnection>(open_sqlite(file_, Access::read));
    return std::make_shared<Lease>(shared_from_this(), std::move(reading));
}

std::shared_ptr<Lease> Pool::lease_writer() {
    std::unique_lock lock{writing_mutex_};
    if (!writing_) throw DatabaseError("the database was opened to read");
    return std::make_shared<Lease>(shared_from_this(), *writing_, std::move(lock));
}

void Pool::give_back(std::unique_ptr<PreparedConnection> reading) noexcept {
    const std::lock_guard lock{idle_mutex_};
    try {
        if (idle_.size() < kept_readers) idle_.push_back(std::move(reading));
    } catch (const std::bad_alloc&) {
        // Then it is opened again.
    }
}

std::int64_t Pool::version_of_others() {
    const std::lock_guard lock{writing_mutex_};
    if (!writing_) throw DatabaseError("the database was opened to read");
    return writing_->connection().version_of_others();
}

}  // namespace wardwatch::sql
