// Notices with the PCs that they are about.
#include "reporting/central/views/device_notices.h"

#include "reporting/central/api/json.h"
#include "reporting/central/devices/notice_store.h"
#include "reporting/central/devices/store.h"

namespace wardwatch {

namespace {

ShownNotice shown_notice(const View& view, const UnitTree& tree, const Notice& notice, const Device& device) {
    ShownNotice shown{notice, device, tree.path(device.unit_id), std::nullopt, {}};
    if (notice.kind == NoticeKind::same_hardware) {
        shown.other = Devices{view.database}.find(notice.about);
        if (shown.other && !view.scope.holds(shown.other->unit_id)) shown.other.reset();
    }
    shown.text = notice_text(notice, shown.other ? shown.other->host_name : "?");
    return shown;
}

}  // namespace

std::vector<ShownNotice> listed_notices(const View& view, std::optional<std::int64_t> unit, bool settled) {
    const UnitTree tree{view.database, view.scope};
    std::set<std::int64_t> units;
    if (unit) units = tree.unit_and_below(*unit);
    std::vector<ShownNotice> all;
    for (const Notice& notice : Notices{view.database}.all(settled)) {
        const std::optional<Device> device = Devices{view.database}.find(notice.device_id);
        if (!device || !view.scope.holds(device->unit_id) || (unit && !units.contains(device->unit_id))) continue;
        all.push_back(shown_notice(view, tree, notice, *device));
    }
    return all;
}

std::vector<ShownNotice> notices_of(const View& view, const UnitTree& tree, const Device& device) {
    std::vector<ShownNotice> all;
    for (const Notice& notice : Notices{view.database}.of(device.device_id))
        all.push_back(shown_notice(view, tree, notice, device));
    return all;
}

nlohmann::json to_json(const ShownNotice& shown) {
    const Notice& notice = shown.notice;
    return {{"device_id", shown.device.device_id},
            {"host_name", shown.device.host_name},
            {"unit_id", shown.device.unit_id},
            {"unit", shown.unit},
            {"kind", name_of(notice.kind)},
            {"first_at", format_instant(notice.first_at)},
            {"last_at", format_instant(notice.last_at)},
            {"times", notice.times},
            {"other_device_id", shown.other ? nlohmann::json(shown.other->device_id) : nlohmann::json()},
            {"other_host_name", shown.other ? nlohmann::json(shown.other->host_name) : nlohmann::json()},
            {"settled_at", or_null(notice.settled_at)},
            {"settled_by", notice.settled_by},
            {"text", {{"vi", shown.text.vi}, {"en", shown.text.en}}}};
}

nlohmann::json notices_json(const std::vector<ShownNotice>& notices) {
    nlohmann::json list = nlohmann::json::array();
    for (const ShownNotice& each : notices) list.push_back(to_json(each));
    return list;
}

}  // namespace wardwatch
