// Sessions by the digest of their id, and attempts counted by user and by address.
#include "reporting/central/people/sessions.h"

#include <algorithm>

#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

constexpr std::size_t secret_bytes = 32;

/// "\n" cannot stand in an address, so that no user name can pretend to be another pair.
std::string pair_of(const std::string& user, const std::string& address) { return address + "\n" + user; }

}  // namespace

bool Sessions::is_over(const Session& session, Instant now) const {
    return now - session.used >= limits_.idle || now - session.began >= limits_.absolute;
}

Sessions::Opened Sessions::open(const std::string& user, const std::string& password_hash, Instant now) {
    Opened opened{random_hex(secret_bytes), random_hex(secret_bytes)};
    const std::lock_guard lock{mutex_};
    std::erase_if(by_hash_, [&](const auto& entry) { return is_over(entry.second, now); });
    by_hash_[sha256_hex(opened.id)] = {user, opened.csrf_token, password_hash, now, now};
    return opened;
}

std::optional<Session> Sessions::find(std::string_view id, Instant now) {
    // Looking up a hash gives away nothing through its timing: nobody can choose the hash of what they guess.
    const std::string hash = sha256_hex(id);
    const std::lock_guard lock{mutex_};
    const auto found = by_hash_.find(hash);
    if (found == by_hash_.end()) return std::nullopt;
    if (is_over(found->second, now)) {
        by_hash_.erase(found);
        return std::nullopt;
    }
    found->second.used = now;
    return found->second;
}

void Sessions::close(std::string_view id) {
    const std::string hash = sha256_hex(id);
    const std::lock_guard lock{mutex_};
    by_hash_.erase(hash);
}

std::chrono::seconds LoginLimit::attempt(const std::string& user, const std::string& address, Instant now) {
    const std::lock_guard lock{mutex_};
    forget_old(now);
    Count& of_address = by_address_.try_emplace(address, Count{0, now + window}).first->second;
    // Before the name is looked at: names that are made up must not fill the memory.
    if (of_address.failures >= per_address) return of_address.ends - now;
    Count& of_user = by_user_.try_emplace(pair_of(user, address), Count{0, now + window}).first->second;
    if (of_user.failures >= per_user) return of_user.ends - now;
    ++of_user.failures;
    ++of_address.failures;
    return std::chrono::seconds{0};
}

void LoginLimit::succeeded(const std::string& user, const std::string& address) {
    const std::lock_guard lock{mutex_};
    by_user_.erase(pair_of(user, address));
    // The address keeps its other failures: one good login must not buy 30 more guesses at others' passwords.
    const auto found = by_address_.find(address);
    if (found != by_address_.end() && found->second.failures > 0) --found->second.failures;
}

void LoginLimit::forget_old(Instant now) {
    const auto old = [&](const auto& entry) { return entry.second.ends <= now; };
    std::erase_if(by_user_, old);
    std::erase_if(by_address_, old);
}

}  // namespace wardwatch
