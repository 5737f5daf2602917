// Connections are opened when they are needed and kept for the next who asks.
#include "reporting/central/sql/pool.h"

#include "reporting/central/sql/error.h"
#include "reporting/central/sql/postgres.h"
#include "reporting/central/sql/schema.h"
#include "reporting/central/sql/sqlite.h"
#include "reporting/tls/pki.h"

namespace wardwatch::sql {

namespace {

constexpr std::size_t kept_readers = 8;
/// Of one connection; more texts than the program has only where a text is put together.
constexpr std::size_t kept_statements = 400;
/// A server that restarts is back within it; a failover takes longer, and is asked for again.
constexpr std::chrono::seconds restart_takes{5};
constexpr std::size_t longest_news = 7000;

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

void PreparedConnection::renew(std::unique_ptr<Connection> connection) {
    idle_.clear();
    connection_ = std::move(connection);
}

Lease::Lease(std::shared_ptr<Pool> pool, std::unique_ptr<PreparedConnection> reading)
    : pool_(std::move(pool)), reading_(std::move(reading)), used_(reading_.get()) {}

Lease::Lease(std::shared_ptr<Pool> pool, PreparedConnection& writing, std::unique_lock<std::mutex> lock)
    : pool_(std::move(pool)), used_(&writing), lock_(std::move(lock)) {}

Lease::~Lease() {
    if (reading_) {
        pool_->give_back(std::move(reading_));
        return;
    }
    try {
        if (relaxed_) connection().wait_for_the_disk(true);
        connection().done_writing();
    } catch (const DatabaseError&) {
        // The connection is as broken for whoever comes next, who opens another.
    }
}

void Lease::relax() {
    connection().wait_for_the_disk(false);
    relaxed_ = true;
}

Pool::Pool(Source source, Access access) : source_(std::move(source)), own_name_(random_hex(8)) {
    if (access == Access::read) return;
    try {
        writing_ = std::make_unique<PreparedConnection>(open(Access::write));
        migrate(writing_->connection(), source_);
    } catch (const DatabaseError& error) {
        throw StoreError("The database " + source_.shown() + " cannot be opened: " + error.what());
    }
}

std::unique_ptr<Connection> Pool::open(Access access) {
    if (!source_.is_server()) return open_sqlite(source_.file(), access);
    // When many ask for a server that is gone, one waits for it, and the others learn at once.
    std::unique_lock returning{return_mutex_, std::defer_lock};
    if (gone_ && !returning.try_lock()) throw ConnectionLost("the database is away");
    try {
        auto connection = open_postgres(source_.server(), access, gone_ ? std::chrono::milliseconds{0} : restart_takes);
        gone_ = false;
        known_ = true;
        return connection;
    } catch (const ConnectionLost&) {
        gone_ = true;
        throw;
    } catch (const StoreError& error) {
        // Of a server that let us in before: one that fails over says many things.
        if (!known_) throw;
        gone_ = true;
        throw ConnectionLost(error.what());
    }
}

std::shared_ptr<Lease> Pool::lease_reader() {
    std::unique_ptr<PreparedConnection> reading;
    do {
        const std::lock_guard lock{idle_mutex_};
        reading.reset();
        if (idle_.empty()) break;
        reading = std::move(idle_.back());
        idle_.pop_back();
    } while (!reading->connection().alive());
    if (!reading) reading = std::make_unique<PreparedConnection>(open(Access::read));
    return std::make_shared<Lease>(shared_from_this(), std::move(reading));
}

PreparedConnection& Pool::living_writer() {
    if (!writing_) throw DatabaseError("the database was opened to read");
    if (!writing_->connection().alive()) writing_->renew(open(Access::write));
    return *writing_;
}

std::shared_ptr<Lease> Pool::lease_writer() {
    std::unique_lock lock{writing_mutex_, std::defer_lock};
    if (!gone_) lock.lock();
    if (!lock && !lock.try_lock()) throw ConnectionLost("the database is away");
    try {
        living_writer().connection().about_to_write();
    } catch (const ConnectionLost&) {
        // It was lost without a word.
        living_writer().connection().about_to_write();
    }
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

bool Pool::on_duty() {
    if (!source_.is_server()) return true;
    const std::lock_guard lock{duty_mutex_};
    if (!on_duty_ || !on_duty_->alive()) {
        on_duty_.reset();
        on_duty_ = open(Access::read);
    }
    return on_duty_->try_duty();
}

Listener::Listener(std::unique_ptr<Connection> connection, std::string own_name)
    : connection_(std::move(connection)), own_name_(std::move(own_name)) {
    connection_->listen_to_news();
}

// "process topic text"
std::vector<Told> Listener::heard(std::chrono::milliseconds at_most) {
    std::vector<Told> all;
    for (const std::string& words : connection_->heard_news(at_most)) {
        const std::size_t topic = words.find(' ') + 1;
        const std::size_t text = std::min(words.find(' ', topic), words.size());
        if (topic == 0 || words.substr(0, topic - 1) == own_name_) continue;
        all.push_back({words.substr(topic, text - topic), words.substr(std::min(text + 1, words.size()))});
    }
    return all;
}

std::unique_ptr<Listener> Pool::listener() { return std::make_unique<Listener>(open(Access::read), own_name_); }

void Pool::tell(std::string_view topic, std::string_view text) noexcept {
    if (text.size() > longest_news) text = {};
    news_board_->deliver(topic, text);
    if (!source_.is_server()) return;
    try {
        const std::string words = own_name_ + " " + std::string{topic} + " " + std::string{text};
        lease_reader()->connection().send_news(words);
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch) others look by themselves, only later
    }
}

std::int64_t Pool::version_of_others() {
    if (source_.is_server()) return lease_reader()->connection().version_of_others();
    const std::lock_guard lock{writing_mutex_};
    return living_writer().connection().version_of_others();
}

}  // namespace wardwatch::sql
