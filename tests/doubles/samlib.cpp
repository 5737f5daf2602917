// samlib.dll: the properties of this PC's passwords.

#include <windows.h>

#include <ntsecapi.h>

#include <cstdlib>

#include "tests/doubles/described_pc.h"

using wardwatch::doubles::described_pc;
using wardwatch::doubles::fault;

namespace {

struct DomainPasswordInformation {
    USHORT minimum_length;
    USHORT history_length;
    ULONG properties;
    LARGE_INTEGER maximum_age;
    LARGE_INTEGER minimum_age;
};

constexpr int domain_password_information_class = 1;
constexpr NTSTATUS invalid_information_class = static_cast<NTSTATUS>(0xC0000003);

NTSTATUS open_as(const char* call, void** handle) {
    if (const auto code = fault(call)) return static_cast<NTSTATUS>(*code);
    *handle = std::malloc(1);
    return 0;
}

}  // namespace

extern "C" {

NTSTATUS NTAPI SamConnect(UNICODE_STRING*, void** server, ACCESS_MASK, void*) { return open_as("SamConnect", server); }

NTSTATUS NTAPI SamOpenDomain(void*, ACCESS_MASK, PSID, void** domain) { return open_as("SamOpenDomain", domain); }

NTSTATUS NTAPI SamQueryInformationDomain(void*, int information_class, void** buffer) {
    if (const auto code = fault("SamQueryInformationDomain")) return static_cast<NTSTATUS>(*code);
    if (information_class != domain_password_information_class) return invalid_information_class;
    auto* information = static_cast<DomainPasswordInformation*>(std::calloc(1, sizeof(DomainPasswordInformation)));
    information->properties = described_pc().at("password_properties").get<ULONG>();
    *buffer = information;
    return 0;
}

NTSTATUS NTAPI SamCloseHandle(void* handle) {
    std::free(handle);
    return 0;
}

NTSTATUS NTAPI SamFreeMemory(void* buffer) {
    std::free(buffer);
    return 0;
}
}
