// Reports that name a person, and the same reports without them.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reporting/central/privacy/person_names.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

struct NamedReport {
    std::int64_t id = 0;
    std::string report_id;
    Instant taken_at;
    bool newest = false;
    nlohmann::json facts;  ///< those about the person, as they came
};

/// Of one PC, the newest first.
std::vector<NamedReport> reports_naming(const sql::Reader& reader, const std::string& device_id,
                                        const PersonNames& names);

/// Takes the person's facts out of all reports of the PC but the newest, within the caller's transaction, and returns
/// out of how many. What stays of a report keeps its id. Where its PC sends the whole one again (the answer was lost),
/// it is refused as another one, and the PC sends it no more. Throws StoreError when the PC's reports are too many to
/// be packed anew at once.
std::int64_t take_out_of_reports(sql::Writer& writer, const std::string& device_id, const PersonNames& names);

}  // namespace wardwatch
