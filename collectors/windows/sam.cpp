#include "collectors/windows/sam.h"

#include <windows.h>

#include <ntsecapi.h>
#include <sddl.h>

#include "collectors/core/unique_resource.h"
#include "collectors/windows/error.h"
#include "collectors/windows/library.h"
#include "collectors/windows/text.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// samlib.dll, whose functions [MS-SAMR] describes on the wire; mingw-w64 has no header for them.
using SamHandle = void*;
using SamConnectFunction = NTSTATUS(NTAPI*)(UNICODE_STRING* server, SamHandle* handle, ACCESS_MASK access,
                                            void* object_attributes);
using SamOpenDomainFunction = NTSTATUS(NTAPI*)(SamHandle server, ACCESS_MASK access, PSID domain, SamHandle* handle);
using SamQueryInformationDomainFunction = NTSTATUS(NTAPI*)(SamHandle domain, int information_class, void** buffer);
using SamReleaseFunction = NTSTATUS(NTAPI*)(void* handle_or_buffer);

constexpr ACCESS_MASK sam_server_connect = 0x1;
constexpr ACCESS_MASK sam_server_lookup_domain = 0x20;
constexpr ACCESS_MASK domain_read_password_parameters = 0x1;
constexpr int domain_password_information_class = 1;

struct DomainPasswordInformation {
    USHORT minimum_length;
    USHORT history_length;
    ULONG properties;
    LARGE_INTEGER maximum_age;
    LARGE_INTEGER minimum_age;
};

struct SamHandleTraits {
    static SamHandle none() { return nullptr; }
    static void release(SamHandle handle) noexcept {
        // The library is loaded: the handle came from it.
        system_function<SamReleaseFunction>("samlib.dll", "SamCloseHandle")(handle);
    }
};
using UniqueSamHandle = UniqueResource<SamHandle, SamHandleTraits>;

struct SamBufferTraits {
    static void* none() { return nullptr; }
    static void release(void* buffer) noexcept {
        system_function<SamReleaseFunction>("samlib.dll", "SamFreeMemory")(buffer);
    }
};
using UniqueSamBuffer = UniqueResource<void*, SamBufferTraits>;

struct LsaHandleTraits {
    static LSA_HANDLE none() { return nullptr; }
    static void release(LSA_HANDLE handle) noexcept { LsaClose(handle); }
};
using UniqueLsaHandle = UniqueResource<LSA_HANDLE, LsaHandleTraits>;

struct LsaBufferTraits {
    static void* none() { return nullptr; }
    static void release(void* buffer) noexcept { LsaFreeMemory(buffer); }
};
using UniqueLsaBuffer = UniqueResource<void*, LsaBufferTraits>;

struct LocalTextTraits {
    static wchar_t* none() { return nullptr; }
    static void release(wchar_t* text) noexcept { LocalFree(text); }
};
using LocalText = UniqueResource<wchar_t*, LocalTextTraits>;

void check(const char* call, NTSTATUS status) {
    if (status < 0) throw status_error(call, status);
}

// This PC's own domain of accounts, even when the PC is a member of an Active Directory domain.
UniqueLsaBuffer account_domain() {
    LSA_OBJECT_ATTRIBUTES attributes{};
    UniqueLsaHandle policy;
    UniqueLsaBuffer domain;
    check("LsaOpenPolicy", LsaOpenPolicy(nullptr, &attributes, POLICY_VIEW_LOCAL_INFORMATION, policy.receive()));
    check("LsaQueryInformationPolicy",
          LsaQueryInformationPolicy(policy.get(), PolicyAccountDomainInformation, domain.receive()));
    return domain;
}

UniqueSamHandle open_domain(PSID domain_id) {
    LSA_OBJECT_ATTRIBUTES attributes{};
    attributes.Length = sizeof attributes;
    UniqueSamHandle server;
    UniqueSamHandle domain;
    check("SamConnect", system_function<SamConnectFunction>("samlib.dll", "SamConnect")(
                            nullptr, server.receive(), sam_server_connect | sam_server_lookup_domain, &attributes));
    check("SamOpenDomain", system_function<SamOpenDomainFunction>("samlib.dll", "SamOpenDomain")(
                               server.get(), domain_read_password_parameters, domain_id, domain.receive()));
    return domain;
}

}  // namespace

std::uint32_t sam_password_properties() {
    if (is_wine_library("samlib.dll")) throw PortError(reasons::no_account_database());
    const auto query = system_function<SamQueryInformationDomainFunction>("samlib.dll", "SamQueryInformationDomain");
    const UniqueLsaBuffer account = account_domain();
    const UniqueSamHandle domain =
        open_domain(static_cast<const POLICY_ACCOUNT_DOMAIN_INFO*>(account.get())->DomainSid);
    UniqueSamBuffer information;
    check("SamQueryInformationDomain", query(domain.get(), domain_password_information_class, information.receive()));
    return static_cast<const DomainPasswordInformation*>(information.get())->properties;
}

std::string account_domain_sid() {
    const UniqueLsaBuffer account = account_domain();
    LocalText text;
    if (!ConvertSidToStringSidW(static_cast<const POLICY_ACCOUNT_DOMAIN_INFO*>(account.get())->DomainSid,
                                text.receive())) {
        throw windows_error("ConvertSidToStringSid", GetLastError());
    }
    return to_utf8(text.get());
}

}  // namespace wardwatch
