// No crash reports; background mode for threads.
#include "agent/system/process.h"

#include <windows.h>

namespace wardwatch {

void forbid_memory_dumps() {
    // No Windows Error Reporting dialog or dump for an unhandled exception.
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    // Where a report is made all the same (by policy), leave the heap out. WER_FAULT_REPORTING_FLAG_NOHEAP is 1.
    using SetFlags = HRESULT(WINAPI*)(DWORD);
    const HMODULE kernel = GetModuleHandleW(L"kernel32.dll");
    const auto set_flags = reinterpret_cast<SetFlags>(reinterpret_cast<void*>(GetProcAddress(kernel, "WerSetFlags")));
    if (set_flags != nullptr) set_flags(1);
}

void lower_thread_priority() { SetThreadPriority(GetCurrentThread(), THREAD_MODE_BACKGROUND_BEGIN); }

void restore_thread_priority() { SetThreadPriority(GetCurrentThread(), THREAD_MODE_BACKGROUND_END); }

}  // namespace wardwatch
