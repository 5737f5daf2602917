#include "collectors/windows/files.h"

#include <windows.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "collectors/core/unique_resource.h"
#include "collectors/machine/machine.h"
#include "collectors/windows/error.h"
#include "collectors/windows/handle.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

struct SearchTraits {
    static HANDLE none() { return INVALID_HANDLE_VALUE; }
    static void release(HANDLE handle) noexcept { FindClose(handle); }
};
using UniqueSearch = UniqueResource<HANDLE, SearchTraits>;

// Reading what OneDrive keeps in the cloud only would fetch it over the network, for as long as that takes. The second
// and third are FILE_ATTRIBUTE_RECALL_ON_OPEN and _ON_DATA_ACCESS, which Windows has since version 10 1709.
constexpr DWORD kept_elsewhere = FILE_ATTRIBUTE_OFFLINE | 0x00040000 | 0x00400000;
constexpr DWORD share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
constexpr std::size_t most_entries = 100'000;
constexpr DWORD read_at_once = 16u << 20;

// "\\?\" lifts the limit of 260 characters and leaves names as they are (a trailing dot, "NUL").
std::wstring long_path(const std::filesystem::path& path) {
    const std::wstring full = std::filesystem::absolute(path).lexically_normal().make_preferred().native();
    if (full.starts_with(L"\\\\")) return full;
    return L"\\\\?\\" + full;
}

bool is_absent(DWORD error) {
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND || error == ERROR_INVALID_NAME ||
           error == ERROR_BAD_PATHNAME || error == ERROR_NOT_READY || error == ERROR_INVALID_DRIVE;
}

// A junction or symbolic link stands for another name; OneDrive's placeholders are reparse points too and do not.
bool is_link(const WIN32_FIND_DATAW& entry) {
    return (entry.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 && IsReparseTagNameSurrogate(entry.dwReserved0);
}

bool is_link(const std::filesystem::path& path) {
    WIN32_FIND_DATAW entry;
    const UniqueSearch search(FindFirstFileW(long_path(path).c_str(), &entry));
    return search && is_link(entry);
}

// The attributes as the entry in the folder above has them: asked of the file itself, Windows opens it, and whether it
// is kept elsewhere is told by entries only. INVALID_FILE_ATTRIBUTES with the last error when there is none. A name
// with a wildcard is no file's, and would find others. The root of a drive or share has no entry.
DWORD attributes_of(const std::filesystem::path& path) {
    const std::wstring name = path.lexically_normal().filename().native();
    if (name.empty()) return GetFileAttributesW(long_path(path).c_str());
    if (name.find_first_of(L"*?<>\"|") != std::wstring::npos) {
        SetLastError(ERROR_INVALID_NAME);
        return INVALID_FILE_ATTRIBUTES;
    }
    WIN32_FIND_DATAW entry;
    const UniqueSearch search(FindFirstFileW(long_path(path).c_str(), &entry));
    return search ? entry.dwFileAttributes : INVALID_FILE_ATTRIBUTES;
}

// Looked at before anything is opened: opening a link to a share would log on to another computer.
bool link_below(const std::filesystem::path& home, const std::filesystem::path& path) {
    const std::filesystem::path relative = path.lexically_normal().lexically_relative(home.lexically_normal());
    if (relative.empty() || *relative.begin() == L"..") return true;
    std::filesystem::path here = home;
    return std::any_of(relative.begin(), relative.end(), [&here](const std::filesystem::path& component) {
        if (component == L"." || component.empty()) return false;
        here /= component;
        return is_link(here);
    });
}

std::wstring final_path(const UniqueFileHandle& handle) {
    std::wstring path(MAX_PATH, L'\0');
    for (;;) {
        const DWORD length = GetFinalPathNameByHandleW(handle.get(), path.data(), static_cast<DWORD>(path.size()), 0);
        if (length == 0) return {};
        const bool fits = length < path.size();
        path.resize(length);
        if (fits) return path;
    }
}

UniqueFileHandle open(const std::filesystem::path& path, DWORD access, DWORD flags) {
    return UniqueFileHandle(CreateFileW(long_path(path).c_str(), access, share_all, nullptr, OPEN_EXISTING,
                                        flags | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr));
}

// The opened file's own answer, for links that appeared after link_below looked.
bool beneath(const std::filesystem::path& home, const UniqueFileHandle& opened) {
    const UniqueFileHandle home_handle = open(home, FILE_READ_ATTRIBUTES, FILE_FLAG_BACKUP_SEMANTICS);
    if (!home_handle) return false;
    std::wstring border = final_path(home_handle);
    const std::wstring path = final_path(opened);
    if (border.empty() || path.empty()) return false;
    if (path == border) return true;
    if (!border.ends_with(L'\\')) border += L'\\';
    return path.size() > border.size() &&
           CompareStringOrdinal(path.data(), static_cast<int>(border.size()), border.data(),
                                static_cast<int>(border.size()), TRUE) == CSTR_EQUAL;
}

ReadStatus why_not_opened(DWORD error) {
    if (is_absent(error)) return ReadStatus::absent;
    const bool held =
        error == ERROR_SHARING_VIOLATION || error == ERROR_LOCK_VIOLATION || error == ERROR_DELETE_PENDING;
    return held ? ReadStatus::busy : ReadStatus::access_denied;
}

// A browser's byte-range lock makes ReadFile fail where it lies, so that a locked file is busy, not unreadable.
FileRead read_all(const UniqueFileHandle& handle, std::size_t size) {
    std::vector<std::byte> bytes(size);
    std::size_t done = 0;
    while (done < size) {
        const DWORD wanted = static_cast<DWORD>(std::min<std::size_t>(size - done, read_at_once));
        DWORD count = 0;
        if (!ReadFile(handle.get(), bytes.data() + done, wanted, &count, nullptr)) {
            const ReadStatus status = why_not_opened(GetLastError());
            const SecretBytes partly_read{std::move(bytes)};
            return {status, {}};
        }
        if (count == 0) break;
        done += count;
    }
    bytes.resize(done);
    return {ReadStatus::ok, SecretBytes(std::move(bytes))};
}

bool is_dot(std::wstring_view name) { return name == L"." || name == L".."; }

}  // namespace

