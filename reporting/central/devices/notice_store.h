// Notices about PCs, in the centre's database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reporting/central/devices/notices.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// Within the caller's transaction: it has happened, again where there is such a notice. What was settled stays
/// settled, but for another `about`.
void add_notice(sql::Writer& writer, const std::string& device_id, NoticeKind kind, const std::string& about,
                Instant now);
/// Within the caller's transaction: it is over, or was something else. Settled ones stay.
void drop_notice(sql::Writer& writer, const std::string& device_id, NoticeKind kind);

/// Within the caller's transaction: of these checks, separated by spaces, the PC's newest report tells something. Those
/// that are gone become a notice until they are back.
void note_checks(sql::Writer& writer, const std::string& device_id, const std::string& checks, Instant now);

/// May be used from any thread; each function is one transaction.
class Notices {
public:
    explicit Notices(sql::Database database) : database_(std::move(database)) {}

    /// Of PCs that are not revoked, the newest first.
    std::vector<Notice> all(bool settled) const;
    std::vector<Notice> of(const std::string& device_id) const;
    /// False when there is no such notice. The first who settles it stays.
    bool settle(const std::string& device_id, NoticeKind kind, const ChangedBy& by);

private:
    sql::Database database_;
};

}  // namespace wardwatch
