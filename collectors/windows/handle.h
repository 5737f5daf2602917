// Windows' handles as owned resources.
#pragma once

#include <windows.h>

#include "collectors/core/unique_resource.h"

namespace wardwatch {

/// Of a process, thread, token, event: none is null.
struct HandleTraits {
    static HANDLE none() { return nullptr; }
    static void release(HANDLE handle) noexcept { CloseHandle(handle); }
};
using UniqueHandle = UniqueResource<HANDLE, HandleTraits>;

/// Of a file or a pipe: none is INVALID_HANDLE_VALUE.
struct FileHandleTraits {
    static HANDLE none() { return INVALID_HANDLE_VALUE; }
    static void release(HANDLE handle) noexcept { CloseHandle(handle); }
};
using UniqueFileHandle = UniqueResource<HANDLE, FileHandleTraits>;

}  // namespace wardwatch
