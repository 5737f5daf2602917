// Text between Windows (UTF-16) and this program (UTF-8). Broken sequences become U+FFFD; nothing here throws for them.
#pragma once

#include <string>
#include <string_view>

namespace wardwatch {

std::wstring to_wide(std::string_view utf8);
std::string to_utf8(std::wstring_view wide);

}  // namespace wardwatch
