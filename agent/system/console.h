// Text in and out, UTF-8 everywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reporting/policy/policy.h"

namespace wardwatch {

/// UTF-8 bytes when redirected; on a Windows console the letters themselves, whatever its code page.
void print(std::string_view text);
void print_error(std::string_view text);

/// True when standard error is a terminal.
bool error_is_terminal();

/// All of standard input.
std::string read_input();

/// Windows: the user's display language; elsewhere the locale. Vietnamese when that says nothing.
Language system_language();

}  // namespace wardwatch
