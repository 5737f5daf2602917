#include "collectors/credential_stores/snapshot.h"

#include <optional>

namespace wardwatch {
namespace {

// A SQLite reader's lock made a running browser lose what it was told to save, and the change counter and the file
// time do not move with every write: equal bytes are the only sign of a quiet moment (measured with Chromium 156).
constexpr int most_rounds = 10;
constexpr std::chrono::milliseconds first_pause{5};

struct Round {
    FileRead wal;
    FileRead journal;
    FileRead database;
};

bool same(const FileRead& a, const FileRead& b) { return a.status == b.status && a.bytes == b.bytes; }

// Something held open without sharing is no answer: two such rounds are not "the same".
bool held(const Round& round) {
    return round.wal.status == ReadStatus::busy || round.journal.status == ReadStatus::busy ||
           round.database.status == ReadStatus::busy;
}

bool same(const Round& a, const Round& b) {
    return !held(b) && same(a.wal, b.wal) && same(a.journal, b.journal) && same(a.database, b.database);
}

// The database comes last: a journal that was read before it covers every page that was changed by then.
Round read_round(const Files& files, const std::filesystem::path& home, const std::filesystem::path& file,
                 std::uint64_t limit) {
    const auto beside = [&file](const char* suffix) {
        std::filesystem::path path = file;
        return path += suffix;
    };
    Round round;
    round.wal = files.read(home, beside("-wal"), limit);
    round.journal = files.read(home, beside("-journal"), limit - round.wal.bytes.size());
    round.database = files.read(home, file, limit - round.wal.bytes.size() - round.journal.bytes.size());
    return round;
}

// Without its journal or WAL a database says something else than the browser sees.
StoreStatus judge(const Round& round) {
    switch (round.database.status) {
        case ReadStatus::absent:
            return StoreStatus::absent;
        case ReadStatus::access_denied:
            return StoreStatus::access_denied;
        case ReadStatus::not_a_file:
            return StoreStatus::not_a_database;
        case ReadStatus::too_large:
            return StoreStatus::too_large;
        case ReadStatus::busy:
            return StoreStatus::busy;
        case ReadStatus::ok:
            break;
    }
    for (const FileRead* companion : {&round.wal, &round.journal}) {
        if (companion->status == ReadStatus::ok || companion->status == ReadStatus::absent) continue;
        return companion->status == ReadStatus::too_large ? StoreStatus::too_large : StoreStatus::access_denied;
    }
    return round.database.bytes.empty() ? StoreStatus::empty_file : StoreStatus::ok;
}

}  // namespace

Snapshot take_snapshot(const Files& files, const std::filesystem::path& home, const std::filesystem::path& file,
                       std::uint64_t limit, const Pause& pause) {
    Round last = read_round(files, home, file, limit);
    std::chrono::milliseconds wait = first_pause;
    for (int round = 2; round <= most_rounds; ++round) {
        Round next = read_round(files, home, file, limit);
        if (same(last, next)) {
            const StoreStatus status = judge(next);
            if (status != StoreStatus::ok) return {status, {}, {}, {}};
            return {status, std::move(next.database.bytes), std::move(next.journal.bytes), std::move(next.wal.bytes)};
        }
        last = std::move(next);
        if (round == most_rounds) break;
        pause(wait);
        wait *= 2;
    }
    return {StoreStatus::busy, {}, {}, {}};
}

}  // namespace wardwatch
