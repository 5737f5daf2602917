// What stands on this PC's parts, as texts of their makers. It identifies a PC and so a person's: nothing of it is
// logged, stored or sent as it is (agent/enrolment/hardware_claim.h).
#pragma once

#include <string>
#include <string_view>

namespace wardwatch {

/// Empty where there is none, or it cannot be read.
struct HardwareTexts {
    std::string system;   ///< SMBIOS: the system's UUID
    std::string disk;     ///< serial number of the disk that holds the system
    std::string machine;  ///< of the installation: MachineGuid, machine-id
};

/// Never throws.
HardwareTexts read_hardware();

/// The UUID of the first "System Information" (type 1) in a table of SMBIOS structures, as text by its version 2.6;
/// empty where there is none. DMTF DSP0134, 7.2. The bytes may be anything.
std::string smbios_uuid(std::string_view table);

}  // namespace wardwatch
