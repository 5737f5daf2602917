// A PC that the caller does not see is one that is not there.
#include "reporting/central/devices/device_of.h"

namespace wardwatch {

Device device_of(const ApiContext& context, const Call& call) {
    std::optional<Device> device = Devices{context.database}.find(call.arguments.at(0));
    if (!device || !call.scope.holds(device->unit_id))
        throw ApiError(404, "device_unknown", "There is no PC with this device id.");
    return *std::move(device);
}

}  // namespace wardwatch
