// The schema, as the steps that lead to it: schema/<number>_<name>.sql. A step that has shipped is never changed; a
// change is a new step.
#include <array>
#include <filesystem>
#include <fstream>

#include "embedded/schema_1_first_sql.h"
#include "embedded/schema_2_commands_sql.h"
#include "embedded/schema_3_updates_sql.h"
#include "embedded/schema_4_unit_history_sql.h"
#include "embedded/schema_5_people_sql.h"
#include "embedded/schema_6_verdicts_sql.h"
#include "embedded/schema_7_registers_sql.h"
#include "embedded/schema_8_integration_sql.h"
#include "embedded/schema_9_confirmations_sql.h"
#include "reporting/central/sql/statements.h"
#include "reporting/tls/pki.h"

namespace wardwatch::sql {

std::span<const std::string_view> schema_steps() {
    using namespace embedded;
    // Filled in at the first call: the embedded texts are constants of other files.
    static const std::array steps{
        schema_1_first_sql,          //
        schema_2_commands_sql,       //
        schema_3_updates_sql,        //
        schema_4_unit_history_sql,   //
        schema_5_people_sql,         //
        schema_6_verdicts_sql,       //
        schema_7_registers_sql,      //
        schema_8_integration_sql,    //
        schema_9_confirmations_sql,  //
    };
    return steps;
}

namespace {

/// Beside the database, for its owner alone: whoever has to go back to the older program finds the data that it knows.
void back_up_before(SQLite::Database& database, const std::string& file, int version) {
    const std::string kept = file + ".before-schema-" + std::to_string(version + 1);
    const std::string draft = kept + "." + random_hex(4);
    try {
        // SQLite writes into an empty file that is there, and leaves its rights.
        std::ofstream{draft}.close();
        std::filesystem::permissions(draft, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        query(database, "VACUUM INTO ?1", draft).exec();
        std::filesystem::rename(draft, kept);
    } catch (const std::exception& error) {
        std::error_code ignored;
        std::filesystem::remove(draft, ignored);
        throw StoreError("The database " + file + " has to be brought up to date, and could not be backed up before: " +
                         error.what() + ". Make room for a copy of it and start again; nothing was changed.");
    }
}

}  // namespace

void migrate(SQLite::Database& database, const std::string& file) {
    const std::span<const std::string_view> steps = schema_steps();
    const auto version_of = [&] { return database.execAndGet("PRAGMA user_version").getInt(); };
    const int wanted = static_cast<int>(steps.size());
    const auto refuse_newer = [&](int version) {
        if (version <= wanted) return;
        throw StoreError("The database " + file + " was written by a newer wardwatch-central (schema " +
                         std::to_string(version) + "; this program knows up to " + std::to_string(wanted) +
                         "). Install the newer program again, or restore the backup made before it was installed.");
    };
    refuse_newer(version_of());
    if (version_of() == wanted) return;
    if (version_of() > 0) back_up_before(database, file, version_of());
    // The version is read again under the write lock: another process may have been faster.
    Write write{database};
    const int version = version_of();
    refuse_newer(version);
    for (int step = version; step < wanted; ++step) database.exec(std::string{steps[static_cast<std::size_t>(step)]});
    database.exec("PRAGMA user_version = " + std::to_string(wanted));
    write.commit();
}

}  // namespace wardwatch::sql
