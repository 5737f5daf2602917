#include "collectors/antivirus/vendor_places.h"

#include <exception>
#include <filesystem>

#include "collectors/core/ascii.h"
#include "collectors/core/utf8.h"
#include "collectors/machine/files.h"
#include "collectors/machine/registry.h"
#include "collectors/machine/wmi.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// The largest of the vendors' files is a licence file of some kilobytes.
constexpr std::uint64_t longest_vendor_file = 1 << 20;
constexpr std::size_t most_sub_keys = 64;

void fail(PlaceFindings& findings, Reason reason) {
    if (!findings.unreadable) findings.unreadable = std::move(reason);
}

constexpr RegistryView both_views[] = {RegistryView::native, RegistryView::wow64_32};

std::vector<std::string> expanded_keys(const Registry& registry, std::string_view key, RegistryView view) {
    const std::size_t star = key.find('*');
    if (star == std::string_view::npos) return {std::string(key)};
    const std::string parent(key.substr(0, star - 1));
    std::vector<std::string> keys = registry.subkeys(Hive::local_machine, parent, view);
    if (keys.size() > most_sub_keys) keys.resize(most_sub_keys);
    for (std::string& name : keys) name = parent + "\\" + name + std::string(key.substr(star + 1));
    return keys;
}

std::string data_as_text(const RegistryData& data, std::string_view name) {
    if (const auto* text = std::get_if<std::string>(&data)) return *text;
    if (const auto* number = std::get_if<std::uint64_t>(&data)) return std::to_string(*number);
    const auto* bytes = std::get_if<std::vector<std::byte>>(&data);
    if (bytes == nullptr || bytes->size() != sizeof(std::uint64_t)) {
        throw PortError(reasons::registry_value_of_another_kind(name));
    }
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < bytes->size(); ++i) number |= std::to_integer<std::uint64_t>((*bytes)[i]) << (8 * i);
    return std::to_string(number);
}

void add_texts(PlaceFindings& findings, std::span<const std::byte> text, const VendorPlace& place,
               std::string_view where) {
    const std::vector<std::string> values = locate(text, place.locator, place.name);
    if (values.empty() && findings.without.empty()) findings.without = where;
    for (const std::string& value : values) findings.texts.push_back({value, std::string(where)});
}

bool is_zero_or_absent(const std::optional<RegistryData>& data) {
    return !data || *data == RegistryData{std::uint64_t{0}};
}

PlaceFindings read_registry_place(const Registry& registry, const VendorPlace& place) {
    PlaceFindings findings;
    for (const RegistryView view : both_views) {
        for (const std::string& key : expanded_keys(registry, place.key, view)) {
            const auto data = registry.value(Hive::local_machine, key, place.value, view);
            if (!data) continue;
            const std::string_view guard = place.valid_unless_zero;
            if (!guard.empty() && is_zero_or_absent(registry.value(Hive::local_machine, key, guard, view))) continue;
            const std::string text = data_as_text(*data, place.value);
            add_texts(findings, std::as_bytes(std::span(text)), place, place.value);
        }
    }
    return findings;
}

std::string known_folder(const Registry& registry, std::string_view value, const char* usual) {
    const auto data =
        registry.value(Hive::local_machine, "SOFTWARE\\Microsoft\\Windows\\CurrentVersion", std::string(value));
    const auto* text = data ? std::get_if<std::string>(&*data) : nullptr;
    return text ? *text : usual;
}

// REG_EXPAND_SZ comes as it is written, and so do the paths of programs that products register. Other variables than
// these name no folder that all programs share.
std::string expand(const Registry& registry, std::string folder) {
    const auto replace = [&](std::string_view variable, const std::string& by) {
        const bool begins = ascii_lower(std::string_view(folder).substr(0, variable.size())) == ascii_lower(variable);
        if (begins) folder = by + folder.substr(variable.size());
    };
    const std::string programs = known_folder(registry, "ProgramFilesDir", "C:\\Program Files");
    const std::string programs_32 = known_folder(registry, "ProgramFilesDir (x86)", "C:\\Program Files (x86)");
    const std::string drive = programs.substr(0, 2);
    replace("%ProgramFiles%", programs);
    replace("%ProgramW6432%", programs);
    replace("%ProgramFiles(x86)%", programs_32);
    replace("%CommonProgramFiles%", programs + "\\Common Files");
    replace("%CommonProgramW6432%", programs + "\\Common Files");
    replace("%CommonProgramFiles(x86)%", programs_32 + "\\Common Files");
    replace("%ProgramData%", drive + "\\ProgramData");
    replace("%AllUsersProfile%", drive + "\\ProgramData");
    replace("%SystemRoot%", drive + "\\Windows");
    replace("%WinDir%", drive + "\\Windows");
    replace("%SystemDrive%", drive);
    while (folder.ends_with('\\')) folder.pop_back();
    return folder;
}

// A path on a disk of this PC. A share would make SYSTEM log on to another computer.
std::optional<std::filesystem::path> local_path(const std::string& text) {
    const bool drive = text.size() > 3 && ((text[0] | 0x20) >= 'a' && (text[0] | 0x20) <= 'z') && text[1] == ':' &&
                       (text[2] == '\\' || text[2] == '/');
    if (!drive || text.find("..") != std::string::npos || text.find('%') != std::string::npos) return std::nullopt;
    return path_from_utf8(text);
}

std::vector<std::string> folders_of(const Registry& registry, const VendorPlace& place) {
    std::vector<std::string> folders;
    for (const RegistryView view : both_views) {
        if (place.key.empty()) break;
        for (const std::string& key : expanded_keys(registry, place.key, view)) {
            const auto data = registry.value(Hive::local_machine, key, place.value, view);
            if (const auto* text = data ? std::get_if<std::string>(&*data) : nullptr) {
                folders.push_back(expand(registry, *text));
            }
        }
    }
    if (folders.empty() && !place.folder.empty()) folders.push_back(expand(registry, std::string(place.folder)));
    return folders;
}

