// Reads what happened behind each target's cursor and tells it; a target that is away is asked later.
#include "reporting/central/integration/integration.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "reporting/central/api/openapi.h"
#include "reporting/central/integration/digest.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

using std::chrono::seconds;

namespace {

constexpr const char* webhook_target = "webhooks";
constexpr const char* syslog_changes = "syslog";
constexpr const char* syslog_audit = "syslog-audit";
constexpr const char* syslog_heads = "syslog-heads";
constexpr const char* webhook_audit = "webhooks-audit";
constexpr const char* file_heads = "file-heads";
constexpr const char* mail_heads = "mail-heads";
constexpr std::chrono::hours between_head_mails{24};
constexpr std::int64_t changes_at_once = 500;
constexpr std::size_t changes_per_message = 100;
constexpr seconds webhook_deadline{10};
constexpr seconds rest_after_failure{60};

/// Where a target stands; one that is new begins with what happens from now on.
std::int64_t begin_at(Integrations& table, const char* target, std::int64_t newest) {
    if (const auto known = table.cursor(target)) return *known;
    table.set_cursor(target, newest);
    return newest;
}

/// A failure is a warning, everything else a notice.
int severity_of(const ToldChange& change) { return change.to == "fail" ? 4 : 5; }

SyslogMessage message_of(const ToldChange& change) {
    const std::string from = change.from.empty() ? "new" : change.from;
    const std::string to = change.to.empty() ? "gone" : change.to;
    return {severity_of(change),
            change.at,
            "verdict_change",
            {{"device", change.device_id},
             {"host", change.host_name},
             {"unit", change.unit},
             {"rule", change.rule},
             {"instance", change.instance},
             {"from", from},
             {"to", to}},
            change.host_name + " " + change.rule + ": " + from + " -> " + to};
}

SyslogMessage message_of(const ToldEntry& entry) {
    if (entry.is_sign_in()) {
        return {6,
                entry.at,
                "sign_in",
                {{"actor", entry.actor}, {"address", entry.address}, {"action", entry.action}},
                entry.action + " " + entry.actor};
    }
    return {entry.is_denial() ? 4 : 5,
            entry.at,
            entry.is_denial() ? "denied" : "administration",
            {{"actor", entry.actor},
             {"address", entry.address},
             {"action", entry.action},
             {"subject", entry.subject},
             {"detail", entry.detail},
             {"entry", std::to_string(entry.id)}},
            entry.action + " " + entry.actor + " " + entry.subject};
}

SyslogMessage message_of(const ToldHead& head) { return {5, head.at, "audit_head", {}, head.line}; }

/// What only administrators may do, reading left out.
std::vector<std::string> administrators_actions() {
    std::vector<std::string> actions;
    const nlohmann::json description = openapi_description();
    for (const auto& [path, item] : description.at("paths").items()) {
        for (const auto& [method, operation] : item.items()) {
            if (method == "parameters" || method == "get" || operation.at("x-right") != "administer") continue;
            actions.push_back(operation.at("operationId").get<std::string>());
        }
    }
    return actions;
}

}  // namespace

Integration::Integration(sql::Database& database, IntegrationOptions options)
    : database_(database),
      table_(database),
      options_(std::move(options)),
      administrators_actions_(administrators_actions()) {}

/// Those for all units are told what administrators did, too.
void Integration::queue_administration(Instant now) {
    const std::int64_t from = begin_at(table_, webhook_audit, table_.last_audit());
    std::vector<ToldEntry> entries = table_.entries_after(from, administrators_actions_, changes_at_once);
    if (entries.empty()) return;
    const std::int64_t last = entries.back().id;
    std::erase_if(entries, [](const ToldEntry& entry) { return entry.is_sign_in() || entry.is_denial(); });
    std::vector<Delivery> deliveries;
    for (const Webhook& webhook : table_.webhooks()) {
        if (!webhook.enabled || webhook.unit_id || entries.empty()) continue;
        deliveries.push_back(
            {0, webhook.id, administration_body(random_uuid(), now, entries), now, 0, now, std::nullopt, ""});
    }
    table_.enqueue(deliveries, webhook_audit, last);
}

void Integration::tell_webhooks() {
    queue_administration(options_.clock());
    const Instant now = options_.clock();
    const std::int64_t from = begin_at(table_, webhook_target, table_.last_change());
    const std::vector<ToldChange> changes = table_.changes_after(from, changes_at_once);
    if (!changes.empty()) {
        std::vector<Delivery> deliveries;
        for (const Webhook& webhook : table_.webhooks()) {
            if (!webhook.enabled) continue;
            const std::set<std::int64_t> units =
                webhook.unit_id ? Units{database_}.and_below(*webhook.unit_id) : std::set<std::int64_t>{};
            std::vector<ToldChange> told;
            const auto flush = [&] {
                if (told.empty()) return;
                deliveries.push_back({0, webhook.id,
                                      webhook_body(options_.policy.get().policy, random_uuid(), now, told), now, 0, now,
                                      std::nullopt, ""});
                told.clear();
            };
            for (const ToldChange& change : changes) {
                if (webhook.unit_id && units.count(change.unit_id) == 0) continue;
                told.push_back(change);
                if (told.size() == changes_per_message) flush();
            }
            flush();
        }
        table_.enqueue(deliveries, webhook_target, changes.back().id);
    }
    for (const Delivery& delivery : table_.due(now)) {
        const auto webhook = table_.webhook(delivery.webhook_id);
        if (!webhook) continue;
        const std::string secret = options_.sealing.open(webhook->secret, webhook_purpose);
        const std::string problem =
            post_webhook(*webhook, secret, delivery.body, now, options_.webhooks, webhook_deadline);
        if (problem.empty()) {
            table_.delivered(delivery, now);
            continue;
        }
        const bool dead = delivery.attempts + 1 >= webhook_attempts;
        table_.not_delivered(delivery, problem, now, now + webhook_wait(delivery.attempts), dead);
        options_.log("webhook failed id=" + std::to_string(webhook->id) +
                     " attempt=" + std::to_string(delivery.attempts + 1) + (dead ? " given up" : "") + ": " + problem);
    }
}

