// Rules become instants here; operation/retention_store.h removes.
#include "reporting/central/operation/retention.h"

#include <algorithm>

#include "reporting/central/history/history.h"
#include "reporting/central/notes/store.h"
#include "reporting/central/operation/retention_store.h"
#include "reporting/central/privacy/device_data_store.h"
#include "reporting/central/sql/setting_store.h"

namespace wardwatch {

namespace {

/// Before all time where a rule keeps for ever.
Instant limit(Instant now, const std::optional<std::chrono::days>& kept) { return kept ? now - *kept : Instant::min(); }

/// Days before cannot be judged again: not every report of then is there.
void note_whole_since(sql::Database& database, Instant whole) {
    Settings settings{database};
    const auto known = settings.get(reports_whole_since_setting);
    if (!known || *known < format_instant(whole)) settings.set(reports_whole_since_setting, format_instant(whole));
}

}  // namespace

Forgotten apply_retention(sql::Database& database, const RetentionRules& rules, Instant now, bool count_only) {
    OldData old{database, count_only};
    Forgotten forgotten;
    if (rules.all_reports || rules.daily_reports || rules.monthly_reports) {
        // Whoever keeps all reports and lets months go still loses those at their end.
        const Instant monthly = limit(now, rules.monthly_reports);
        const Instant daily = std::max(monthly, limit(now, rules.daily_reports));
        const Instant all = std::max(monthly, limit(now, rules.all_reports));
        forgotten.reports = old.forget_reports({all, std::min(daily, all), monthly});
    }
    if (forgotten.reports > 0 && !count_only)
        note_whole_since(database, limit(now, rules.all_reports ? rules.all_reports : rules.monthly_reports));
    if (rules.verdict_changes) forgotten.verdict_changes = old.forget_verdict_changes(now - *rules.verdict_changes);
    if (rules.dead_letters) forgotten.dead_letters = old.forget_dead_letters(now - *rules.dead_letters);
    if (rules.revoked_notes)
        forgotten.revoked_notes = Notes{database}.forget_revoked(now - *rules.revoked_notes, count_only);
    if (rules.revoked_devices)
        forgotten.revoked_devices = erase_revoked_devices(database, now - *rules.revoked_devices, count_only);
    if (rules.gone_web_accounts) forgotten.web_accounts = old.forget_gone_web_accounts(now - *rules.gone_web_accounts);
    if (!count_only) database.give_space_back();
    return forgotten;
}

void forget_old(sql::Database& database, const RetentionRules& rules, Instant now, const Log& log) {
    const Forgotten forgotten = apply_retention(database, rules, now);
    if (forgotten.all() == 0) return;
    log("forgotten reports=" + std::to_string(forgotten.reports) + " verdict_changes=" +
        std::to_string(forgotten.verdict_changes) + " dead_letters=" + std::to_string(forgotten.dead_letters) +
        " revoked_notes=" + std::to_string(forgotten.revoked_notes) + " revoked_devices=" +
        std::to_string(forgotten.revoked_devices) + " web_accounts=" + std::to_string(forgotten.web_accounts));
}

}  // namespace wardwatch
