// Owners and lists of rights, read and put back.
#include "agent/system/windows_rights.h"

#include <sddl.h>

#include <vector>

#include "agent/system/windows_error.h"
#include "collectors/windows/handle.h"

namespace wardwatch {
namespace {

/// A TOKEN_USER or TOKEN_OWNER, with the SID that it points to.
std::vector<char> own_account(TOKEN_INFORMATION_CLASS which) {
    UniqueHandle token;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, token.receive())) throw failed_call("OpenProcessToken");
    std::vector<char> buffer(256);
    DWORD size = 0;
    if (!GetTokenInformation(token.get(), which, buffer.data(), static_cast<DWORD>(buffer.size()), &size))
        throw failed_call("GetTokenInformation");
    return buffer;
}

PSID user_of(std::vector<char>& token_user) {
    return static_cast<TOKEN_USER*>(static_cast<void*>(token_user.data()))->User.Sid;
}

struct Security {
    UniqueLocalMemory descriptor;  // owns the other two
    PSID owner = nullptr;
    PACL rights = nullptr;
};

Security security_of(const std::wstring& name, SE_OBJECT_TYPE type) {
    Security security;
    const DWORD error = GetNamedSecurityInfoW(const_cast<wchar_t*>(name.c_str()), type,
                                              OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &security.owner,
                                              nullptr, &security.rights, nullptr, security.descriptor.receive());
    if (error != ERROR_SUCCESS) throw failed_call("reading the rights of " + utf8(name), error);
    return security;
}

}  // namespace

UniqueLocalMemory private_descriptor(SE_OBJECT_TYPE type) {
    const wchar_t* const rights =
        type == SE_REGISTRY_KEY ? L"D:P(A;CI;KA;;;SY)(A;CI;KA;;;BA)" : L"D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)";
    UniqueLocalMemory descriptor;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(rights, SDDL_REVISION_1, descriptor.receive(), nullptr))
        throw failed_call("ConvertStringSecurityDescriptorToSecurityDescriptor");
    return descriptor;
}

bool is_trusted(PSID account) {
    if (IsWellKnownSid(account, WinLocalSystemSid) || IsWellKnownSid(account, WinBuiltinAdministratorsSid)) return true;
    std::vector<char> user = own_account(TokenUser);
    return EqualSid(account, user_of(user)) != 0;
}

bool owner_is_trusted(HANDLE object) {
    UniqueLocalMemory descriptor;
    PSID owner = nullptr;
    const DWORD error = GetSecurityInfo(object, SE_KERNEL_OBJECT, OWNER_SECURITY_INFORMATION, &owner, nullptr, nullptr,
                                        nullptr, descriptor.receive());
    if (error != ERROR_SUCCESS) throw failed_call("reading the owner of an object", error);
    if (is_trusted(owner)) return true;
    std::vector<char> own = own_account(TokenOwner);
    return EqualSid(owner, static_cast<TOKEN_OWNER*>(static_cast<void*>(own.data()))->Owner) != 0;
}

bool owner_is_trusted(const std::wstring& name, SE_OBJECT_TYPE type) {
    return is_trusted(security_of(name, type).owner);
}

bool file_owner_is_trusted(const std::wstring& path) {
    const UniqueFileHandle file(
        CreateFileW(path.c_str(), READ_CONTROL, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                    OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS, nullptr));
    if (!file) throw failed_call("opening " + utf8(path));
    UniqueLocalMemory descriptor;
    PSID owner = nullptr;
    const DWORD error = GetSecurityInfo(file.get(), SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, nullptr,
                                        nullptr, nullptr, descriptor.receive());
    if (error != ERROR_SUCCESS) throw failed_call("reading the owner of " + utf8(path), error);
    return is_trusted(owner);
}

bool rights_are_loose(const std::wstring& name, SE_OBJECT_TYPE type) {
    const Security security = security_of(name, type);
    if (security.rights == nullptr) return true;  // no list: everyone may do everything
    for (DWORD i = 0; i < security.rights->AceCount; ++i) {
        void* entry = nullptr;
        if (!GetAce(security.rights, i, &entry)) throw failed_call("GetAce");
        const auto* const allowed = static_cast<ACCESS_ALLOWED_ACE*>(entry);
        if (allowed->Header.AceType == ACCESS_DENIED_ACE_TYPE) continue;
        // Kinds of entries other than the plain one (conditional, object) are not ours.
        if (allowed->Header.AceType != ACCESS_ALLOWED_ACE_TYPE) return true;
        if (!is_trusted(const_cast<DWORD*>(&allowed->SidStart))) return true;
    }
    return false;
}

void restore_rights(const std::wstring& name, SE_OBJECT_TYPE type) {
    const UniqueLocalMemory descriptor = private_descriptor(type);
    BOOL present = FALSE;
    BOOL defaulted = FALSE;
    PACL list = nullptr;
    if (!GetSecurityDescriptorDacl(descriptor.get(), &present, &list, &defaulted))
        throw failed_call("GetSecurityDescriptorDacl");
    const DWORD error = SetNamedSecurityInfoW(const_cast<wchar_t*>(name.c_str()), type,
                                              DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION, nullptr,
                                              nullptr, list, nullptr);
    if (error != ERROR_SUCCESS) throw failed_call("protecting " + utf8(name), error);
}

void take_ownership(const std::wstring& name, SE_OBJECT_TYPE type) {
    std::vector<char> user = own_account(TokenUser);
    const DWORD error = SetNamedSecurityInfoW(const_cast<wchar_t*>(name.c_str()), type, OWNER_SECURITY_INFORMATION,
                                              user_of(user), nullptr, nullptr, nullptr);
    if (error != ERROR_SUCCESS) throw failed_call("becoming the owner of " + utf8(name), error);
}

}  // namespace wardwatch
