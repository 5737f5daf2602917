// The schema, as the steps that lead to it: schema/<number>_<name>.sql. A step that has shipped is never changed; a
// change is a new step.
#include <array>
#include <filesystem>
#include <fstream>

#include "embedded/schema_10_coalesce_sql.h"
#include "embedded/schema_11_notes_sql.h"
#include "embedded/schema_12_reasons_sql.h"
#include "embedded/schema_13_lasting_verdicts_sql.h"
#include "embedded/schema_14_standing_groups_sql.h"
#include "embedded/schema_15_packed_bodies_sql.h"
#include "embedded/schema_16_sessions_sql.h"
#include "embedded/schema_17_lists_sql.h"
#include "embedded/schema_18_antivirus_counts_sql.h"
#include "embedded/schema_19_report_rows_sql.h"
#include "embedded/schema_1_first_sql.h"
#include "embedded/schema_20_figures_sql.h"
#include "embedded/schema_21_device_identity_sql.h"
#include "embedded/schema_22_certificate_keys_sql.h"
#include "embedded/schema_23_token_owners_sql.h"
#include "embedded/schema_24_audit_heads_sql.h"
#include "embedded/schema_25_remembered_devices_sql.h"
#include "embedded/schema_26_recovery_codes_sql.h"
#include "embedded/schema_2_commands_sql.h"
#include "embedded/schema_3_updates_sql.h"
#include "embedded/schema_4_unit_history_sql.h"
#include "embedded/schema_5_people_sql.h"
#include "embedded/schema_6_verdicts_sql.h"
#include "embedded/schema_7_registers_sql.h"
#include "embedded/schema_8_integration_sql.h"
#include "embedded/schema_9_confirmations_sql.h"
#include "reporting/central/sql/database_file.h"
#include "reporting/central/sql/error.h"
#include "reporting/central/sql/schema.h"
#include "reporting/tls/pki.h"

namespace wardwatch::sql {

std::span<const std::string_view> schema_steps() {
    using namespace embedded;
    // Filled in at the first call: the embedded texts are constants of other files.
    static const std::array steps{
        schema_1_first_sql,                //
        schema_2_commands_sql,             //
        schema_3_updates_sql,              //
        schema_4_unit_history_sql,         //
        schema_5_people_sql,               //
        schema_6_verdicts_sql,             //
        schema_7_registers_sql,            //
        schema_8_integration_sql,          //
        schema_9_confirmations_sql,        //
        schema_10_coalesce_sql,            //
        schema_11_notes_sql,               //
        schema_12_reasons_sql,             //
        schema_13_lasting_verdicts_sql,    //
        schema_14_standing_groups_sql,     //
        schema_15_packed_bodies_sql,       //
        schema_16_sessions_sql,            //
        schema_17_lists_sql,               //
        schema_18_antivirus_counts_sql,    //
        schema_19_report_rows_sql,         //
        schema_20_figures_sql,             //
        schema_21_device_identity_sql,     //
        schema_22_certificate_keys_sql,    //
        schema_23_token_owners_sql,        //
        schema_24_audit_heads_sql,         //
        schema_25_remembered_devices_sql,  //
        schema_26_recovery_codes_sql,      //
    };
    return steps;
}

namespace {

/// Beside the database, for its owner alone: whoever has to go back to the older program finds the data that it knows.
void back_up_before(const std::filesystem::path& file, std::int64_t version) {
    const std::string kept = file.string() + ".before-schema-" + std::to_string(version + 1);
    const std::string draft = kept + "." + random_hex(4);
    try {
        sql::copy_file(file, std::filesystem::path{draft});
        std::filesystem::rename(draft, kept);
    } catch (const std::exception& error) {
        std::error_code ignored;
        std::filesystem::remove(draft, ignored);
        throw StoreError("The database " + file.string() +
                         " has to be brought up to date, and could not be backed up before: " + error.what() +
                         ". Make room for a copy of it and start again; nothing was changed.");
    }
}

}  // namespace

void migrate(Connection& connection, const Source& source) {
    const std::span<const std::string_view> steps = schema_steps();
    const auto wanted = static_cast<std::int64_t>(steps.size());
    const auto refuse_newer = [&](std::int64_t version) {
        if (version <= wanted) return;
        if (version > half_filled)
            throw StoreError("The database " + source.shown() +
                             " is half filled: `wardwatch-central migrate-store` was cut short. Run it again; it goes "
                             "on where it ended.");
        throw StoreError("The database " + source.shown() + " was written by a newer wardwatch-central (schema " +
                         std::to_string(version) + "; this program knows up to " + std::to_string(wanted) +
                         "). Install the newer program again, or restore the backup made before it was installed.");
    };
    const std::int64_t found = connection.schema_version();
    refuse_newer(found);
    if (found == wanted) return;
    if (const std::string problem = connection.unfit(); !problem.empty())
        throw StoreError("The database " + source.shown() + " cannot be used: " + problem + ".");
    if (found > 0 && !source.is_server()) back_up_before(source.file(), found);
    connection.about_to_write();
    connection.begin();
    try {
        // Read again under the write lock: another process may have been faster.
        const std::int64_t version = connection.schema_version();
        refuse_newer(version);
        for (std::int64_t step = version; step < wanted; ++step)
            connection.execute(
                connection.schema_step(static_cast<int>(step) + 1, steps[static_cast<std::size_t>(step)]));
        connection.set_schema_version(wanted);
        connection.commit();
    } catch (...) {
        connection.roll_back();
        connection.done_writing();
        throw;
    }
    connection.done_writing();
}

}  // namespace wardwatch::sql
