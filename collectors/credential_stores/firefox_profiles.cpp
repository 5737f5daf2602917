#include "collectors/credential_stores/firefox_profiles.h"

#include <algorithm>
#include <array>
#include <optional>

#include "collectors/core/ascii.h"
#include "collectors/core/utf8.h"
#include "collectors/core/windows_names.h"
#include "collectors/credential_stores/timed_files.h"
#include "collectors/machine/machine.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

using Kind = BrowserProfile::Kind;

constexpr std::uint64_t longest_ini = 1 << 20;
constexpr std::size_t most_profiles = 200;

std::string_view trim(std::string_view text) {
    constexpr std::string_view blank = " \t\r";
    const std::size_t begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

bool profile_section(std::string_view line) {
    return line.starts_with("[Profile") && line.ends_with("]") && line.size() > 9 &&
           line.substr(8, line.size() - 9).find_first_not_of("0123456789") == std::string_view::npos;
}

std::string leaf(std::string_view path) {
    while (path.ends_with('/') || path.ends_with('\\')) path.remove_suffix(1);
    const std::size_t slash = path.find_last_of("/\\");
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string with_slashes(std::string text) {
    std::replace(text.begin(), text.end(), '\\', '/');
    return text;
}

bool drive_path(std::string_view path) {
    const char letter = static_cast<char>(path.empty() ? 0 : path[0] | 0x20);
    return path.size() > 3 && letter >= 'a' && letter <= 'z' && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
}

// Only a drive's folders: a share (\\server\…) would make the service log on to a computer of the user's choice, and
// \\.\ names devices. On an offline disk there is drive C and no other.
std::optional<std::filesystem::path> absolute_folder(const std::string& text, const UserProfile& user, Kind& kind) {
    kind = Kind::refused;
    if (!user.windows_layout) {
        return text.starts_with('/') ? path_from_utf8(text) : std::nullopt;
    }
    if (!drive_path(text)) return std::nullopt;
    if (user.drive_c.empty()) return path_from_utf8(text);
    kind = Kind::absent;
    if ((text[0] | 0x20) != 'c') return std::nullopt;
    const auto relative = path_from_utf8(with_slashes(text.substr(3)));
    return relative ? std::optional(user.drive_c / *relative) : std::nullopt;
}

// A profile elsewhere is its own border: only known file names are read there, and links do not lead out. On Windows
// the border is the drive, because below a border no link is followed at all, and one may lead to a share.
std::filesystem::path border_of(const std::filesystem::path& folder, const UserProfile& user) {
    const bool running_windows = user.windows_layout && user.drive_c.empty() && folder.has_root_path();
    return running_windows ? folder.root_path() : folder;
}

BrowserProfile locate(const Files& files, const UserProfile& user, const BrowserFolder& base, const IniProfile& entry) {
    const std::filesystem::path name = path_from_utf8(leaf(entry.path)).value_or("?");
    BrowserProfile profile{std::string(base.prefix) + printable_name(name), user.home, {}, Kind::refused};
    if (entry.relative) {
        const auto relative = path_from_utf8(user.windows_layout ? with_slashes(entry.path) : entry.path);
        if (relative && relative->is_relative()) profile.folder = base.path / *relative;
    } else if (const auto folder = absolute_folder(entry.path, user, profile.kind)) {
        profile.folder = *folder;
        profile.root = border_of(*folder, user);
    }
    if (profile.folder.empty()) return profile;
    try {
        profile.kind = files.list(profile.root, profile.folder).empty() ? Kind::absent : Kind::live;
    } catch (const PortError&) {
        profile.kind = Kind::refused;
    }
    return profile;
}

bool known(const std::vector<BrowserProfile>& found, const std::filesystem::path& folder, bool windows) {
    return std::ranges::any_of(
        found, [&](const BrowserProfile& profile) { return same_path(profile.folder, folder, windows); });
}

std::vector<IniProfile> read_ini(const Files& files, const UserProfile& user, const BrowserFolder& base,
                                 std::uint64_t limit) {
    const FileRead ini = files.read(user.home, base.path / "profiles.ini", std::min(limit, longest_ini));
    if (ini.status == ReadStatus::absent) return {};
    if (ini.status != ReadStatus::ok) throw PortError(reasons::profiles_ini_unreadable());
    const std::optional<std::string> text =
        text_of_ini({reinterpret_cast<const char*>(ini.bytes.data()), ini.bytes.size()});
    if (!text) throw PortError(reasons::profiles_ini_is_no_text());
    return parse_profiles_ini(*text);
}

// What Firefox makes in every profile when it starts, and its stores of all times.
bool looks_like_profile(const std::vector<DirectoryEntry>& entries, bool windows) {
    constexpr std::array<std::string_view, 11> names = {
        "prefs.js", "logins.json", "logins-backup.json", "logins.db",    "key4.db",     "key3.db",
        "cert9.db", "cert8.db",    "signons.sqlite",     "signons3.txt", "signons2.txt"};
    return std::ranges::any_of(entries, [&](const DirectoryEntry& entry) {
        return std::ranges::any_of(names, [&](std::string_view name) { return is_name(entry.name, name, windows); });
    });
}

// What cannot be looked at is a profile that nobody sees into; what was found besides it still counts.
template <class Action>
void attempt(const std::filesystem::path& folder, const UserProfile& user, const std::string& name,
             std::vector<BrowserProfile>& found, Action action) {
    try {
        action();
    } catch (const OutOfTime&) {
        throw;
    } catch (const PortError&) {
        found.push_back({name, user.home, folder, Kind::refused});
    }
}

// Firefox makes links of its own beside the profiles on Linux; what is one on Windows somebody made of a profile.
void add_folders(const Files& files, const UserProfile& user, const std::filesystem::path& parent,
                 const std::string& prefix, std::vector<BrowserProfile>& found) {
    for (const DirectoryEntry& entry : files.list(user.home, parent)) {
        const std::filesystem::path folder = parent / entry.name;
        const bool may_be_profile = entry.directory || (user.windows_layout && !entry.regular_file);
        if (!may_be_profile || known(found, folder, user.windows_layout)) continue;
        const std::string name = prefix + printable_name(entry.name);
        attempt(folder, user, name, found, [&] {
            if (!looks_like_profile(files.list(user.home, folder), user.windows_layout)) return;
            found.push_back({name, user.home, folder, Kind::live});
        });
    }
}

void add_named(const Files& files, const UserProfile& user, const BrowserFolder& base, std::uint64_t limit,
               std::vector<BrowserProfile>& found) {
    for (const IniProfile& entry : read_ini(files, user, base, limit)) {
        BrowserProfile profile = locate(files, user, base, entry);
        const bool listed = !profile.folder.empty() && known(found, profile.folder, user.windows_layout);
        if (!listed) found.push_back(std::move(profile));
    }
}

}  // namespace

std::optional<std::string> text_of_ini(std::string_view bytes) {
    constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
    constexpr std::string_view little_endian_mark = "\xFF\xFE";
    constexpr std::string_view big_endian_mark = "\xFE\xFF";
    if (bytes.starts_with(utf8_mark)) bytes.remove_prefix(utf8_mark.size());
    const bool big_endian = bytes.starts_with(big_endian_mark);
    if (!big_endian && !bytes.starts_with(little_endian_mark)) {
        if (bytes.find('\0') != std::string_view::npos) return std::nullopt;
        return std::string(bytes);
    }
    std::u16string units;
    for (std::size_t i = 2; i + 1 < bytes.size(); i += 2) {
        const auto first = static_cast<unsigned char>(bytes[i]);
        const auto second = static_cast<unsigned char>(bytes[i + 1]);
        units += static_cast<char16_t>(big_endian ? first << 8 | second : second << 8 | first);
    }
    return utf8_of_utf16(units);
}

std::vector<IniProfile> parse_profiles_ini(std::string_view text) {
    std::vector<IniProfile> profiles;
    bool in_profile = false;
    while (!text.empty() && profiles.size() <= most_profiles) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trim(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('[')) {
            in_profile = profile_section(line);
            if (in_profile) profiles.emplace_back();
        }
        if (!in_profile) continue;
        const std::size_t sign = std::min(line.find('='), line.size());
        const std::string key = ascii_lower(trim(line.substr(0, sign)));
        const std::string_view value = trim(line.substr(std::min(sign + 1, line.size())));
        if (key == "path") profiles.back().path = value;
        if (key == "isrelative") profiles.back().relative = value != "0";
    }
    std::erase_if(profiles, [](const IniProfile& profile) { return profile.path.empty(); });
    return profiles;
}

void add_firefox_profiles(const Files& files, const UserProfile& user, const BrowserFolder& base, std::uint64_t limit,
                          std::vector<BrowserProfile>& found) {
    if (files.list(user.home, base.path).empty()) return;
    const std::string prefix(base.prefix);
    const std::filesystem::path profiles = base.path / "Profiles";
    const std::string unseen = prefix + "?";
    attempt(base.path / "profiles.ini", user, unseen, found, [&] { add_named(files, user, base, limit, found); });
    attempt(profiles, user, unseen, found, [&] { add_folders(files, user, profiles, prefix, found); });
    if (!user.windows_layout) add_folders(files, user, base.path, prefix, found);
}

}  // namespace wardwatch
