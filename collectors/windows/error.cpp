#include "collectors/windows/error.h"

#include <windows.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

namespace wardwatch {
namespace {

struct Meaning {
    std::uint32_t code;
    const char* text;
};

constexpr const char* access_denied = "access denied: run as administrator";

constexpr Meaning win32_meanings[] = {
    {ERROR_ACCESS_DENIED, access_denied},
    {ERROR_NOT_SUPPORTED, "this system does not offer the call"},
    {ERROR_INVALID_LEVEL, "this system does not offer the information level"},
    {ERROR_MOD_NOT_FOUND, "this system does not have the library"},
    {ERROR_PROC_NOT_FOUND, "this system does not offer the function"},
    {RPC_S_SERVER_UNAVAILABLE, "a Windows service does not answer: check that it runs"},
    {2140, "internal error of the account database"},  // NERR_InternalError
};

constexpr Meaning com_meanings[] = {
    {0x00000001, "a Windows component answered with nothing: restart the PC"},
    {0x80004002, "the object does not offer the interface"},
    {0x80004003, "a Windows component answered with nothing: restart the PC"},
    {0x80010105, "a Windows service crashed while it answered: restart the PC, see its Event Log"},
    {0x80010108, "a Windows service ended while it answered: restart the PC, see its Event Log"},
    {0x80040154, "this system does not have the component"},
    {0x80070005, access_denied},
    {0x8007007e, "this system does not have the library"},
    {0x800706ba, "a Windows service does not answer: check that it runs"},
    {0x800706be, "a Windows service crashed while it answered: restart the PC, see its Event Log"},
    {0x80080005, "a Windows service does not start: check that it is not disabled"},
    {0x80041001, "WMI failed without a reason"},
    {0x80041003, access_denied},
    {0x8004100e, "this PC has no such WMI namespace"},
    {0x80041010, "this PC has no such WMI class"},
    {0x80041013, "the part of WMI that answers cannot be loaded: its product is damaged or half removed"},
    {0x80041014, "WMI cannot start: check its repository with winmgmt /verifyrepository"},
    {0x80041017, "WMI refuses the query"},
    {0x80041033, "the WMI service is stopping"},
};

constexpr Meaning status_meanings[] = {
    {0xc0000022, access_denied},
    {0xc0000002, "this system does not offer the call"},
};

std::string meaning_of(std::span<const Meaning> meanings, std::uint32_t code) {
    for (const Meaning& meaning : meanings) {
        if (meaning.code == code) return std::string(" (") + meaning.text + ")";
    }
    return {};
}

std::string hexadecimal(std::uint32_t code) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%08x", code);
    return text.data();
}

}  // namespace

PortError windows_error(std::string_view call, unsigned long code) {
    return PortError(std::string(call) + " failed with error " + std::to_string(code) +
                     meaning_of(win32_meanings, static_cast<std::uint32_t>(code)));
}

PortError com_error(std::string_view call, long result) {
    const auto code = static_cast<std::uint32_t>(result);
    return PortError(std::string(call) + " failed with " + hexadecimal(code) + meaning_of(com_meanings, code));
}

PortError status_error(std::string_view call, long status) {
    const auto code = static_cast<std::uint32_t>(status);
    return PortError(std::string(call) + " failed with status " + hexadecimal(code) +
                     meaning_of(status_meanings, code));
}

}  // namespace wardwatch
