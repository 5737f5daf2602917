// Failed attempts by address, by user and address, by account and by browser; and the browsers that are known.
#include <algorithm>

#include "reporting/central/people/session_store.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

constexpr std::size_t browser_secret_bytes = 32;

std::string address_key(const std::string& address) { return sha256_hex(address).substr(0, 32); }

/// Sixteen bits of the name: people type their password there by mistake, and that must not be found from here. Two
/// names of one address that share them share their attempts.
std::string pair_key(const std::string& user, const std::string& address) {
    return address_key(address) + "/" + sha256_hex(user).substr(0, 4);
}

/// A name that nobody has is delayed as others are, so that the delay does not tell which names there are; of it, too,
/// sixteen bits are kept alone.
std::string account_key(const Attempt& attempt) {
    const std::string digest = sha256_hex(attempt.user);
    return attempt.known ? "account/" + digest.substr(0, 32) : "name/" + digest.substr(0, 4);
}

std::string device_key(const Attempt& attempt) {
    return "device/" + sha256_hex(attempt.user + "\n" + attempt.device).substr(0, 32);
}

/// How long those have to wait who have failed so often; zero: they need not.
std::chrono::seconds wait_of(const sql::Reader& reader, const std::string& who, int most, Instant now) {
    sql::Rows row = reader.query(
        "SELECT ends_at FROM sign_in_failures WHERE who = $1 AND failures >= $2 AND ends_at > $3", who, most, now);
    return row.next() ? row.instant(0) - now : std::chrono::seconds{0};
}

std::chrono::seconds delay_after(std::int64_t failures) {
    const std::int64_t more = failures - LoginLimit::per_account;
    if (more < 0) return std::chrono::seconds{0};
    const std::chrono::seconds longest = LoginLimit::longest_delay;
    return more > 8 ? longest : std::min(longest, std::chrono::seconds{1 << more});
}

/// Until the account may be tried again from a browser that it does not know.
std::chrono::seconds wait_of_account(const sql::Reader& reader, const std::string& who, Instant now) {
    sql::Rows row =
        reader.query("SELECT failures, ends_at FROM sign_in_failures WHERE who = $1 AND ends_at > $2", who, now);
    if (!row.next()) return std::chrono::seconds{0};
    const Instant last = row.instant(1) - LoginLimit::account_window;
    return std::max(std::chrono::seconds{0}, last + delay_after(row.integer(0)) - now);
}

}  // namespace

std::chrono::seconds LoginLimit::attempt(const Attempt& attempt, Instant now) {
    const std::string of_address = address_key(attempt.address);
    const std::string of_pair = pair_key(attempt.user, attempt.address);
    const std::string of_account = account_key(attempt);
    const bool by_device = !attempt.device.empty();
    const std::string of_device = by_device ? device_key(attempt) : "";
    // The address before the name is looked at: names that are made up must not fill the table.
    const auto wait = [&](const sql::Reader& reader) {
        if (by_device) return wait_of(reader, of_device, per_user, now);
        const std::chrono::seconds longest = wait_of(reader, of_address, per_address, now);
        if (longest.count() > 0) return longest;
        return std::max(wait_of(reader, of_pair, per_user, now), wait_of_account(reader, of_account, now));
    };
    // Who is refused waits for nobody who writes.
    if (const std::chrono::seconds refused = wait(database_.reader()); refused.count() > 0) return refused;
    const sql::Bookkeeping counts;
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    if (const std::chrono::seconds refused = wait(writer); refused.count() > 0) return refused;
    writer.run("DELETE FROM sign_in_failures WHERE ends_at <= $1", now);
    const auto count = [&](const std::string& who) {
        writer.run(
            "INSERT INTO sign_in_failures(who, failures, ends_at) VALUES ($1, 1, $2) ON CONFLICT(who) DO UPDATE SET "
            "failures = sign_in_failures.failures + 1",
            who, now + window);
    };
    if (by_device) {
        count(of_device);
    } else {
        count(of_address);
        count(of_pair);
        writer.run(
            "INSERT INTO sign_in_failures(who, failures, ends_at) VALUES ($1, 1, $2) ON CONFLICT(who) DO UPDATE "
            "SET failures = sign_in_failures.failures + 1, ends_at = $2",
            of_account, now + account_window);
    }
    transaction.commit();
    return std::chrono::seconds{0};
}

void LoginLimit::succeeded(const Attempt& attempt) {
    const sql::Bookkeeping counts;
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    if (!attempt.device.empty()) {
        writer.run("DELETE FROM sign_in_failures WHERE who = $1", device_key(attempt));
    } else {
        for (const std::string& who : {pair_key(attempt.user, attempt.address), account_key(attempt)})
            writer.run("DELETE FROM sign_in_failures WHERE who = $1", who);
        // The address keeps its other failures: one good login must not buy 30 more guesses at others' passwords.
        writer.run("UPDATE sign_in_failures SET failures = failures - 1 WHERE who = $1 AND failures > 0",
                   address_key(attempt.address));
    }
    transaction.commit();
}

bool RememberedDevices::knows(const std::string& user, std::string_view secret, Instant now) const {
    if (secret.empty()) return false;
    const sql::Reader reader = database_.reader();
    return reader.any("SELECT 1 FROM remembered_devices WHERE secret_sha256 = $1 AND user_name = $2 AND ends_at > $3",
                      sha256_hex(secret), user, now);
}

std::string RememberedDevices::remember(const std::string& user, std::string_view secret, Instant now) {
    std::string kept = knows(user, secret, now) ? std::string{secret} : random_hex(browser_secret_bytes);
    const sql::Bookkeeping counts;
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    writer.run("DELETE FROM remembered_devices WHERE ends_at <= $1", now);
    writer.run(
        "INSERT INTO remembered_devices(secret_sha256, user_name, ends_at) VALUES ($1, $2, $3) "
        "ON CONFLICT(secret_sha256) DO UPDATE SET ends_at = $3",
        sha256_hex(kept), user, now + life);
    transaction.commit();
    return kept;
}

}  // namespace wardwatch