std::vector<std::string> Integration::syslog_lines(std::int64_t& change, std::int64_t& audit,
                                                   std::int64_t& head) const {
    std::vector<std::string> lines;
    for (const ToldChange& each : table_.changes_after(change, changes_at_once)) {
        lines.push_back(syslog_line(message_of(each), options_.own_host));
        change = each.id;
    }
    for (const ToldEntry& each : table_.entries_after(audit, administrators_actions_, changes_at_once)) {
        lines.push_back(syslog_line(message_of(each), options_.own_host));
        audit = each.id;
    }
    for (const ToldHead& each : table_.heads_after(head, changes_at_once)) {
        lines.push_back(syslog_line(message_of(each), options_.own_host));
        head = each.id;
    }
    return lines;
}

void Integration::tell_syslog() {
    if (!options_.syslog || (syslog_rests_ && options_.clock() < *syslog_rests_)) return;
    std::int64_t change = begin_at(table_, syslog_changes, table_.last_change());
    std::int64_t audit = begin_at(table_, syslog_audit, table_.last_audit());
    std::int64_t head = begin_at(table_, syslog_heads, 0);
    const std::vector<std::string> lines = syslog_lines(change, audit, head);
    if (lines.empty()) return;
    try {
        send_syslog(*options_.syslog, lines);
        syslog_rests_.reset();
    } catch (const SyslogError& error) {
        syslog_rests_ = options_.clock() + rest_after_failure;
        options_.log(std::string{"syslog failed: "} + error.what());
        return;
    }
    table_.set_cursor(syslog_changes, change);
    table_.set_cursor(syslog_audit, audit);
    table_.set_cursor(syslog_heads, head);
}

void Integration::tell_heads() {
    write_heads();
    mail_heads_daily();
}

void Integration::write_heads() {
    if (options_.heads.file.empty()) return;
    const std::vector<ToldHead> heads = table_.heads_after(begin_at(table_, file_heads, 0), changes_at_once);
    if (heads.empty()) return;
    std::ofstream out{options_.heads.file, std::ios::binary | std::ios::app};
    for (const ToldHead& head : heads) out << head.line << "\n";
    out.close();
    if (!out) {
        options_.log("audit head not written to " + options_.heads.file.string() + ": is it there, and writable?");
        return;
    }
    table_.set_cursor(file_heads, heads.back().id);
}

void Integration::mail_heads_daily() {
    const Instant now = options_.clock();
    if (options_.heads.mail.empty() || !options_.smtp || (heads_rest_ && now < *heads_rest_)) return;
    const std::vector<ToldHead> heads = table_.heads_after(begin_at(table_, mail_heads, 0), changes_at_once);
    if (heads.empty()) return;
    Mail mail{options_.heads.mail, "Wardwatch: audit head " + format_instant(heads.back().at), "", "", {}};
    mail.text =
        "Đầu chuỗi nhật ký kiểm toán, có chữ ký. Hãy giữ thư này ở ngoài máy trung tâm; kiểm tra bằng\n"
        "Signed heads of the audit log. Keep this mail elsewhere; compare with\n\n"
        "    wardwatch-central audit verify --heads FILE\n\n";
    for (const ToldHead& head : heads) mail.text += head.line + "\n";
    try {
        send_mail(*options_.smtp, mail);
    } catch (const MailError& error) {
        heads_rest_ = now + std::chrono::minutes{10};
        options_.log(std::string{"audit head not mailed: "} + error.what());
        return;
    }
    heads_rest_ = now + between_head_mails;
    table_.set_cursor(mail_heads, heads.back().id);
}

void Integration::send_digests() {
    if (!options_.smtp) return;
    const Instant now = options_.clock();
    for (std::size_t i = 0; i < options_.digests.size(); ++i) {
        const auto rests = digest_rests_.find(i);
        if (rests != digest_rests_.end() && now < rests->second) continue;
        const DigestOptions& digest = options_.digests[i];
        const auto period = digest_period(database_, digest, now);
        if (!period) continue;
        try {
            const View view{database_, options_.policy.get().policy, now, options_.silent_after, {}};
            send_mail(*options_.smtp, compose_digest(view, table_, digest, *period));
            mark_digest_sent(database_, digest, *period);
            options_.log("digest sent recipients=" + std::to_string(digest.to.size()));
        } catch (const std::exception& error) {
            digest_rests_[i] = now + std::chrono::minutes{10};
            options_.log(std::string{"digest failed: "} + error.what());
        }
    }
}

}  // namespace wardwatch
