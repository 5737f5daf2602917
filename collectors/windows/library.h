// Functions of system libraries that not every supported Windows has, looked up at run time. From System32 only: a
// library of the same name beside the program or on the PATH is never loaded.
#pragma once

#include <string>

namespace wardwatch {

/// The address of `function` in `library` ("samlib.dll"), which stays loaded. Throws PortError when either is absent.
void* system_function(const std::string& library, const char* function);

/// True when the library is Wine's own. Its functions may be stubs that end the program when they are called.
bool is_wine_library(const std::string& library);

/// Typed: system_function<decltype(&GetTickCount64)>("kernel32.dll", "GetTickCount64").
template <class Function>
Function system_function(const std::string& library, const char* function) {
    return reinterpret_cast<Function>(system_function(library, function));
}

}  // namespace wardwatch
