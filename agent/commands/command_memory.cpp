// commands.json: read once, written whole with each command that has ended.
#include "agent/commands/command_memory.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/data_folder/protected_files.h"

namespace wardwatch {
namespace {

using nlohmann::json;

constexpr std::size_t commands_remembered = 500;

CommandReport end_from_json(const json& entry) {
    CommandReport end;
    end.report_id = entry.at("report_id").get<std::string>();
    end.problem = entry.at("problem").get<std::string>();
    end.state = end.problem.empty() ? CommandReport::State::done : CommandReport::State::failed;
    return end;
}

}  // namespace

CommandMemory::CommandMemory(const std::filesystem::path& folder) : file_(folder / "commands.json") {
    const std::optional<std::string> text = read_file(file_);
    if (!text) return;
    try {
        for (const json& entry : json::parse(*text))
            ends_.emplace_back(entry.at("id").get<std::string>(), end_from_json(entry));
    } catch (const json::exception&) {
        ends_.clear();  // the file is replaced in one step: somebody else wrote this
    }
}

std::optional<CommandReport> CommandMemory::end_of(const std::string& command_id) const {
    const auto found =
        std::find_if(ends_.begin(), ends_.end(), [&](const auto& each) { return each.first == command_id; });
    return found == ends_.end() ? std::nullopt : std::optional(found->second);
}

void CommandMemory::remember(const std::string& command_id, const CommandReport& end) {
    ends_.emplace_back(command_id, end);
    if (ends_.size() > commands_remembered) ends_.erase(ends_.begin());
    json list = json::array();
    for (const auto& [id, each] : ends_)
        list.push_back({{"id", id}, {"report_id", each.report_id}, {"problem", each.problem}});
    write_file(file_, list.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace wardwatch
