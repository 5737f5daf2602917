// The data folder by lists of rights, and secrets sealed for this PC by DPAPI.
#include "agent/data_folder/protected_files.h"
#include "agent/system/windows_error.h"
#include "agent/system/windows_rights.h"
#include "collectors/windows/handle.h"
// After windows.h:
#include <wincrypt.h>

namespace wardwatch {
namespace {

namespace fs = std::filesystem;

/// False when something has the name already.
bool make_private_folder(const fs::path& folder) {
    const UniqueLocalMemory descriptor = private_descriptor(SE_FILE_OBJECT);
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    if (CreateDirectoryW(folder.c_str(), &attributes)) return true;
    if (GetLastError() != ERROR_ALREADY_EXISTS) throw failed_call("making the data folder " + utf8(folder));
    return false;
}

// True when something was wrong with it. While the folder was open to others, they could also have put their own files
// there, whose owners may change the rights again, or links to elsewhere.
bool repair_file(const fs::path& file) {
    const std::wstring name = file.wstring();
    const DWORD kind = GetFileAttributesW(name.c_str());
    if (kind == INVALID_FILE_ATTRIBUTES) return false;  // just removed, as SQLite does
    if ((kind & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
        const bool folder = (kind & FILE_ATTRIBUTE_DIRECTORY) != 0;
        if (folder ? !RemoveDirectoryW(name.c_str()) : !DeleteFileW(name.c_str()))
            throw failed_call("removing the link " + utf8(file));
        return true;
    }
    const bool foreign = !owner_is_trusted(name, SE_FILE_OBJECT);
    if (foreign) take_ownership(name, SE_FILE_OBJECT);
    const bool loose = rights_are_loose(name, SE_FILE_OBJECT);
    if (loose) restore_rights(name, SE_FILE_OBJECT);
    return foreign || loose;
}

std::vector<std::string> repair_files(const fs::path& folder) {
    std::vector<std::string> repaired;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        try {
            if (repair_file(entry.path())) repaired.push_back(utf8(entry.path().filename()));
        } catch (const std::exception&) {
            if (GetFileAttributesW(entry.path().c_str()) != INVALID_FILE_ATTRIBUTES) throw;
        }
    }
    return repaired;
}

void write_new(const fs::path& file, std::string_view content) {
    const UniqueFileHandle handle(
        CreateFileW(file.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!handle) throw failed_call("creating " + utf8(file));
    DWORD written = 0;
    if (!WriteFile(handle.get(), content.data(), static_cast<DWORD>(content.size()), &written, nullptr) ||
        written != content.size() || !FlushFileBuffers(handle.get()))
        throw failed_call("writing " + utf8(file));
}

DATA_BLOB blob(std::string_view bytes) {
    // CryptProtectData does not change its input; its parameter type only says so badly.
    return {static_cast<DWORD>(bytes.size()), reinterpret_cast<BYTE*>(const_cast<char*>(bytes.data()))};
}

std::string take(const DATA_BLOB& bytes) {
    const UniqueLocalMemory owner(bytes.pbData);
    std::string text(reinterpret_cast<const char*>(bytes.pbData), bytes.cbData);
    SecureZeroMemory(bytes.pbData, bytes.cbData);
    return text;
}

}  // namespace

fs::path default_data_folder() {
    // The environment is the caller's: SYSTEM's data must not lie where somebody else says.
    wchar_t folder[MAX_PATH];
    DWORD size = sizeof folder;
    const LONG error = RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList",
                                    L"ProgramData", RRF_RT_REG_SZ, nullptr, folder, &size);
    return fs::path(error == ERROR_SUCCESS ? folder : L"C:\\ProgramData") / L"Wardwatch";
}

std::vector<std::string> protect_folder(const fs::path& folder) {
    if (folder.has_parent_path()) fs::create_directories(folder.parent_path());
    if (make_private_folder(folder)) return {};
    // Anyone may make folders and links in ProgramData: one that was there first could belong to a user who waits for
    // our files, or who wants no agent here.
    if (!file_owner_is_trusted(folder.wstring())) {
        const fs::path aside = set_aside(folder);
        if (!make_private_folder(folder))
            throw std::runtime_error("the data folder " + utf8(folder) +
                                     " is made again and again by a user who is no administrator");
        return {utf8(folder) + " (another user's: now " + utf8(aside.filename()) + ")"};
    }
    const DWORD kind = GetFileAttributesW(folder.c_str());
    if (kind == INVALID_FILE_ATTRIBUTES || (kind & FILE_ATTRIBUTE_DIRECTORY) == 0 ||
        (kind & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        throw std::runtime_error("the data folder " + utf8(folder) + " is a link or a file: remove it or give --data");
    const bool loose = rights_are_loose(folder.wstring(), SE_FILE_OBJECT);
    if (loose) restore_rights(folder.wstring(), SE_FILE_OBJECT);
    std::vector<std::string> repaired = repair_files(folder);
    if (loose) repaired.insert(repaired.begin(), utf8(folder));
    return repaired;
}

fs::path set_aside(const fs::path& folder) {
    constexpr int most = 1000;
    for (int number = 1; number <= most; ++number) {
        fs::path aside = folder;
        aside += ".not-ours-" + std::to_string(number);
        // Without MOVEFILE_REPLACE_EXISTING: what was set aside before stays.
        if (MoveFileExW(folder.c_str(), aside.c_str(), 0)) return aside;
        const DWORD error = GetLastError();
        const bool is_taken = GetFileAttributesW(aside.c_str()) != INVALID_FILE_ATTRIBUTES;
        if (!is_taken) throw failed_call("setting the folder " + utf8(folder) + " of another user aside", error);
    }
    throw std::runtime_error("the folder " + utf8(folder) + " of another user was set aside too often");
}

std::optional<std::string> read_file(const fs::path& file) {
    const UniqueFileHandle handle(CreateFileW(file.c_str(), GENERIC_READ,
                                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                              OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
    if (!handle) {
        const DWORD error = GetLastError();
        if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) return std::nullopt;
        throw failed_call("opening " + utf8(file), error);
    }
    std::string content;
    char block[4096];
    for (;;) {
        DWORD count = 0;
        if (!ReadFile(handle.get(), block, sizeof block, &count, nullptr)) throw failed_call("reading " + utf8(file));
        if (count == 0) return content;
        content.append(block, count);
    }
}

void write_file(const fs::path& file, std::string_view content) {
    fs::path temporary = file;
    temporary += ".new-" + std::to_string(GetCurrentProcessId());
    try {
        write_new(temporary, content);
        if (!MoveFileExW(temporary.c_str(), file.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH))
            throw failed_call("replacing " + utf8(file));
    } catch (const std::exception&) {
        DeleteFileW(temporary.c_str());
        throw;
    }
}

std::string seal(std::string_view secret) {
    DATA_BLOB in = blob(secret);
    DATA_BLOB out = {};
    if (!CryptProtectData(&in, L"Wardwatch", nullptr, nullptr, nullptr,
                          CRYPTPROTECT_LOCAL_MACHINE | CRYPTPROTECT_UI_FORBIDDEN, &out))
        throw failed_call("CryptProtectData");
    return take(out);
}

std::string unseal(std::string_view sealed) {
    DATA_BLOB in = blob(sealed);
    DATA_BLOB out = {};
    if (!CryptUnprotectData(&in, nullptr, nullptr, nullptr, nullptr, CRYPTPROTECT_UI_FORBIDDEN, &out))
        throw failed_call("CryptUnprotectData");
    return take(out);
}

}  // namespace wardwatch
