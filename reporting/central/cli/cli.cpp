// How a verb answers, and the clock that all use.
#include "reporting/central/cli/cli.h"

#include <iostream>

namespace wardwatch {

void Cli::print(const nlohmann::json& machine, const std::string& human) const {
    if (json) {
        std::cout << machine.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    } else {
        std::cout << human;
    }
    std::cout.flush();
}

ChangedBy Cli::by() const { return {"cli", system_now()}; }

Instant system_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

}  // namespace wardwatch
