// The licences as the people's API and --json show them.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "reporting/central/registers/licences.h"

namespace wardwatch {

nlohmann::json licence_json(const LicenceUse& use);
nlohmann::json licences_json(const std::vector<LicenceUse>& uses);
/// `offset` and `limit` as they were asked for.
nlohmann::json undated_products_json(const View& view, const UndatedProducts& found, std::int64_t offset,
                                     std::int64_t limit);

}  // namespace wardwatch
