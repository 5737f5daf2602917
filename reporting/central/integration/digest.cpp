// Which period is due, what happened in it, and the mail that says so.
#include "reporting/central/integration/digest.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/sql/setting_store.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <set>

#include "reporting/central/devices/simulated_store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/policy/describe.h"
#include "reporting/policy/standing.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

using std::chrono::days;
using std::chrono::hours;

namespace {

constexpr hours digest_hour{7};
constexpr std::size_t most_lines = 100;

std::string setting_of(const DigestOptions& digest) {
    std::string what = digest.weekly ? "week" : "day";
    for (const std::string& to : digest.to) what += "\n" + to;
    return "digest_" + sha256_hex(what + "\n" + digest.unit).substr(0, 16);
}

struct Words {
    bool english;
    std::string operator()(const char* vi, const char* en) const { return english ? en : vi; }
};

std::string title_of(const Policy& policy, const ToldChange& change, bool english) {
    for (const Rule& rule : policy.rules) {
        if (rule.id != change.rule) continue;
        std::string title = english ? rule.title.en : rule.title.vi;
        if (const std::size_t at = title.find("{instance}"); at != std::string::npos)
            title.replace(at, 10, subject_text(rule.each, change.instance, english ? Language::en : Language::vi));
        return rule.clause + ": " + title;
    }
    return change.rule;
}

void section(std::string& text, const std::string& heading, const std::vector<std::string>& lines, const Words& say) {
    text += "\n" + heading + " (" + std::to_string(lines.size()) + ")\n";
    for (std::size_t i = 0; i < std::min(lines.size(), most_lines); ++i) text += "  - " + lines[i] + "\n";
    if (lines.size() > most_lines) {
        text +=
            "  " + say("… và ", "… and ") + std::to_string(lines.size() - most_lines) + say(" mục nữa", " more") + "\n";
    }
}

}  // namespace

DigestPeriod newest_digest_period(const DigestOptions& digest, Instant now) {
    std::string ends = office_day(now);
    if (digest.weekly) {
        const std::chrono::sys_days day = std::chrono::floor<days>(parse_instant(ends + "T00:00:00Z"));
        ends = add_days(ends, -static_cast<int>((std::chrono::weekday{day} - std::chrono::Monday).count()));
    }
    const Instant to = start_of_day(ends);
    return {to - days{digest.weekly ? 7 : 1}, to, ends};
}

std::optional<DigestPeriod> digest_period(const sql::Database& database, const DigestOptions& digest, Instant now) {
    const DigestPeriod period = newest_digest_period(digest, now);
    const auto since_midnight = now - period.to;
    const bool today = since_midnight >= digest_hour && since_midnight < days{1};
    if (!today || Settings{database}.get(setting_of(digest)) == period.day) return std::nullopt;
    return period;
}

void mark_digest_sent(sql::Database& database, const DigestOptions& digest, const DigestPeriod& period) {
    Settings{database}.set(setting_of(digest), period.day);
}

Mail compose_digest(const View& view, const Integrations& table, const DigestOptions& digest,
                    const DigestPeriod& period) {
    const Words say{digest.english};
    std::set<std::int64_t> units;
    if (!digest.unit.empty()) units = Units{view.database}.and_below(Units{view.database}.find(digest.unit).id);
    const auto meant = [&](std::int64_t unit) { return digest.unit.empty() || units.count(unit) > 0; };
    std::vector<std::string> failures;
    std::vector<std::string> fixes;
    for (const ToldChange& change : table.changes_between(period.from, period.to)) {
        if (!meant(change.unit_id)) continue;
        const std::string line =
            change.unit + " · " + change.host_name + " · " + title_of(view.policy, change, digest.english);
        if (change.to == "fail") failures.push_back(line);
        if (change.from == "fail" && change.to == "pass") fixes.push_back(line);
    }
    std::vector<std::string> silent;
    std::size_t counted = 0;
    std::size_t failing = 0;
    const std::map<std::int64_t, std::string> paths = Units{view.database}.paths();
    for (const Device& device : Devices{view.database}.all()) {
        if (device.revoked_at || !meant(device.unit_id)) continue;
        ++counted;
        const Standing shown = shown_standing(view, device);
        if (shown == Standing::fail) ++failing;
        if (shown == Standing::silent) silent.push_back(paths.at(device.unit_id) + " · " + device.host_name);
    }
    const std::string first_day = office_day(period.from);
    const std::string last_day = office_day(period.to - days{1});
    const std::string when = first_day == last_day ? first_day : first_day + " – " + last_day;
    Mail mail;
    mail.to = digest.to;
    mail.subject = say("Wardwatch: tình hình ", "Wardwatch: news of ") + when + ": " + std::to_string(failures.size()) +
                   say(" vi phạm mới, ", " new failures, ") + std::to_string(fixes.size()) +
                   say(" đã khắc phục, ", " fixed, ") + std::to_string(silent.size()) +
                   say(" máy mất liên lạc", " silent PCs");
    if (is_simulated(view.database)) mail.subject = say("[MÔ PHỎNG] ", "[SIMULATED] ") + mail.subject;
    mail.text = say("Số máy: ", "PCs: ") + std::to_string(counted) + say(", không đạt: ", ", failing: ") +
                std::to_string(failing) + "\n";
    section(mail.text, say("Vi phạm mới", "New failures"), failures, say);
    section(mail.text, say("Đã khắc phục", "Fixed"), fixes, say);
    section(mail.text, say("Máy mất liên lạc", "Silent PCs"), silent, say);
    if (!digest.page.empty()) mail.text += "\n" + say("Xem trên trang: ", "On the page: ") + digest.page + "\n";
    return mail;
}

}  // namespace wardwatch
