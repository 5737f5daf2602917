// What the API and the command line say of what was erased.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "reporting/central/privacy/device_data_store.h"
#include "reporting/central/privacy/person_data_store.h"

namespace wardwatch {

nlohmann::json erased_json(const ErasedDevice& erased);
nlohmann::json erased_json(const PersonData::Erased& erased);

}  // namespace wardwatch
