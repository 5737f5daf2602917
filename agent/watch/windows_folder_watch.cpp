// A folder's changes by ReadDirectoryChangesW, told to the thread that waits.
#include "agent/watch/windows_folder_watch.h"

#include <cstring>
#include <string>

#include "agent/system/windows_error.h"

namespace wardwatch {
namespace {

constexpr DWORD share_everything = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

std::wstring long_name(const std::filesystem::path& path) {
    return L"\\\\?\\" + std::filesystem::path(path).make_preferred().native();
}

// A link as the last part is opened itself, not followed; SECURITY_ANONYMOUS: no other computer learns who asks.
UniqueFileHandle open_folder(const std::filesystem::path& path, DWORD access) {
    const DWORD flags = FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED | FILE_FLAG_OPEN_REPARSE_POINT;
    return UniqueFileHandle(CreateFileW(long_name(path).c_str(), access, share_everything, nullptr, OPEN_EXISTING,
                                        flags | SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS, nullptr));
}

// Where an opened folder really is: "\\?\C:\Users\an".
std::wstring real_name(const UniqueFileHandle& folder) {
    std::wstring name(1024, L'\0');
    DWORD length = GetFinalPathNameByHandleW(folder.get(), name.data(), static_cast<DWORD>(name.size()), 0);
    if (length > name.size()) {
        name.resize(length);
        length = GetFinalPathNameByHandleW(folder.get(), name.data(), static_cast<DWORD>(name.size()), 0);
    }
    name.resize(length < name.size() ? length : 0);
    return name;
}

bool lies_below(const std::wstring& name, std::wstring border) {
    if (name.empty() || border.empty()) return false;
    if (name == border) return true;
    if (!border.ends_with(L'\\')) border += L'\\';
    const int length = static_cast<int>(border.size());
    return name.size() > border.size() &&
           CompareStringOrdinal(name.data(), length, border.data(), length, TRUE) == CSTR_EQUAL;
}

bool is_absent_folder(DWORD error) {
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND || error == ERROR_INVALID_NAME ||
           error == ERROR_DELETE_PENDING;
}

bool is_real_folder(const UniqueFileHandle& handle) {
    BY_HANDLE_FILE_INFORMATION information;
    return GetFileInformationByHandle(handle.get(), &information) &&
           (information.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

// A handle on a disk that can be taken out would be in the way when it is.
void check_place(const UniqueFileHandle& handle, const WatchedFolder& place) {
    const std::wstring name = real_name(handle);
    if (!lies_below(name, real_name(open_folder(place.root, FILE_READ_ATTRIBUTES))))
        throw std::runtime_error(utf8(place.folder.native()) + ": a link leads out of " + utf8(place.root.native()));
    const std::wstring drive = name.substr(0, 7);  // "\\?\C:\"
    if (GetDriveTypeW(drive.c_str()) != DRIVE_FIXED)
        throw std::runtime_error(utf8(place.folder.native()) + " is not on a fixed disk");
}

}  // namespace

std::unique_ptr<FolderWatch> FolderWatch::begin(WatchedFolder place, std::set<ChangeKind>& noticed) {
    std::unique_ptr<FolderWatch> watch(new FolderWatch(std::move(place), noticed));
    watch->handle_ = open_folder(watch->place_.folder, FILE_LIST_DIRECTORY);
    if (!watch->handle_) {
        if (const DWORD error = GetLastError(); !is_absent_folder(error))
            throw failed_call("opening " + utf8(watch->place_.folder.native()), error);
        return nullptr;
    }
    if (!is_real_folder(watch->handle_)) return nullptr;
    check_place(watch->handle_, watch->place_);
    if (!watch->listen()) throw failed_call("watching " + utf8(watch->place_.folder.native()));
    return watch;
}

void FolderWatch::leave() {
    if (!pending_) return;
    CancelIo(handle_.get());
    handle_.reset();
}

bool FolderWatch::listen() {
    DWORD changes = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME;
    if (place_.holds_files()) changes |= FILE_NOTIFY_CHANGE_LAST_WRITE | FILE_NOTIFY_CHANGE_SIZE;
    overlapped_ = {};
    overlapped_.hEvent = this;  // free for the caller where there is a completion routine
    const bool listening = ReadDirectoryChangesW(handle_.get(), buffer_.data(), static_cast<DWORD>(buffer_.size()),
                                                 FALSE, changes, nullptr, &overlapped_, completed) != 0;
    pending_ = listening;
    return listening;
}

void CALLBACK FolderWatch::completed(DWORD error, DWORD bytes, OVERLAPPED* overlapped) {
    static_cast<FolderWatch*>(overlapped->hEvent)->told(error, bytes);
}

void FolderWatch::told(DWORD error, DWORD bytes) {
    pending_ = false;
    if (!handle_) return;  // it was left
    const bool overflow = error == ERROR_NOTIFY_ENUM_DIR || (error == ERROR_SUCCESS && bytes == 0);
    if (!overflow && error == ERROR_SUCCESS)
        read_names(bytes);
    else
        for (const WatchedName& name : place_.names) noticed_.insert(name.kind);
    if ((error == ERROR_SUCCESS || overflow) && listen()) return;
    // It is being deleted: only without this handle it can go.
    handle_.reset();
    noticed_.insert(ChangeKind::places);
}

void FolderWatch::read_names(DWORD bytes) {
    const std::byte* at = buffer_.data();
    const std::byte* const end = at + bytes;
    for (;;) {
        FILE_NOTIFY_INFORMATION entry;
        if (at + offsetof(FILE_NOTIFY_INFORMATION, FileName) > end) return;
        std::memcpy(&entry, at, offsetof(FILE_NOTIFY_INFORMATION, FileName));
        const auto* name = reinterpret_cast<const wchar_t*>(at + offsetof(FILE_NOTIFY_INFORMATION, FileName));
        if (const auto kind = kind_of_change(place_.names, utf8({name, entry.FileNameLength / sizeof(wchar_t)})))
            noticed_.insert(*kind);
        if (entry.NextEntryOffset == 0) return;
        at += entry.NextEntryOffset;
    }
}

}  // namespace wardwatch
