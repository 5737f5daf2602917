// What the centre stores about a person, wherever it stands: to be given out, and to be removed.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "reporting/central/privacy/person_names.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

/// All reports of all PCs are read for it.
class PersonData {
public:
    explicit PersonData(sql::Database database) : database_(std::move(database)) {}

    /// "devices" (each with what its reports, verdicts and changes say of the person), "waivers", "cards", "notes",
    /// "web_accounts", "users" (of the centre itself). Free texts, which are notes, are found where they hold a name.
    nlohmann::json found(const PersonNames& names) const;

    /// What erase() could not take away, because it would come again or others have to decide: "newest_report" (the
    /// account is there still, or the PC is to be erased), "waiver" (in force), "note", "web_account" (in the system's
    /// list still), "user" (of the centre).
    struct Left {
        std::string kind;
        std::string device_id;  ///< empty where it is about no PC
        std::string name;       ///< the PC's, the system's, the user's
        bool operator==(const Left&) const = default;
    };
    struct Erased {
        std::int64_t reports = 0;  ///< out of which facts were taken; their other facts stay
        std::int64_t verdict_changes = 0;
        std::int64_t waivers = 0;       ///< ended ones
        std::int64_t cards = 0;         ///< user and telephone of PCs
        std::int64_t web_accounts = 0;  ///< that were gone
        std::int64_t dead_letters = 0;  ///< messages for webhooks that were given up
        std::vector<Left> left;
    };
    /// PC by PC, each in a transaction of its own: after a break it may be run again.
    Erased erase(const PersonNames& names, const ChangedBy& by);

private:
    void erase_from_reports(const PersonNames& names, Erased& erased);
    void erase_from_tables(const PersonNames& names, const ChangedBy& by, Erased& erased);

    sql::Database database_;
};

}  // namespace wardwatch
