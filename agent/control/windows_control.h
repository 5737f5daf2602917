// What both ends of the named pipe share. For windows_control*.cpp only.
#pragma once

#include <windows.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "collectors/windows/handle.h"

namespace wardwatch {

using UniquePipe = UniqueFileHandle;
using UniqueEvent = UniqueHandle;

/// \\.\pipe\wardwatch for the default data folder, else \\.\pipe\wardwatch-<16 hex digits>: two folders, two services.
std::wstring control_pipe_name(const std::filesystem::path& folder);

/// For waits: from now to then, rounded up, 0 when it is over.
DWORD control_milliseconds_until(std::chrono::steady_clock::time_point then);

}  // namespace wardwatch
