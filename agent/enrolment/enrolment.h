// Making this PC known to the centre: `wardwatch enroll`, and the service with what the installer left.
#pragma once

#include <filesystem>
#include <string>

#include "agent/enrolment/enrolment_key.h"

namespace wardwatch {

/// Asks the centre for a certificate and stores identity and address; a token that the installer left has then served
/// and is erased. `ca_sha256` is 64 hex digits. Returns the PC's device id. Throws std::invalid_argument for an address
/// that is none, what Client::enrol throws, and std::runtime_error when something cannot be stored.
std::string enrol(const std::filesystem::path& folder, const EnrolmentOrder& order);

/// A PC whose data folder was copied from another one takes a device id and a key of its own, by a token that the
/// centre gave it for that. Reports that wait are the other PC's, and are not sent. Throws as `enrol`.
void enrol_anew(const std::filesystem::path& folder, const std::string& token);

/// True when the installer left a token and the centre's address and fingerprint are known. Throws as
/// read_enrolment_order.
bool enrolment_is_ordered(const std::filesystem::path& folder);

/// Enrols as the installer ordered. A token that the centre definitely refuses is erased, and that is an event. Throws
/// as `enrol`.
void enrol_as_ordered(const std::filesystem::path& folder);

}  // namespace wardwatch
