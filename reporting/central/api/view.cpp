// How long nothing may be heard of a PC is remembered for the command line, which runs beside `serve`.
#include "reporting/central/api/view.h"

#include "reporting/central/sql/setting_store.h"

namespace wardwatch {

std::chrono::days silent_after_of(const sql::Database& database) {
    const std::optional<std::string> days = Settings{database}.get(silent_after_setting);
    return std::chrono::days{days ? std::stoi(*days) : 7};
}

}  // namespace wardwatch
