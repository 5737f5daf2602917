// How the audit log names a person whose data was given out or erased.
#pragma once

#include <string>
#include <string_view>

namespace wardwatch {

/// The name itself would stand there for years. Who is told a name can make the mark again: the first 16 hex digits of
/// the SHA-256 of "wardwatch person " and the name without case.
std::string person_mark(std::string_view name);

}  // namespace wardwatch
