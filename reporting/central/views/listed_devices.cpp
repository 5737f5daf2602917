// One function for each thing that lists show.
#include "reporting/central/views/listed_devices.h"

#include "reporting/central/api/json.h"

namespace wardwatch {

using nlohmann::json;

Standing shown_standing(const View& view, const Device& device) {
    if (is_silent(device.confirmed_at.value_or(device.enrolled_at), view.now, view.silent_after))
        return Standing::silent;
    return standing_of(device.status.value_or(Status::unknown));
}

PcCounts& PcCounts::operator+=(const PcCounts& more) {
    shown += more.shown;
    waived += more.waived;
    return *this;
}

void count_group(const StandingGroup& group, PcCounts& counts) {
    counts.shown.count(group.shown, group.devices);
    counts.waived += group.waived ? group.devices : 0;
}

json to_json(const PcCounts& counts) {
    json object = pc_counts_json(counts.shown);
    object["waived"] = counts.waived;
    return object;
}

ListedDevice listed_device(const View& view, const UnitTree& tree, const Device& device) {
    return {device, tree.path(device.unit_id), shown_standing(view, device)};
}

std::vector<ListedDevice> listed_devices(const View& view, const UnitTree& tree, std::span<const Device> devices) {
    std::vector<ListedDevice> listed;
    listed.reserve(devices.size());
    for (const Device& device : devices) listed.push_back(listed_device(view, tree, device));
    return listed;
}

json to_json(const ListedDevice& listed) {
    const Device& device = listed.device;
    return {{"device_id", device.device_id},
            {"host_name", device.host_name},
            {"unit_id", device.unit_id},
            {"unit", listed.unit},
            {"status", name_of(listed.standing)},
            {"grave", device.grave},
            {"failed", device.failed},
            {"unknown", device.unknown},
            {"waived", device.waived},
            {"agent_version", device.agent_version},
            {"enrolled_at", format_instant(device.enrolled_at)},
            {"last_report_at", or_null(device.last_report_at)},
            {"confirmed_at", or_null(device.confirmed_at)},
            {"last_seen_at", format_instant(device.last_seen_at)},
            {"outbox_depth", device.outbox_depth},
            {"revoked", device.revoked_at.has_value()}};
}

json devices_json(std::span<const ListedDevice> devices) {
    json list = json::array();
    for (const ListedDevice& listed : devices) list.push_back(to_json(listed));
    return list;
}

}  // namespace wardwatch
