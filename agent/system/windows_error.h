// Windows' error numbers as sentences, and texts between UTF-8 and UTF-16.
#pragma once

#include <windows.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace wardwatch {

std::wstring utf16(std::string_view text);
std::string utf8(std::wstring_view text);

/// "<what> failed with error 5 (Access is denied)".
std::runtime_error failed_call(const std::string& what, DWORD code = GetLastError());

}  // namespace wardwatch
