#include "collectors/windows/error.h"

#include "embedded/reasons.h"

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
    Reason (*reason)();
};

constexpr Meaning win32_meanings[] = {
    {ERROR_ACCESS_DENIED, reasons::access_denied},
    {ERROR_NOT_SUPPORTED, reasons::not_offered},
    {ERROR_INVALID_LEVEL, reasons::no_information_level},
    {ERROR_MOD_NOT_FOUND, reasons::no_library},
    {ERROR_PROC_NOT_FOUND, reasons::no_function},
    {RPC_S_SERVER_UNAVAILABLE, reasons::service_silent},
    {2140, reasons::account_database_error},  // NERR_InternalError
};

constexpr Meaning com_meanings[] = {
    {0x00000001, reasons::component_answered_nothing},
    {0x80004002, reasons::no_interface},
    {0x80004003, reasons::component_answered_nothing},
    {0x80010105, reasons::service_crashed},
    {0x80010108, reasons::service_ended},
    {0x80040154, reasons::no_component},
    {0x80070005, reasons::access_denied},
    {0x8007007e, reasons::no_library},
    {0x800706ba, reasons::service_silent},
    {0x800706be, reasons::service_crashed},
    {0x80080005, reasons::service_does_not_start},
    {0x80041001, reasons::wmi_failed},
    {0x80041003, reasons::access_denied},
    {0x8004100e, reasons::wmi_no_namespace},
    {0x80041010, reasons::wmi_no_class},
    {0x80041013, reasons::wmi_provider_damaged},
    {0x80041014, reasons::wmi_does_not_start},
    {0x80041017, reasons::wmi_refuses},
    {0x80041033, reasons::wmi_stopping},
};

constexpr Meaning status_meanings[] = {
    {0xc0000022, reasons::access_denied},
    {0xc0000002, reasons::not_offered},
};

PortError failed_call(const Said& call, const Reason& written, std::span<const Meaning> meanings, std::uint32_t code) {
    for (const Meaning& meaning : meanings) {
        if (meaning.code == code) return PortError(reasons::failed_call(call, written, meaning.reason()));
    }
    return PortError(reasons::failed_call_of_unknown_meaning(call, written));
}

std::string hexadecimal(std::uint32_t code) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "0x%08x", code);
    return text.data();
}

}  // namespace

PortError windows_error(const Said& call, unsigned long code) {
    return failed_call(call, reasons::windows_error_number(code), win32_meanings, static_cast<std::uint32_t>(code));
}

PortError com_error(const Said& call, long result) {
    const auto code = static_cast<std::uint32_t>(result);
    return failed_call(call, in_words(hexadecimal(code)), com_meanings, code);
}

PortError status_error(const Said& call, long status) {
    const auto code = static_cast<std::uint32_t>(status);
    return failed_call(call, reasons::windows_status_number(hexadecimal(code)), status_meanings, code);
}

}  // namespace wardwatch
