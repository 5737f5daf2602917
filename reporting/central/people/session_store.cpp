// Sessions by the digest of their id, and attempts counted by user and by address.
#include "reporting/central/people/session_store.h"

#include <algorithm>
#include <tuple>

#include "reporting/tls/pki.h"
#include "reporting/wire/utf8.h"

namespace wardwatch {

namespace {

constexpr std::size_t secret_bytes = 32;
/// Another process may know of a later use than the database does.
constexpr std::chrono::minutes longest_unwritten{5};

/// Whoever has the session's id can make it, and nobody else: it need not be kept.
std::string csrf_token_of(std::string_view id) { return sha256_hex("csrf " + std::string{id}); }

constexpr std::size_t longest_client = 200;
constexpr int name_digits = 16;  // also in the statements below

}  // namespace

std::string session_name(std::string_view id) { return sha256_hex(id).substr(0, name_digits); }

bool Sessions::is_over(const Session& session, Instant now) const {
    return now - session.used >= limits_.idle || now - session.began >= limits_.absolute;
}

Sessions::Opened Sessions::open(const std::string& user, const std::string& password_hash, Instant now,
                                std::string_view before, const SessionClient& client) {
    Opened opened;
    opened.id = random_hex(secret_bytes);
    opened.csrf_token = csrf_token_of(opened.id);
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    writer.run("DELETE FROM sessions WHERE began_at <= $1 OR used_at <= $2 OR id_sha256 = $3", now - limits_.absolute,
               now - limits_.idle - longest_unwritten, sha256_hex(before));
    writer.run(
        "INSERT INTO sessions(id_sha256, user_name, password_hash, began_at, used_at, address, browser) "
        "VALUES ($1, $2, $3, $4, $4, $5, $6)",
        sha256_hex(opened.id), user, password_hash, now, clean_text(client.address, longest_client),
        clean_text(client.browser, longest_client));
    transaction.commit();
    return opened;
}

std::optional<Session> Sessions::find(std::string_view id, Instant now) {
    if (id.empty()) return std::nullopt;
    // Looking up a hash gives away nothing through its timing: nobody can choose the hash of what they guess.
    const std::string hash = sha256_hex(id);
    const sql::Reader reader = database_.reader();
    sql::Rows row =
        reader.query("SELECT user_name, password_hash, began_at, used_at FROM sessions WHERE id_sha256 = $1", hash);
    if (!row.next()) return std::nullopt;
    Session session{row.text(0), csrf_token_of(id), row.text(1), row.instant(2), row.instant(3)};
    const std::lock_guard lock{mutex_};
    if (const auto here = used_.find(hash); here != used_.end()) session.used = std::max(session.used, here->second);
    if (is_over(session, now)) {
        used_.erase(hash);
        return std::nullopt;
    }
    session.used = std::max(session.used, now);
    used_[hash] = session.used;
    return session;
}

void Sessions::close(std::string_view id) {
    const std::string hash = sha256_hex(id);
    sql::Writer writer = database_.writer();
    writer.run("DELETE FROM sessions WHERE id_sha256 = $1", hash);
    const std::lock_guard lock{mutex_};
    used_.erase(hash);
}

std::vector<OpenSession> Sessions::of(const std::string& user, Instant now) const {
    const sql::Reader reader = database_.reader();
    // Opened with a password that is another by now, it is over as well.
    sql::Rows rows = reader.query(
        "SELECT s.id_sha256, s.address, s.browser, s.began_at, s.used_at FROM sessions s JOIN users u "
        "ON u.name = s.user_name AND u.password_hash = s.password_hash WHERE s.user_name = $1",
        user);
    std::vector<OpenSession> open;
    const std::lock_guard lock{mutex_};
    while (rows.next()) {
        Session session{user, "", "", rows.instant(3), rows.instant(4)};
        if (const auto here = used_.find(rows.text(0)); here != used_.end())
            session.used = std::max(session.used, here->second);
        if (is_over(session, now)) continue;
        open.push_back(
            {rows.text(0).substr(0, name_digits), {rows.text(1), rows.text(2)}, session.began, session.used});
    }
    std::sort(open.begin(), open.end(), [](const OpenSession& one, const OpenSession& other) {
        return std::tie(other.used, one.name) < std::tie(one.used, other.name);
    });
    return open;
}

std::int64_t Sessions::end(const std::string& user, const std::string& name) {
    sql::Writer writer = database_.writer();
    return writer.run("DELETE FROM sessions WHERE user_name = $1 AND substr(id_sha256, 1, 16) = $2", user, name);
}

std::int64_t Sessions::end_others(const std::string& user, const std::string& but) {
    sql::Writer writer = database_.writer();
    return writer.run("DELETE FROM sessions WHERE user_name = $1 AND substr(id_sha256, 1, 16) <> $2", user, but);
}

std::int64_t Sessions::end_all(const std::string& user) { return end_others(user, ""); }

void Sessions::write_use() {
    const std::map<std::string, Instant> used = [&] {
        const std::lock_guard lock{mutex_};
        return used_;
    }();
    if (used.empty()) return;
    sql::Batch batch;
    for (const auto& [hash, at] : used)
        batch.add("UPDATE sessions SET used_at = greatest(used_at, $2) WHERE id_sha256 = $1", hash, at);
    {
        sql::Writer writer = database_.writer();
        writer.without_waiting_for_the_disk();
        writer.batch(batch);
    }
    const std::lock_guard lock{mutex_};
    std::erase_if(used_, [&](const auto& entry) {
        const auto written = used.find(entry.first);
        return written != used.end() && written->second == entry.second;
    });
}

}  // namespace wardwatch
