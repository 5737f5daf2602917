// Services and files.

#include <span>

#include "tests/recorded_json.h"

namespace wardwatch {
namespace {

using nlohmann::json;

std::vector<Service> parse_services(const json& object) {
    std::vector<Service> services;
    for (const auto& [name, state] : object.items()) {
        const std::string word = state.get<std::string>();
        if (word != "running" && word != "stopped") throw std::runtime_error("unknown service state \"" + word + "\"");
        services.push_back({name, word == "running"});
    }
    return services;
}

std::string utf16_of(const std::string& ascii) {
    std::string bytes("\xFF\xFE");
    for (const char c : ascii) bytes += {c, '\0'};
    return bytes;
}

ReadStatus parse_status(const std::string& word) {
    if (word == "access_denied") return ReadStatus::access_denied;
    if (word == "busy") return ReadStatus::busy;
    throw std::runtime_error("unknown file error \"" + word + "\"");
}

/// The way in which Windows compares paths, whichever separator they were made with.
std::string comparable(std::string path) {
    for (char& c : path) {
        if (c == '/') c = '\\';
    }
    return lower_case(path);
}

std::string comparable(const std::filesystem::path& path) {
    const std::u8string text = path.u8string();
    return comparable(std::string(text.begin(), text.end()));
}

}  // namespace

RecordedServices::RecordedServices(const json& object)
    : lists_(recorded(object, [](const json& lists) {
          allow_only(lists, {"services", "antivirus_drivers"});
          return Lists{parse_services(lists.value("services", json::object())),
                       parse_services(lists.value("antivirus_drivers", json::object()))};
      })) {}

std::vector<Service> RecordedServices::all() const { return answer(lists_).services; }
std::vector<Service> RecordedServices::antivirus_drivers() const { return answer(lists_).drivers; }

RecordedFiles::RecordedFiles(const json& object) {
    for (const auto& [path, content] : object.items()) {
        allow_only(content, {"text", "utf16", "error"});
        File file{path, ReadStatus::ok, {}};
        if (content.contains("error")) file.status = parse_status(content.at("error").get<std::string>());
        if (content.contains("text")) file.bytes = content.at("text").get<std::string>();
        if (content.contains("utf16")) file.bytes = utf16_of(content.at("utf16").get<std::string>());
        files_.emplace(comparable(path), std::move(file));
    }
}

FileRead RecordedFiles::read(const std::filesystem::path&, const std::filesystem::path& path,
                             std::uint64_t limit) const {
    const auto found = files_.find(comparable(path));
    if (found == files_.end()) return {};
    const File& file = found->second;
    if (file.status != ReadStatus::ok) return {file.status, {}};
    if (file.bytes.size() > limit) return {ReadStatus::too_large, {}};
    const auto bytes = std::as_bytes(std::span(file.bytes));
    return {ReadStatus::ok, SecretBytes(std::vector<std::byte>(bytes.begin(), bytes.end()))};
}

std::vector<DirectoryEntry> RecordedFiles::list(const std::filesystem::path&,
                                                const std::filesystem::path& folder) const {
    const std::string prefix = comparable(folder) + "\\";
    // The drive of a recorded PC is there, whatever else is not.
    if (comparable(folder) == "c:\\") return {{"Users", true, false}};
    std::map<std::string, bool> entries;  // name → it is a folder
    for (const auto& [path, file] : files_) {
        if (!path.starts_with(prefix)) continue;
        const std::string rest = file.written.substr(prefix.size());
        const std::size_t end = rest.find('\\');
        entries[rest.substr(0, end)] |= end != std::string::npos;
    }
    std::vector<DirectoryEntry> listed;
    for (const auto& [name, directory] : entries) listed.push_back({name, directory, !directory});
    return listed;
}

}  // namespace wardwatch
