#include "agent/service/protected_files.h"
#include "agent/service/windows_error.h"
#include "collectors/core/unique_resource.h"
// After windows.h:
#include <aclapi.h>
#include <sddl.h>
#include <wincrypt.h>

namespace wardwatch {
namespace {

namespace fs = std::filesystem;

// Full access for SYSTEM and Administrators, inherited by all files and folders inside; nothing from above.
constexpr wchar_t private_rights[] = L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";

struct LocalMemoryTraits {
    static void* none() { return nullptr; }
    static void release(void* memory) noexcept { LocalFree(memory); }
};
using UniqueLocalMemory = UniqueResource<void*, LocalMemoryTraits>;

struct HandleTraits {
    static HANDLE none() { return INVALID_HANDLE_VALUE; }
    static void release(HANDLE handle) noexcept { CloseHandle(handle); }
};
using UniqueHandle = UniqueResource<HANDLE, HandleTraits>;

UniqueLocalMemory private_descriptor() {
    UniqueLocalMemory descriptor;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(private_rights, SDDL_REVISION_1, descriptor.receive(),
                                                              nullptr))
        throw failed_call("ConvertStringSecurityDescriptorToSecurityDescriptor");
    return descriptor;
}

bool owner_is_trusted(PSID owner) {
    if (IsWellKnownSid(owner, WinLocalSystemSid) || IsWellKnownSid(owner, WinBuiltinAdministratorsSid)) return true;
    HANDLE raw = nullptr;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw)) throw failed_call("OpenProcessToken");
    const UniqueHandle token(raw);
    alignas(TOKEN_USER) char buffer[256];
    DWORD size = 0;
    if (!GetTokenInformation(token.get(), TokenUser, buffer, sizeof buffer, &size))
        throw failed_call("GetTokenInformation");
    return EqualSid(owner, reinterpret_cast<TOKEN_USER*>(buffer)->User.Sid) != 0;
}

// Anyone may make folders in ProgramData: one that was there first could belong to a user who waits for our files.
void check_owner(const fs::path& folder) {
    PSID owner = nullptr;
    UniqueLocalMemory descriptor;
    const DWORD error =
        GetNamedSecurityInfoW(const_cast<wchar_t*>(folder.c_str()), SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner,
                              nullptr, nullptr, nullptr, descriptor.receive());
    if (error != ERROR_SUCCESS) throw failed_call("reading the owner of " + utf8(folder), error);
    if (!owner_is_trusted(owner))
        throw std::runtime_error("the data folder " + utf8(folder) +
                                 " belongs to a user who is no administrator: rename or remove it, then start again");
}

void restore_rights(const fs::path& folder) {
    const UniqueLocalMemory descriptor = private_descriptor();
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL list = nullptr;
    if (!GetSecurityDescriptorDacl(descriptor.get(), &present, &list, &defaulted))
        throw failed_call("GetSecurityDescriptorDacl");
    const DWORD error = SetNamedSecurityInfoW(const_cast<wchar_t*>(folder.c_str()), SE_FILE_OBJECT,
                                              DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, nullptr,
                                              nullptr, list, nullptr);
    if (error != ERROR_SUCCESS) throw failed_call("protecting the data folder " + utf8(folder), error);
}

void write_new(const fs::path& file, std::string_view content) {
    const UniqueHandle handle(
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
    wchar_t folder[MAX_PATH];
    const DWORD length = GetEnvironmentVariableW(L"ProgramData", folder, MAX_PATH);
    return fs::path(length > 0 && length < MAX_PATH ? folder : L"C:\\ProgramData") / L"Wardwatch";
}

void protect_folder(const fs::path& folder) {
    if (folder.has_parent_path()) fs::create_directories(folder.parent_path());
    const UniqueLocalMemory descriptor = private_descriptor();
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    if (CreateDirectoryW(folder.c_str(), &attributes)) return;
    if (GetLastError() != ERROR_ALREADY_EXISTS) throw failed_call("making the data folder " + utf8(folder));
    const DWORD kind = GetFileAttributesW(folder.c_str());
    if (kind == INVALID_FILE_ATTRIBUTES || (kind & FILE_ATTRIBUTE_DIRECTORY) == 0 ||
        (kind & FILE_ATTRIBUTE_REPARSE_POINT) != 0)
        throw std::runtime_error("the data folder " + utf8(folder) + " is a link or a file: remove it or give --data");
    check_owner(folder);
    restore_rights(folder);
}

std::optional<std::string> read_file(const fs::path& file) {
    const UniqueHandle handle(CreateFileW(file.c_str(), GENERIC_READ,
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
