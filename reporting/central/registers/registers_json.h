// The registers as the people's API and the CLI show them.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reporting/central/registers/web_register.h"
#include "reporting/central/views/listed_devices.h"

namespace wardwatch {

/// The units of which accounts and licences are shown: `unit` (StoreError is never thrown: an unknown one has none)
/// with what is below it, and of those only the viewer's; empty: all.
std::optional<std::set<std::int64_t>> units_shown(const View& view, std::optional<std::int64_t> unit);

AccountLimits account_limits(const View& view);

/// A system as the viewer may know it.
struct ShownSystem {
    WebSystem system;                       ///< without its unit where the viewer only sees accounts of theirs
    std::optional<std::string> owner_unit;  ///< path
    AccountCounts counts;                   ///< of the accounts that the viewer sees
};
/// Those of which the viewer has the unit or an account.
std::vector<ShownSystem> shown_systems(const View& view, const WebRegister& registered);
nlohmann::json to_json(const ShownSystem& shown);
/// With the limits that hold where a system sets none.
nlohmann::json web_systems_json(const std::vector<ShownSystem>& systems, const AccountLimits& limits);
nlohmann::json web_account_json(const WebAccount& account, const std::string& unit);
/// A page with counts for the whole filter, and by unit.
nlohmann::json web_accounts_json(const View& view, const WebRegister& registered, const AccountFilter& filter);
/// The list to hand back, with everything that the filter holds. Headings in Vietnamese or English.
std::string web_accounts_csv(const View& view, const WebRegister& registered, AccountFilter filter, Language language);

nlohmann::json problems_json(const std::vector<CsvProblem>& problems);
nlohmann::json import_json(bool preview, std::size_t lines, const ImportCounts& counts,
                           const std::vector<CsvProblem>& problems);

}  // namespace wardwatch