FileRead WindowsFiles::read(const std::filesystem::path& home, const std::filesystem::path& file,
                            std::uint64_t limit) const {
    if (link_below(home, file)) return {ReadStatus::access_denied, {}};
    const DWORD attributes = attributes_of(file);
    if (attributes == INVALID_FILE_ATTRIBUTES) return {why_not_opened(GetLastError()), {}};
    // A folder cannot be opened like a file and would look like "access denied".
    if ((attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) return {ReadStatus::not_a_file, {}};
    if ((attributes & kept_elsewhere) != 0) return {ReadStatus::access_denied, {}};
    const UniqueFileHandle opened = open(file, GENERIC_READ, FILE_FLAG_SEQUENTIAL_SCAN);
    if (!opened) return {why_not_opened(GetLastError()), {}};
    if (GetFileType(opened.get()) != FILE_TYPE_DISK) return {ReadStatus::not_a_file, {}};
    if (!beneath(home, opened)) return {ReadStatus::access_denied, {}};
    LARGE_INTEGER size;
    if (!GetFileSizeEx(opened.get(), &size)) return {ReadStatus::access_denied, {}};
    if (static_cast<std::uint64_t>(size.QuadPart) > limit) return {ReadStatus::too_large, {}};
    return read_all(opened, static_cast<std::size_t>(size.QuadPart));
}

std::vector<DirectoryEntry> WindowsFiles::list(const std::filesystem::path& home,
                                               const std::filesystem::path& folder) const {
    if (link_below(home, folder)) throw PortError(reasons::folder_not_listed(reasons::link_out_of_home()));
    const DWORD attributes = attributes_of(folder);
    if (attributes == INVALID_FILE_ATTRIBUTES) {
        if (const DWORD error = GetLastError(); !is_absent(error)) throw windows_error("FindFirstFile", error);
        return {};
    }
    if ((attributes & FILE_ATTRIBUTE_DIRECTORY) == 0) return {};
    if ((attributes & kept_elsewhere) != 0) {
        throw PortError(reasons::folder_not_listed(reasons::kept_in_cloud()));
    }
    const UniqueFileHandle opened = open(folder, FILE_READ_ATTRIBUTES, FILE_FLAG_BACKUP_SEMANTICS);
    if (!opened) throw windows_error("CreateFile", GetLastError());
    if (!beneath(home, opened)) throw PortError(reasons::folder_not_listed(reasons::link_out_of_home()));
    WIN32_FIND_DATAW entry;
    const UniqueSearch search(FindFirstFileW((long_path(folder) + L"\\*").c_str(), &entry));
    if (!search) {
        if (const DWORD error = GetLastError(); !is_absent(error)) throw windows_error("FindFirstFile", error);
        return {};
    }
    std::vector<DirectoryEntry> entries;
    do {
        if (is_dot(entry.cFileName)) continue;
        const bool link = is_link(entry);
        const bool directory = (entry.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
        entries.push_back({entry.cFileName, !link && directory, !link && !directory});
        if (entries.size() > most_entries) throw PortError(reasons::folder_not_listed(reasons::too_many_entries()));
    } while (FindNextFileW(search.get(), &entry));
    if (const DWORD error = GetLastError(); error != ERROR_NO_MORE_FILES) throw windows_error("FindNextFile", error);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return entries;
}

}  // namespace wardwatch