/// "Antivirus_12_3" → 12, 3; empty when the name does not begin so or holds other letters.
std::vector<std::uint64_t> numbers_of(std::string_view name, std::string_view beginning) {
    std::vector<std::uint64_t> numbers;
    if (!name.starts_with(beginning) || name.size() > beginning.size() + 40) return numbers;
    numbers.push_back(0);
    for (const char c : name.substr(beginning.size())) {
        if (c == '_') {
            numbers.push_back(0);
        } else if (c >= '0' && c <= '9') {
            numbers.back() = numbers.back() * 10 + static_cast<std::uint64_t>(c - '0');
        } else {
            return {};
        }
    }
    return numbers;
}

/// The file's path below the folder, with the highest number where the table has "*". Empty: no such folder.
std::string numbered_file(const Files& files, const std::filesystem::path& folder, std::string_view file) {
    const std::size_t star = file.find('*');
    if (star == std::string_view::npos) return std::string(file);
    std::string best;
    std::vector<std::uint64_t> highest;
    for (const DirectoryEntry& entry : files.list(folder, folder)) {
        const std::string name = entry.directory ? printable_name(entry.name) : std::string();
        const std::vector<std::uint64_t> numbers = numbers_of(name, file.substr(0, star));
        if (numbers <= highest) continue;
        highest = numbers;
        best = name;
    }
    return best.empty() ? best : best + std::string(file.substr(file.find('\\')));
}

Reason why_not_read(ReadStatus status) {
    switch (status) {
        case ReadStatus::access_denied:
            return reasons::no_right_to_read();
        case ReadStatus::too_large:
            return reasons::larger_than_a_mebibyte();
        case ReadStatus::busy:
            return reasons::held_by_another_program();
        default:
            return reasons::not_a_file();
    }
}

PlaceFindings read_file_place(const Machine& machine, const VendorPlace& place) {
    PlaceFindings findings;
    for (const std::string& folder : folders_of(machine.registry, place)) {
        const std::string_view name = place.file.substr(place.file.rfind('\\') + 1);
        const auto home = local_path(folder);
        if (!home) {
            fail(findings, reasons::folder_not_on_this_disk(name));
            continue;
        }
        const std::string file = numbered_file(machine.files, *home, place.file);
        const auto path = local_path(folder + "\\" + file);
        if (file.empty() || !path) continue;
        const FileRead read = machine.files.read(*home, *path, longest_vendor_file);
        if (read.status == ReadStatus::absent) continue;
        if (read.status != ReadStatus::ok) {
            fail(findings, reasons::somewhere(name, why_not_read(read.status)));
            continue;
        }
        add_texts(findings, std::span(read.bytes.data(), read.bytes.size()), place, name);
    }
    return findings;
}

PlaceFindings read_wmi_place(const Wmi& wmi, const VendorPlace& place, std::chrono::seconds limit) {
    PlaceFindings findings;
    const std::string query = "SELECT " + std::string(place.file) + " FROM " + std::string(place.value);
    for (const WmiRow& row : wmi.query(place.key, query, limit)) {
        const auto found = row.find(place.file);
        const auto* text = found == row.end() ? nullptr : std::get_if<std::string>(&found->second);
        if (text != nullptr) {
            add_texts(findings, std::as_bytes(std::span(*text)), place, place.file);
        }
    }
    return findings;
}

}  // namespace

PlaceFindings read_place(const Machine& machine, const VendorPlace& place, std::chrono::seconds limit) {
    try {
        switch (place.medium) {
            case Medium::registry:
                return read_registry_place(machine.registry, place);
            case Medium::file:
                return read_file_place(machine, place);
            case Medium::wmi:
                return read_wmi_place(machine.wmi, place, limit);
        }
    } catch (const std::exception& error) {
        PlaceFindings findings;
        findings.unreadable = why(error);
        return findings;
    }
    return {};
}

bool has_traces(const Registry& registry, const AntivirusVendor& vendor) {
    for (const std::vector<VendorPlace>* places : {&vendor.licence, &vendor.definitions}) {
        for (const VendorPlace& place : *places) {
            if (place.medium == Medium::wmi || place.key.empty()) continue;
            for (const RegistryView view : both_views) {
                for (const std::string& key : expanded_keys(registry, place.key, view)) {
                    if (registry.value(Hive::local_machine, key, place.value, view)) return true;
                }
            }
        }
    }
    return false;
}

std::string program_in(std::string path) {
    if (path.starts_with('"')) path.erase(0, 1);
    for (std::size_t at = 0; at + 4 <= path.size(); ++at) {
        const bool ends = path[at] == '.' && (path[at + 1] | 0x20) == 'e' && (path[at + 2] | 0x20) == 'x' &&
                          (path[at + 3] | 0x20) == 'e';
        if (ends) return path.substr(0, at + 4);
    }
    return path;
}

// A reading of at most 0 bytes tells whether the file is there and reads nothing.
std::optional<bool> program_exists(const Machine& machine, const std::string& path) {
    try {
        const std::string text = expand(machine.registry, program_in(path));
        const auto file = local_path(text);
        if (!file) return std::nullopt;
        const auto home = local_path(text.substr(0, text.find_last_of("\\/")));
        if (!home) return std::nullopt;
        const ReadStatus status = machine.files.read(*home, *file, 0).status;
        if (status == ReadStatus::access_denied) return std::nullopt;
        return status != ReadStatus::absent;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

}  // namespace wardwatch
