// Pieces of a package, and what an agent is told to check them by.
#include "reporting/central/updates/agent_routes.h"

#include <charconv>

#include "reporting/central/updates/store.h"

namespace wardwatch {

std::optional<nlohmann::json> offered_update_json(const sql::Database& database, const std::string& version) {
    for (const Update& update : Updates{database}.all()) {
        if (update.version == version)
            return nlohmann::json{{"version", update.version}, {"size", update.size}, {"sha256", update.sha256}};
    }
    return std::nullopt;
}

std::vector<Route> agent_update_routes(const sql::Database& database, const CallingDevice& caller) {
    const auto piece_of = [&database, caller](const Call& call) -> HttpResponse {
        caller(call);
        std::int64_t position = -1;
        const std::string& number = call.arguments.at(1);
        std::from_chars(number.data(), number.data() + number.size(), position);
        std::optional<std::string> piece = Updates{database}.piece(call.arguments.at(0), position);
        if (!piece)
            throw ApiError(404, "update_unknown", "The centre does not have this update, or no such piece of it.");
        return {200, {{"Content-Type", "application/octet-stream"}}, std::move(*piece)};
    };
    return {{"GET", "/v1/updates/{}/{}", piece_of}};
}

}  // namespace wardwatch
