#include "collectors/windows/library.h"

#include <windows.h>

#include <cstring>

#include "collectors/windows/error.h"
#include "collectors/windows/text.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// With the full path, because LOAD_LIBRARY_SEARCH_SYSTEM32 needs an update that Windows 7 SP1 may lack (KB2533623).
std::wstring system_path(const std::string& library) {
    wchar_t folder[MAX_PATH];
    const UINT length = GetSystemDirectoryW(folder, MAX_PATH);
    if (length == 0 || length >= MAX_PATH) throw windows_error("GetSystemDirectory", GetLastError());
    return std::wstring(folder, length) + L"\\" + to_wide(library);
}

HMODULE load(const std::string& library) {
    const HMODULE module = LoadLibraryExW(system_path(library).c_str(), nullptr, LOAD_WITH_ALTERED_SEARCH_PATH);
    if (!module) throw windows_error(reasons::loading(library), GetLastError());
    return module;
}

}  // namespace

void* system_function(const std::string& library, const char* function) {
    const FARPROC address = GetProcAddress(load(library), function);
    if (!address) throw windows_error(reasons::looking_up(function), GetLastError());
    return reinterpret_cast<void*>(address);
}

// Wine marks its libraries in the gap between the DOS header and the program.
bool is_wine_library(const std::string& library) {
    constexpr std::string_view mark = "Wine builtin DLL";
    const void* image = load(library);
    return std::memcmp(static_cast<const char*>(image) + sizeof(IMAGE_DOS_HEADER), mark.data(), mark.size()) == 0;
}

}  // namespace wardwatch
