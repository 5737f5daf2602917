// wscapi.dll: Security Center tells whoever registered that something changed.

#include <windows.h>

#include <thread>

#include "tests/doubles/described_pc.h"

using wardwatch::doubles::fault;
using wardwatch::doubles::version_of_description;

extern "C" {

// From a thread of Security Center's own, whenever the description was replaced; never ends, as the program never
// leaves its registration.
HRESULT WINAPI WscRegisterForChanges(LPVOID, PHANDLE registration, LPTHREAD_START_ROUTINE callback, PVOID context) {
    if (const auto code = fault("WscRegisterForChanges")) return static_cast<HRESULT>(*code);
    static int registered;
    *registration = &registered;
    std::thread([callback, context, known = version_of_description()]() mutable {
        for (;; Sleep(100)) {
            if (known == version_of_description()) continue;
            known = version_of_description();
            callback(context);
        }
    }).detach();
    return S_OK;
}

HRESULT WINAPI WscUnRegisterChanges(HANDLE) { return E_NOTIMPL; }
}
