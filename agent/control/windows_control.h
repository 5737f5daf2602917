// What both ends of the named pipe share. For windows_control*.cpp only.
#pragma once

#include <windows.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "collectors/core/unique_resource.h"

namespace wardwatch {

struct PipeTraits {
    static HANDLE none() { return INVALID_HANDLE_VALUE; }
    static void release(HANDLE handle) noexcept { CloseHandle(handle); }
};
using UniquePipe = UniqueResource<HANDLE, PipeTraits>;

struct EventTraits {
    static HANDLE none() { return nullptr; }
    static void release(HANDLE handle) noexcept { CloseHandle(handle); }
};
using UniqueEvent = UniqueResource<HANDLE, EventTraits>;

/// \\.\pipe\wardwatch for the default data folder, else \\.\pipe\wardwatch-<16 hex digits>: two folders, two services.
std::wstring control_pipe_name(const std::filesystem::path& folder);

/// For waits: from now to then, rounded up, 0 when it is over.
DWORD control_milliseconds_until(std::chrono::steady_clock::time_point then);

}  // namespace wardwatch
