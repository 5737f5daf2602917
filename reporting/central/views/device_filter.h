// Which PCs are meant: the filter of the list of PCs, of scans and of exports.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reporting/central/api/request_target.h"
#include "reporting/central/api/view.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/units/tree.h"
#include "reporting/central/views/device_list_store.h"

namespace wardwatch {

/// What is empty does not filter. How a PC stands with a clause or rule is one word, the worst of its verdicts there:
/// fail, unknown, waived, pass (policy/standing.h), as the overview counts it. Advice counts for its own rule
/// alone. A clause of which nothing applies is passed, and of a PC that has not reported everything is unknown.
struct DeviceFilter {
    std::optional<std::int64_t> unit;  ///< with the units below it
    bool own = false;                  ///< without them: the unit's own PCs alone
    std::string clause;                ///< "1c"
    std::string rule;                  ///< "saved-official"
    std::string verdict;  ///< "pass", "fail", "unknown" or "waived" with the clause or rule. Without both: with all
                          ///< rules together; "waived" then is every PC that has a waiver in use
    std::string status;   ///< as shown: "pass", "fail", "unknown" or "silent"
    bool grave = false;   ///< only with a grave failure
    std::string version;  ///< of the agent
    std::string text;     ///< words, each of which stands in the host name, the unit's path, an account's name or the
                          ///< card (owner, room, telephone)
    /// Revoked PCs; without a word they are there as long as nothing is asked of verdicts.
    std::optional<bool> revoked;
    std::string sort = "host_name";
    bool descending = false;
};

/// From the members of the query; others are left alone. Throws ApiError 400 bad_request for a word that it does not
/// know.
DeviceFilter device_filter_from(const Query& query);
/// From an object with these members, `unit` a number and `grave` a boolean. Throws JsonError for others.
DeviceFilter device_filter_from(const nlohmann::json& object, const std::string& place);

struct FoundDevices {
    std::size_t total = 0;  ///< with those that are not in the part
    std::vector<Device> devices;
};

/// Their ids alone, for who reads many of them some at a time.
FoundIds filtered_ids(const View& view, const UnitTree& tree, const DeviceFilter& filter, const ListPart& part = {});

/// Of those within the view's scope, whose tree this is, the part that is asked for, sorted; equal ones by host name
/// and id. A report that arrives meanwhile may count or not.
FoundDevices filtered_devices(const View& view, const UnitTree& tree, const DeviceFilter& filter,
                              const ListPart& part = {});

}  // namespace wardwatch
