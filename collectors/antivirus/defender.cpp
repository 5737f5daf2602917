#include "collectors/antivirus/defender.h"

#include <array>
#include <exception>
#include <utility>

#include "collectors/antivirus/dates.h"
#include "collectors/machine/wmi.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

DefenderStatus nothing_told(const Reason& reason) {
    const Unknown unknown{reason};
    return {false, unknown, unknown, unknown, unknown, unknown, unknown};
}

const WmiValue& told(const WmiRow& row, const char* property) {
    static const WmiValue null;
    const auto found = row.find(property);
    return found == row.end() ? null : found->second;
}

Unknown not_told(std::string_view property) {
    if (property == "RealTimeProtectionEnabled") return Unknown{reasons::defender_tells_no_real_time()};
    return Unknown{reasons::defender_tells_no(property)};
}

Value told_bool(const WmiRow& row, const char* property) {
    if (const bool* value = std::get_if<bool>(&told(row, property))) return *value;
    return not_told(property);
}

Value told_text(const WmiRow& row, const char* property) {
    const auto* text = std::get_if<std::string>(&told(row, property));
    if (text == nullptr || text->empty()) return not_told(property);
    return *text;
}

Value told_date(const WmiRow& row, const char* property, Instant now) {
    const auto* text = std::get_if<std::string>(&told(row, property));
    if (text == nullptr) return not_told(property);
    try {
        if (const auto date = read_date(DateForm::wmi_or_dotted, *text, now)) return *date;
    } catch (const PortError& error) {
        return Unknown{reasons::somewhere(property, error.reason())};
    }
    return not_told(property);
}

// The property holds words of the interface, the same in every language of Windows.
Value running_mode(const WmiRow& row) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> modes = {
        {{"Normal", "normal"},
         {"Passive", "passive"},
         {"Passive Mode", "passive"},
         {"SxS Passive Mode", "sxs_passive"},
         {"EDR Block Mode", "edr_block"},
         {"EDR Blocked", "edr_block"},
         {"Not running", "not_running"}}};
    const Value text = told_text(row, "AMRunningMode");
    const auto* mode = std::get_if<std::string>(&text);
    if (mode == nullptr) return text;
    for (const auto& [written, word] : modes) {
        if (*mode == written) return std::string(word);
    }
    return Unknown{reasons::defender_mode_unknown()};
}

}  // namespace

DefenderStatus read_defender(const Wmi& wmi, std::chrono::seconds limit, Instant now) {
    try {
        // Every property: older versions lack some, and naming one that is missing makes the whole query fail.
        const std::vector<WmiRow> rows =
            wmi.query("ROOT\\Microsoft\\Windows\\Defender", "SELECT * FROM MSFT_MpComputerStatus", limit);
        if (rows.empty()) return nothing_told(reasons::defender_tells_nothing());
        const WmiRow& row = rows.front();
        return {true,
                running_mode(row),
                told_bool(row, "RealTimeProtectionEnabled"),
                told_bool(row, "IsTamperProtected"),
                told_text(row, "AMProductVersion"),
                told_date(row, "AntivirusSignatureLastUpdated", now),
                told_bool(row, "DefenderSignaturesOutOfDate")};
    } catch (const std::exception& error) {
        return nothing_told(why(error));
    }
}

std::optional<bool> is_idle(const DefenderStatus& status) {
    const auto* mode = std::get_if<std::string>(&status.running_mode);
    const bool* real_time = std::get_if<bool>(&status.real_time_protection);
    if (mode != nullptr && *mode != "normal") return true;
    if (real_time == nullptr) return std::nullopt;
    return !*real_time;
}

}  // namespace wardwatch
