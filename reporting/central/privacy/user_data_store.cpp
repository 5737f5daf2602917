// The tables that hang on a user.
#include "reporting/central/privacy/user_data_store.h"

namespace wardwatch {

void erase_user(sql::Database& database, const std::string& name) {
    sql::Writer writer = database.writer();
    sql::Transaction transaction{writer};
    if (!writer.any("SELECT 1 FROM users WHERE name = $1", name))
        throw StoreError("There is no user \"" + name + "\".");
    if (!writer.any("SELECT 1 FROM users WHERE name = $1 AND disabled_at IS NOT NULL", name))
        throw StoreError("This user may sign in: disable them first (`user disable`).");
    writer.run("DELETE FROM sessions WHERE user_name = $1", name);
    writer.run("DELETE FROM remembered_devices WHERE user_name = $1", name);
    writer.run("DELETE FROM recovery_codes WHERE user_name = $1", name);
    // Those of a service account that they owned have no rights until it has another owner.
    writer.run("DELETE FROM api_tokens WHERE owner = $1", name);
    writer.run("DELETE FROM users WHERE name = $1", name);
    transaction.commit();
}

}  // namespace wardwatch
