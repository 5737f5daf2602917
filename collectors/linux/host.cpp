#include "collectors/linux/host.h"

#include <unistd.h>

#include <array>
#include <fstream>
#include <map>

#include "collectors/machine/machine.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// os-release(5): NAME=value lines, the value bare or in quotes with backslash escapes.
std::string unquoted(std::string_view value) {
    if (value.size() < 2 || (value.front() != '"' && value.front() != '\'') || value.back() != value.front()) {
        return std::string(value);
    }
    std::string text;
    for (std::size_t i = 1; i + 1 < value.size(); ++i) {
        if (value[i] == '\\' && i + 2 < value.size()) ++i;
        text += value[i];
    }
    return text;
}

std::map<std::string, std::string> read_os_release(const std::filesystem::path& root) {
    for (const char* path : {"etc/os-release", "usr/lib/os-release"}) {
        std::ifstream file(root / path);
        if (!file) continue;
        std::map<std::string, std::string> values;
        for (std::string line; std::getline(file, line);) {
            const std::size_t equals = line.find('=');
            if (equals == std::string::npos || line.front() == '#') continue;
            values[line.substr(0, equals)] = unquoted(std::string_view(line).substr(equals + 1));
        }
        return values;
    }
    throw PortError(reasons::no_os_release());
}

std::string value_or(const std::map<std::string, std::string>& values, const std::string& name,
                     const std::string& otherwise) {
    const auto found = values.find(name);
    return found == values.end() || found->second.empty() ? otherwise : found->second;
}

}  // namespace

std::string LinuxHost::name() const {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) throw PortError(reasons::no_host_name());
    return name.data();
}

OperatingSystem LinuxHost::operating_system() const {
    const std::map<std::string, std::string> values = read_os_release(root_);
    return {value_or(values, "PRETTY_NAME", value_or(values, "NAME", "Linux")),
            value_or(values, "VERSION_ID", "rolling"), std::nullopt};
}

Membership LinuxHost::membership() const { return {"standalone", ""}; }

std::string LinuxHost::time_zone() const {
    std::ifstream file(root_ / "etc/timezone");
    std::string name;
    if (std::getline(file, name) && !name.empty()) return name;
    std::error_code error;
    const std::string target = std::filesystem::read_symlink(root_ / "etc/localtime", error).generic_string();
    constexpr std::string_view folder = "/zoneinfo/";
    const std::size_t position = target.find(folder);
    if (error || position == std::string::npos) {
        throw PortError(reasons::no_time_zone());
    }
    return target.substr(position + folder.size());
}

}  // namespace wardwatch
