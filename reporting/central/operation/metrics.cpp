// Writes gauges and counters line by line.
#include "reporting/central/operation/metrics.h"

#include <cstdio>

#include "reporting/central/commands/store.h"
#include "reporting/central/devices/report_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/integration/store.h"
#include "reporting/central/judging/standing_group_store.h"
#include "reporting/central/sql/database.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

namespace {

/// Exposition format: in a label's value \, " and line ends are escaped.
std::string label(std::string_view value) {
    std::string text;
    for (const char c : value) {
        if (c == '\\' || c == '"') text += '\\';
        text += c == '\n' ? ' ' : c;
    }
    return "\"" + text + "\"";
}

std::string decimal(double value) {
    char text[40];
    return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%.9g", value))};
}

void heading(std::string& text, const std::string& name, const char* type, const char* help) {
    text += "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

void gauge(std::string& text, const std::string& name, const char* help, double value) {
    heading(text, name, "gauge", help);
    text += name + " " + decimal(value) + "\n";
}

std::string counts_of(const std::string& name, const std::string& labels, const StandingCounts& counts) {
    std::string text;
    for (const Standing standing : {Standing::fail, Standing::pass, Standing::silent, Standing::unknown})
        text += name + "{" + labels + "status=" + label(name_of(standing)) + "} " +
                std::to_string(counts.of(standing)) + "\n";
    return text;
}

/// By shown status: all, and by unit at the top of the tree.
void add_devices(std::string& text, const View& view) {
    std::map<std::int64_t, const Unit*> by_id;
    const std::vector<Unit> units = Units{view.database}.all();
    for (const Unit& unit : units) by_id[unit.id] = &unit;
    const auto top_of = [&](std::int64_t id) {
        const Unit* unit = by_id.at(id);
        while (unit->parent_id) unit = by_id.at(*unit->parent_id);
        return unit->name;
    };
    StandingCounts all;
    std::map<std::string, StandingCounts> by_unit;
    for (const StandingGroup& group : StandingGroups{view.database}.all(view.now, view.silent_after)) {
        if (!view.scope.holds(group.unit_id)) continue;
        all.count(group.shown, group.devices);
        by_unit[top_of(group.unit_id)].count(group.shown, group.devices);
    }
    heading(text, "wardwatch_devices", "gauge", "PCs by status; revoked ones are left out.");
    text += counts_of("wardwatch_devices", "", all);
    heading(text, "wardwatch_unit_devices", "gauge", "PCs of each unit at the top of the tree, by status.");
    for (const auto& [unit, counts] : by_unit)
        text += counts_of("wardwatch_unit_devices", "unit=" + label(unit) + ",", counts);
    gauge(text, "wardwatch_outbox_reports", "Reports that wait on PCs, as they last said.",
          static_cast<double>(Devices{view.database}.waiting_reports(view.scope)));
}

void add_database(std::string& text, const View& view, const MetricsContext& context) {
    double bytes = 0;
    for (const char* end : {"", "-wal"}) {
        std::error_code error;
        const std::uintmax_t size = std::filesystem::file_size(context.database.string() + end, error);
        if (!error) bytes += static_cast<double>(size);
    }
    gauge(text, "wardwatch_database_bytes", "Size of the database with its journal.", bytes);
    std::error_code error;
    const auto space = std::filesystem::space(context.database.parent_path(), error);
    if (!error)
        gauge(text, "wardwatch_disk_free_bytes", "Room left for the data folder.",
              static_cast<double>(space.available));
    const auto amount = [&](const std::string& name, const char* help, std::int64_t count) {
        gauge(text, name, help, static_cast<double>(count));
    };
    amount("wardwatch_reports_stored", "Reports in the database.", Reports{view.database}.count());
    const Commands commands{view.database};
    amount("wardwatch_commands_open", "Scans and updates that have not ended.",
           commands.unfinished("scan") + commands.unfinished("update"));
    std::int64_t pending = 0;
    std::int64_t dead = 0;
    for (const Webhook& webhook : Integrations{view.database}.webhooks()) {
        pending += webhook.pending;
        dead += webhook.dead;
    }
    amount("wardwatch_webhook_deliveries_pending", "Messages on their way to webhooks.", pending);
    amount("wardwatch_webhook_deliveries_dead", "Messages that no webhook took.", dead);
}

}  // namespace

void RequestMeter::count(std::string_view listener, unsigned status,
                         std::optional<std::chrono::duration<double>> took) {
    const std::lock_guard lock{mutex_};
    ++by_status_[{std::string{listener}, status}];
    if (!took) return;
    Latency& latency = latencies_[std::string{listener}];
    ++latency.count;
    latency.seconds += took->count();
    for (std::size_t i = 0; i < limits.size(); ++i) latency.buckets[i] += took->count() <= limits[i] ? 1 : 0;
}

std::string RequestMeter::text() const {
    const std::lock_guard lock{mutex_};
    std::string text;
    heading(text, "wardwatch_requests_total", "counter", "Requests by listener and status code.");
    for (const auto& [key, count] : by_status_) {
        text += "wardwatch_requests_total{listener=" + label(key.first) + ",code=\"" + std::to_string(key.second) +
                "\"} " + std::to_string(count) + "\n";
    }
    const std::string name = "wardwatch_request_seconds";
    heading(text, name, "histogram", "How long requests took; waits for commands are left out.");
    for (const auto& [listener, latency] : latencies_) {
        const std::string of = "listener=" + label(listener);
        for (std::size_t i = 0; i < limits.size(); ++i) {
            text += name + "_bucket{" + of + ",le=\"" + decimal(limits[i]) + "\"} " +
                    std::to_string(latency.buckets[i]) + "\n";
        }
        text += name + "_bucket{" + of + ",le=\"+Inf\"} " + std::to_string(latency.count) + "\n" + name + "_sum{" + of +
                "} " + decimal(latency.seconds) + "\n" + name + "_count{" + of + "} " + std::to_string(latency.count) +
                "\n";
    }
    heading(text, "wardwatch_reports_received_total", "counter", "New reports since the start.");
    text += "wardwatch_reports_received_total " + std::to_string(reports_) + "\n";
    return text;
}

std::string metrics_text(const View& view, const RequestMeter& meter, const MetricsContext& context) {
    std::string text;
    heading(text, "wardwatch_build_info", "gauge", "The program's version.");
    text += "wardwatch_build_info{version=" + label(context.version) + "} 1\n";
    gauge(text, "wardwatch_start_time_seconds", "When it was started, since 1970.",
          static_cast<double>(context.started_at.time_since_epoch().count()));
    gauge(text, "wardwatch_polls_waiting", "PCs that are connected to this process and wait for a command.",
          static_cast<double>(context.polls_waiting));
    add_devices(text, view);
    add_database(text, view, context);
    heading(text, "wardwatch_certificate_left_seconds", "gauge", "Time until a certificate ends.");
    const auto left = [&](Instant ends) { return decimal(static_cast<double>((ends - view.now).count())); };
    text += "wardwatch_certificate_left_seconds{certificate=\"ca\"} " + left(context.ca_ends) + "\n";
    text +=
        "wardwatch_certificate_left_seconds{certificate=\"server\"} " + left(context.server_certificate_ends) + "\n";
    return text + meter.text();
}

}  // namespace wardwatch
