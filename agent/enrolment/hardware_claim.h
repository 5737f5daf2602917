// What is told to the centre of this PC's hardware: hashes alone.
#pragma once

#include "agent/system/hardware.h"
#include "reporting/client/client.h"

namespace wardwatch {

/// SHA-256 of each text, without the spaces around it and in lower case; empty where it is a maker's placeholder: too
/// short, one character throughout, digits in a row, words like "To be filled by O.E.M.".
HardwareClaim hardware_claim(const HardwareTexts& texts);

}  // namespace wardwatch
