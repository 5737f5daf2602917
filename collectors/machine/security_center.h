// Port: Windows Security Center (IWSCProductList, Windows 8 and later, clients only).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wardwatch {

/// WSC_SECURITY_PRODUCT_STATE, in its numeric order.
enum class AntivirusState { on, off, snoozed, expired };

struct AntivirusProduct {
    std::string name;     ///< as registered; UTF-8, may be Vietnamese
    std::string guid;     ///< "{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}"; empty when not given
    std::string program;  ///< path of the program that Windows opens for the user; empty when not given
    AntivirusState state = AntivirusState::off;
    bool definitions_current = false;
    std::optional<std::uint32_t> days_until_expired;  ///< IWscProduct3 (recent Windows 10 and 11); empty when not given
    bool windows_own = false;                         ///< Microsoft Defender, which is licensed with Windows
};

class SecurityCenter {
public:
    virtual ~SecurityCenter() = default;
    /// Never takes longer than `limit`; then PortError "timed out after N s". Before Windows 10 1709 the identifiers
    /// are WMI's, which may take `limit` again.
    virtual std::vector<AntivirusProduct> antivirus_products(std::chrono::seconds limit) const = 0;
};

}  // namespace wardwatch
