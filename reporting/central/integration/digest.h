// News of a day or a week by mail: what failed anew, what was fixed, who fell silent.
#pragma once

#include <optional>
#include <string>

#include "reporting/central/integration/digest_options.h"
#include "reporting/central/integration/mail.h"
#include "reporting/central/integration/store.h"
#include "reporting/central/views/listed_devices.h"

namespace wardwatch {

struct DigestPeriod {
    Instant from;
    Instant to;       ///< midnight in the office's time zone
    std::string day;  ///< "2026-11-23": on which it is sent
};

/// The last whole day, or the last whole week from Monday to Sunday, before `now`.
DigestPeriod newest_digest_period(const DigestOptions& digest, Instant now);

/// The period whose digest is due and was not sent yet. Due is from 07:00 of the office's time on, each day, or
/// Mondays; a centre that was off then sends it later that day.
std::optional<DigestPeriod> digest_period(const sql::Database& database, const DigestOptions& digest, Instant now);
void mark_digest_sent(sql::Database& database, const DigestOptions& digest, const DigestPeriod& period);

/// At most 100 lines of each kind; the others are counted. Throws StoreError when its unit does not exist.
Mail compose_digest(const View& view, const Integrations& table, const DigestOptions& digest,
                    const DigestPeriod& period);

}  // namespace wardwatch
