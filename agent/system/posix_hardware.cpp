// What Linux shows of the firmware, the disk under / and the installation.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>
#include <string>

#include "agent/system/hardware.h"

namespace wardwatch {

namespace {

std::string first_line(const std::string& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

std::string disk_serial() {
    struct stat root = {};
    if (stat("/", &root) != 0) return "";
    const std::string device =
        "/sys/dev/block/" + std::to_string(major(root.st_dev)) + ":" + std::to_string(minor(root.st_dev));
    // Of a partition the disk is one folder above.
    for (const char* place : {"/serial", "/device/serial", "/../serial", "/../device/serial"}) {
        std::string serial = first_line(device + place);
        if (!serial.empty()) return serial;
    }
    return "";
}

}  // namespace

HardwareTexts read_hardware() {
    return {first_line("/sys/class/dmi/id/product_uuid"), disk_serial(), first_line("/etc/machine-id")};
}

}  // namespace wardwatch
