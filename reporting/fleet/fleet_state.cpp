#include "reporting/fleet/fleet_state.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* fleet_file = "fleet.json";

}  // namespace

FleetState read_fleet_state(const fs::path& folder, int months, Instant now) {
    const fs::path file = folder / fleet_file;
    if (!fs::exists(file)) return {now - std::chrono::days{30} * months, {}};
    std::ifstream in{file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    try {
        const json object = parse_own(text);
        FleetState state{parse_instant(object.at("began").get<std::string>()), {}};
        const auto ca = object.at("ca").get<std::string>();
        for (const json& pc : object.at("pcs")) {
            state.pcs[pc.at("number").get<std::int64_t>()] = {
                pc.at("device_id").get<std::string>(),
                {pc.at("key").get<std::string>(), pc.at("certificate").get<std::string>(), ca},
                pc.at("reported").get<bool>()};
        }
        return state;
    } catch (const std::exception& error) {
        throw std::runtime_error("The file " + file.string() + " is no fleet's: " + error.what() + ". Remove it.");
    }
}

void write_fleet_state(const fs::path& folder, const FleetState& state) {
    json pcs = json::array();
    for (const auto& [number, pc] : state.pcs) {
        pcs.push_back({{"number", number},
                       {"device_id", pc.device_id},
                       {"key", pc.identity.private_key_pem},
                       {"certificate", pc.identity.certificate_pem},
                       {"reported", pc.reported}});
    }
    const std::string ca = state.pcs.empty() ? "" : state.pcs.begin()->second.identity.ca_pem;
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms::owner_all);
    const fs::path draft = folder / (std::string{fleet_file} + ".new");
    std::ofstream out{draft, std::ios::binary};
    out << json{{"began", format_instant(state.began)}, {"ca", ca}, {"pcs", std::move(pcs)}}.dump();
    out.close();
    if (!out) throw std::runtime_error("The file " + draft.string() + " cannot be written; is the disk full?");
    fs::rename(draft, folder / fleet_file);
}

}  // namespace wardwatch
