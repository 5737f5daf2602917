// The console in UTF-16, redirected streams in UTF-8, and the user's display language.
#include "agent/system/console.h"
#include "agent/system/windows_error.h"

namespace wardwatch {
namespace {

bool is_console(HANDLE handle) {
    DWORD mode = 0;
    return GetConsoleMode(handle, &mode) != 0;
}

void write_to(DWORD which, std::string_view text) {
    const HANDLE handle = GetStdHandle(which);
    if (handle == nullptr || handle == INVALID_HANDLE_VALUE) return;  // a service has none
    DWORD written = 0;
    if (!is_console(handle)) {
        while (!text.empty() && WriteFile(handle, text.data(), static_cast<DWORD>(text.size()), &written, nullptr) &&
               written > 0)
            text.remove_prefix(written);
        return;
    }
    std::wstring wide = utf16(text);
    std::wstring_view rest = wide;
    // Windows 7's console takes at most about 26,000 characters at once.
    while (!rest.empty() &&
           WriteConsoleW(handle, rest.data(), static_cast<DWORD>(rest.size() < 8000 ? rest.size() : 8000), &written,
                         nullptr) &&
           written > 0)
        rest.remove_prefix(written);
}

}  // namespace

void print(std::string_view text) { write_to(STD_OUTPUT_HANDLE, text); }
void print_error(std::string_view text) { write_to(STD_ERROR_HANDLE, text); }

bool error_is_terminal() { return is_console(GetStdHandle(STD_ERROR_HANDLE)); }

std::string read_input() {
    std::string content;
    char block[4096];
    DWORD count = 0;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), block, sizeof block, &count, nullptr) && count > 0)
        content.append(block, count);
    return content;
}

Language system_language() {
    return PRIMARYLANGID(GetUserDefaultUILanguage()) == LANG_ENGLISH ? Language::en : Language::vi;
}

}  // namespace wardwatch
