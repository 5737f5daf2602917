// What a person must look at, as page, API and command line show it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "reporting/central/api/view.h"
#include "reporting/central/devices/notices.h"
#include "reporting/central/views/listed_devices.h"

namespace wardwatch {

struct ShownNotice {
    Notice notice;
    Device device;
    std::string unit;             ///< path, as the viewer sees it
    std::optional<Device> other;  ///< same_hardware: the other PC, where the viewer may see it
    Text text;
};

/// Of the viewer's PCs, those of one unit and below with `unit`; the newest first.
std::vector<ShownNotice> listed_notices(const View& view, std::optional<std::int64_t> unit, bool settled);
std::vector<ShownNotice> notices_of(const View& view, const UnitTree& tree, const Device& device);

nlohmann::json to_json(const ShownNotice& shown);
/// A list of them.
nlohmann::json notices_json(const std::vector<ShownNotice>& notices);

}  // namespace wardwatch
