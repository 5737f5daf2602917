// The signs of a restart in this PC's registry.
#include <windows.h>

#include <filesystem>
#include <vector>

#include "agent/system/windows_error.h"
#include "agent/update/restart.h"
#include "collectors/core/unique_resource.h"

namespace wardwatch {
namespace {

constexpr wchar_t servicing[] =
    L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending";
constexpr wchar_t windows_update[] =
    L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired";
constexpr wchar_t session_manager[] = L"SYSTEM\\CurrentControlSet\\Control\\Session Manager";

struct KeyTraits {
    static HKEY none() { return nullptr; }
    static void release(HKEY key) noexcept { RegCloseKey(key); }
};
using UniqueKey = UniqueResource<HKEY, KeyTraits>;

bool key_exists(const wchar_t* key) {
    UniqueKey opened;
    return RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, opened.receive()) ==
           ERROR_SUCCESS;
}

// As bytes: an entry without a target (a deletion) is an empty text in the middle of the list, where a list of texts
// would end.
std::string pending_renames() {
    DWORD size = 0;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, session_manager, L"PendingFileRenameOperations", RRF_RT_ANY, nullptr, nullptr,
                     &size) != ERROR_SUCCESS)
        return {};
    std::vector<wchar_t> text(size / sizeof(wchar_t) + 2);
    size = static_cast<DWORD>(text.size() * sizeof(wchar_t));
    if (RegGetValueW(HKEY_LOCAL_MACHINE, session_manager, L"PendingFileRenameOperations", RRF_RT_ANY, nullptr,
                     text.data(), &size) != ERROR_SUCCESS)
        return {};
    return utf8(std::wstring_view(text.data(), size / sizeof(wchar_t)));
}

std::string own_folder() {
    wchar_t program[MAX_PATH];
    const DWORD length = GetModuleFileNameW(nullptr, program, MAX_PATH);
    if (length == 0 || length == MAX_PATH) return {};
    return utf8(std::filesystem::path(program).parent_path().wstring());
}

}  // namespace

std::string pending_restart() {
    return pending_restart_by({key_exists(servicing), key_exists(windows_update), pending_renames()}, own_folder());
}

}  // namespace wardwatch
