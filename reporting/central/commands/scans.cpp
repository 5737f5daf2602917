// How a scan's order becomes commands, and how their states are shown.
#include "reporting/central/commands/scans.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/commands/store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <set>

#include "reporting/policy/reasons.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

using nlohmann::json;

namespace {

// A connected PC is handed a command within a second. Times are whole seconds here.
constexpr std::chrono::seconds offline_after{5};
// A PC that runs a command is heard of every 30 seconds (agent/commands/command_channel.cpp).
constexpr std::chrono::seconds lost_after{90};
constexpr std::size_t scans_shown = 50;

std::vector<std::string> choose_devices(const sql::Database& database, const ScanTargets& targets, const Scope& scope) {
    std::vector<Device> devices = Devices{database}.all();
    std::erase_if(devices, [&](const Device& device) { return !scope.holds(device.unit_id); });
    std::vector<std::string> chosen;
    if (targets.chosen) {
        const std::set<std::string> found{targets.chosen->begin(), targets.chosen->end()};
        std::erase_if(devices, [&](const Device& device) { return !found.contains(device.device_id); });
    }
    for (const std::string& text : targets.devices) {
        const Device device = find_named(devices, text);
        if (device.revoked_at) throw StoreError("The PC \"" + text + "\" is revoked: nothing is sent to it.");
        if (std::find(chosen.begin(), chosen.end(), device.device_id) == chosen.end())
            chosen.push_back(device.device_id);
    }
    std::set<std::int64_t> units;
    if (!targets.unit.empty()) units = Units{database}.and_below(Units{database}.find(targets.unit).id);
    for (const Device& device : devices) {
        if (!device.revoked_at && (targets.all || targets.chosen || units.contains(device.unit_id)))
            chosen.push_back(device.device_id);
    }
    return chosen;
}

json command_json(const ShownCommand& shown) {
    const StoredCommand& command = shown.command;
    return {{"command_id", command.id},
            {"device_id", command.device_id},
            {"host_name", command.host_name},
            {"state", shown.state},
            {"changed_at", format_instant(command.changed_at)},
            {"collector", command.collector},
            {"position", command.position},
            {"count", command.count},
            {"report_id", command.report_id},
            {"problem", command.problem},
            {"problem_text", problem_text_json(command.problem)}};
}

}  // namespace

json problem_text_json(const std::string& problem) {
    const Text words = reason_words(problem);
    return {{"vi", words.vi}, {"en", words.en}};
}

namespace {

ShownBatch shown_batch_of(const StoredCommand& order) {
    ShownBatch batch;
    batch.order = order;
    for (const char* state : {"waiting", "offline", "delivered", "running", "sending", "done", "failed", "expired"})
        batch.counts[state] = 0;
    return batch;
}

void count_state(ShownBatch& batch, std::string_view state, std::int64_t number) {
    batch.counts.find(state)->second += number;
    batch.total += number;
}

json batch_json(const ShownBatch& batch) {
    const StoredCommand& order = batch.order;
    json result = {{"batch_id", order.batch_id},
                   {"kind", order.kind},
                   {"created_by", order.created_by},
                   {"created_at", format_instant(order.created_at)},
                   {"expires_at", format_instant(order.expires_at)},
                   {"total", batch.total},
                   {"finished", batch.finished()}};
    for (const auto& [state, number] : batch.counts) result[state] = number;
    return result;
}

}  // namespace

OrderedScan order_scan(sql::Database& database, const ScanTargets& targets, const std::string& created_by, Instant now,
                       std::chrono::hours life, const Scope& scope) {
    OrderedScan scan{random_uuid(), choose_devices(database, targets, scope)};
    if (scan.device_ids.empty()) throw StoreError("No PC is meant: there is none that is enrolled and not revoked.");
    NewBatch batch{scan.batch_id, "scan", "", created_by, now, now + life, {}};
    for (const std::string& device_id : scan.device_ids) batch.commands.push_back({random_uuid(), device_id});
    Commands{database}.add(batch);
    return scan;
}

std::string_view shown_state(const StoredCommand& command, Instant now) {
    const bool unfinished = command.state == CommandState::queued || command.state == CommandState::delivered ||
                            command.state == CommandState::running || command.state == CommandState::scanned;
    if (unfinished && now >= command.expires_at) return "expired";
    const auto silence = now - command.changed_at;
    switch (command.state) {
        case CommandState::queued:
            return silence > offline_after ? "offline" : "waiting";
        case CommandState::delivered:
        case CommandState::running:
            return silence > lost_after ? "offline" : name_of(command.state);
        case CommandState::scanned:
            return "sending";
        case CommandState::done:
        case CommandState::failed:
        case CommandState::expired:
            break;
    }
    return name_of(command.state);
}

std::vector<ShownBatch> newest_scans(const sql::Database& database, Instant now, const Scope& scope) {
    std::vector<ShownBatch> scans;
    for (const BatchSummary& summary : Commands{database}.newest_scans(scope, now, scans_shown)) {
        ShownBatch& batch = scans.emplace_back(shown_batch_of(summary.parts.front().command));
        for (const BatchSummary::Part& part : summary.parts)
            count_state(batch, shown_state(part.command, now), part.count);
    }
    return scans;
}

std::optional<ShownBatch> find_scan(const sql::Database& database, const std::string& batch_id, Instant now,
                                    const Scope& scope) {
    std::vector<StoredCommand> commands = Commands{database}.batch(batch_id);
    std::erase_if(commands, [&](const StoredCommand& command) { return !scope.holds(command.unit_id); });
    if (commands.empty()) return std::nullopt;
    ShownBatch batch = shown_batch_of(commands.front());
    for (StoredCommand& command : commands) {
        const std::string_view state = shown_state(command, now);
        count_state(batch, state, 1);
        batch.commands.push_back({std::move(command), state});
    }
    return batch;
}

json scans_json(const std::vector<ShownBatch>& scans) {
    json list = json::array();
    for (const ShownBatch& scan : scans) list.push_back(batch_json(scan));
    return {{"scans", std::move(list)}};
}

json scan_json(const ShownBatch& scan) {
    json result = batch_json(scan);
    result["devices"] = json::array();
    for (const ShownCommand& shown : scan.commands) result["devices"].push_back(command_json(shown));
    return result;
}

}  // namespace wardwatch
