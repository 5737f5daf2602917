// Functions of libraries that Wine has and that cannot be replaced whole: when one of the doubles is loaded, the table
// of imported functions of the program leads here instead. Calls of libraries stay as they are.

#include <windows.h>

#include <ntsecapi.h>
#include <sddl.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "collectors/windows/text.h"
#include "tests/doubles/described_pc.h"

namespace wardwatch::doubles {
namespace {

using nlohmann::json;

BOOL fail(DWORD code) {
    SetLastError(code);
    return FALSE;
}

std::string text_of(PSID sid) {
    wchar_t* text = nullptr;
    if (!ConvertSidToStringSidW(sid, &text)) return {};
    const std::string utf8 = to_utf8(text);
    LocalFree(text);
    return utf8;
}

bool give_text(const std::string& utf8, wchar_t* buffer, DWORD* length) {
    const std::wstring wide = to_wide(utf8);
    const bool fits = wide.size() < *length;
    if (fits) std::wmemcpy(buffer, wide.c_str(), wide.size() + 1);
    *length = static_cast<DWORD>(fits ? wide.size() : wide.size() + 1);
    return fits;
}

BOOL WINAPI look_up_sid(LPCWSTR, PSID sid, LPWSTR name, LPDWORD name_length, LPWSTR domain, LPDWORD domain_length,
                        PSID_NAME_USE use) {
    if (const auto code = fault("LookupAccountSid")) return fail(*code);
    const std::string wanted = text_of(sid);
    if (const auto code = fault("LookupAccountSid " + wanted)) return fail(*code);
    for (const json& user : described_pc().at("names")) {
        if (user.at("sid") != wanted) continue;
        *use = SidTypeUser;
        const bool fits = give_text(user.at("domain"), domain, domain_length);
        return give_text(user.at("name"), name, name_length) && fits ? TRUE : fail(ERROR_INSUFFICIENT_BUFFER);
    }
    return fail(ERROR_NONE_MAPPED);
}

LSTATUS WINAPI open_key(HKEY root, LPCWSTR key, DWORD options, REGSAM access, PHKEY opened) {
    const bool hive = root == HKEY_LOCAL_MACHINE || root == HKEY_USERS;
    if (hive && key != nullptr) {
        const std::string name = (root == HKEY_USERS ? "HKU\\" : "HKLM\\") + to_utf8(key);
        if (const auto code = fault("opening " + name)) return static_cast<LSTATUS>(*code);
    }
    return RegOpenKeyExW(root, key, options, access, opened);
}

BOOL WINAPI computer_name(COMPUTER_NAME_FORMAT format, LPWSTR name, LPDWORD length) {
    if (const auto code = fault("GetComputerNameEx")) return fail(*code);
    return GetComputerNameExW(format, name, length);
}

DWORD WINAPI time_zone(PDYNAMIC_TIME_ZONE_INFORMATION zone) {
    if (const auto code = fault("GetDynamicTimeZoneInformation")) {
        SetLastError(*code);
        return TIME_ZONE_ID_INVALID;
    }
    return GetDynamicTimeZoneInformation(zone);
}

// The records first, their texts after them, two services at a time so that the caller has to come again.
BOOL give_services(const json& services, BYTE* buffer, DWORD size, DWORD* needed, DWORD* count, DWORD* resume) {
    auto* records = static_cast<ENUM_SERVICE_STATUS_PROCESSW*>(static_cast<void*>(buffer));
    auto* text = static_cast<wchar_t*>(static_cast<void*>(buffer + 2 * sizeof *records));
    if (size < 4096) return fail(ERROR_MORE_DATA);
    *needed = 0;
    *count = 0;
    for (; *count < 2 && *resume < services.size(); ++*count, ++*resume) {
        const json& service = services.at(*resume);
        const std::wstring name = to_wide(service.at("name").get<std::string>());
        std::wmemcpy(text, name.c_str(), name.size() + 1);
        records[*count] = {};
        records[*count].lpServiceName = text;
        records[*count].lpDisplayName = text;
        records[*count].ServiceStatusProcess.dwCurrentState = service.at("state").get<DWORD>();
        text += name.size() + 1;
    }
    if (*resume < services.size()) return fail(ERROR_MORE_DATA);
    *resume = 0;
    return TRUE;
}

SC_HANDLE WINAPI open_service_manager(LPCWSTR machine, LPCWSTR database, DWORD access) {
    if (const auto code = fault("OpenSCManager")) {
        SetLastError(*code);
        return nullptr;
    }
    return OpenSCManagerW(machine, database, access);
}

BOOL WINAPI list_services(SC_HANDLE, SC_ENUM_TYPE, DWORD type, DWORD, LPBYTE buffer, DWORD size, LPDWORD needed,
                          LPDWORD count, LPDWORD resume, LPCWSTR group) {
    if (const auto code = fault("EnumServicesStatusEx")) return fail(*code);
    const bool drivers = (type & SERVICE_DRIVER) != 0;
    const json& services = described_pc().at(drivers ? "antivirus_drivers" : "services");
    if (drivers && (group == nullptr || std::wstring_view(group) != L"FSFilter Anti-Virus")) {
        return fail(ERROR_INVALID_PARAMETER);
    }
    if (drivers && services.empty()) return fail(ERROR_SERVICE_DOES_NOT_EXIST);
    return give_services(services, buffer, size, needed, count, resume);
}

// The PC's own accounts have the SIDs of the recordings; S-1-5-21-x-y-z has four numbers after the authority.
NTSTATUS WINAPI query_policy(LSA_HANDLE policy, POLICY_INFORMATION_CLASS what, PVOID* buffer) {
    if (const auto code = fault("LsaQueryInformationPolicy")) return static_cast<NTSTATUS>(*code);
    const NTSTATUS status = LsaQueryInformationPolicy(policy, what, buffer);
    if (status < 0 || what != PolicyAccountDomainInformation) return status;
    PSID sid = static_cast<POLICY_ACCOUNT_DOMAIN_INFO*>(*buffer)->DomainSid;
    const json& numbers = described_pc().at("account_domain");
    for (DWORD i = 0; i < *GetSidSubAuthorityCount(sid) && i < numbers.size(); ++i) {
        *GetSidSubAuthority(sid, i) = numbers.at(i).get<DWORD>();
    }
    return status;
}

// What a cloud keeps: the ends of paths. Only the entry in the folder above tells it, and whoever opens it has it
// fetched.
bool is_in_cloud(LPCWSTR path) {
    const std::wstring_view whole = path;
    for (const json& end : described_pc().value("kept_in_cloud", json::array())) {
        const std::wstring name = to_wide(end.get<std::string>());
        if (whole.size() >= name.size() && _wcsicmp(path + (whole.size() - name.size()), name.c_str()) == 0)
            return true;
    }
    return false;
}

HANDLE WINAPI find_first_file(LPCWSTR path, LPWIN32_FIND_DATAW entry) {
    const HANDLE search = FindFirstFileW(path, entry);
    constexpr DWORD recall_on_data_access = 0x00400000;
    if (search != INVALID_HANDLE_VALUE && is_in_cloud(path)) entry->dwFileAttributes |= recall_on_data_access;
    return search;
}

HANDLE WINAPI create_file(LPCWSTR path, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security, DWORD how,
                          DWORD flags, HANDLE pattern) {
    if (is_in_cloud(path)) {
        std::fputs("what a cloud keeps was opened\n", stderr);
        std::abort();
    }
    return CreateFileW(path, access, share, security, how, flags, pattern);
}

struct Hook {
    const char* function;
    void* replacement;
};

const Hook hooks[] = {
    {"CreateFileW", reinterpret_cast<void*>(create_file)},
    {"FindFirstFileW", reinterpret_cast<void*>(find_first_file)},
    {"EnumServicesStatusExW", reinterpret_cast<void*>(list_services)},
    {"LsaQueryInformationPolicy", reinterpret_cast<void*>(query_policy)},
    {"OpenSCManagerW", reinterpret_cast<void*>(open_service_manager)},
    {"LookupAccountSidW", reinterpret_cast<void*>(look_up_sid)},
    {"RegOpenKeyExW", reinterpret_cast<void*>(open_key)},
    {"GetComputerNameExW", reinterpret_cast<void*>(computer_name)},
    {"GetDynamicTimeZoneInformation", reinterpret_cast<void*>(time_zone)},
};

void replace(void** place, void* function) {
    DWORD before = 0;
    if (!VirtualProtect(place, sizeof *place, PAGE_READWRITE, &before)) return;
    *place = function;
    VirtualProtect(place, sizeof *place, before, &before);
}

template <class Type>
Type* at(BYTE* image, std::size_t offset) {
    return static_cast<Type*>(static_cast<void*>(image + offset));
}

void hook_library(BYTE* image, const IMAGE_IMPORT_DESCRIPTOR& library) {
    const auto* names = at<IMAGE_THUNK_DATA>(image, library.OriginalFirstThunk);
    auto** functions = at<void*>(image, library.FirstThunk);
    for (; names->u1.AddressOfData != 0; ++names, ++functions) {
        if (IMAGE_SNAP_BY_ORDINAL(names->u1.Ordinal)) continue;
        const auto* import = at<IMAGE_IMPORT_BY_NAME>(image, names->u1.AddressOfData);
        for (const Hook& hook : hooks) {
            if (std::strcmp(reinterpret_cast<const char*>(import->Name), hook.function) == 0) {
                replace(functions, hook.replacement);
            }
        }
    }
}

void hook_program() {
    void* program = GetModuleHandleW(nullptr);
    auto* image = static_cast<BYTE*>(program);
    const auto offset = static_cast<std::size_t>(at<IMAGE_DOS_HEADER>(image, 0)->e_lfanew);
    const auto* headers = at<IMAGE_NT_HEADERS>(image, offset);
    const auto& imports = headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT];
    if (imports.VirtualAddress == 0) return;
    for (const auto* library = at<IMAGE_IMPORT_DESCRIPTOR>(image, imports.VirtualAddress); library->Name != 0;
         ++library) {
        hook_library(image, *library);
    }
}

}  // namespace
}  // namespace wardwatch::doubles

extern "C" BOOL WINAPI DllMain(HINSTANCE, DWORD reason, LPVOID) {
    if (reason == DLL_PROCESS_ATTACH) wardwatch::doubles::hook_program();
    return TRUE;
}
