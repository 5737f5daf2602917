// Functions of libraries that Wine has and that cannot be replaced whole: when one of the doubles is loaded, the table
// of imported functions of the program leads here instead. Calls of libraries stay as they are.

#include <windows.h>

#include <sddl.h>

#include <cstring>

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

struct Hook {
    const char* function;
    void* replacement;
};

const Hook hooks[] = {
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
