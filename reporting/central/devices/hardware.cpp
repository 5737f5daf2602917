// Which parts decide, and the key that is put over what a PC sent.
#include "reporting/central/devices/hardware.h"

#include <openssl/hmac.h>

#include <array>
#include <nlohmann/json.hpp>

#include "reporting/central/api/routes.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

constexpr std::int64_t most_reports = 1'000'000'000;

bool both(const std::string& left, const std::string& right) { return !left.empty() && !right.empty(); }
bool differ(const std::string& left, const std::string& right) { return both(left, right) && left != right; }

[[noreturn]] void bad() {
    throw ApiError(400, "bad_request",
                   "The member \"hardware\" must be an object with \"system\", \"disk\" and \"machine\" (64 hex digits "
                   "each, or empty) and \"reports\" (a number).");
}

/// With the part's name, so that equal texts of two parts are not alike.
std::string keyed(const nlohmann::json& object, const char* part, std::string_view key) {
    const auto found = object.find(part);
    if (found == object.end()) return "";
    if (!found->is_string()) bad();
    const auto& said = found->get_ref<const std::string&>();
    if (said.empty()) return "";
    if (said.size() != 64 || said.find_first_not_of("0123456789abcdef") != std::string::npos) bad();
    const std::string text = std::string{part} + ":" + said;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size) == nullptr)
        throw PkiError("HMAC-SHA256 is not available");
    return to_hex({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace

HardwareMatch match(const Hardware& known, const Hardware& said) {
    const bool parts_differ = differ(known.disk, said.disk) || differ(known.machine, said.machine);
    if (both(known.system, said.system)) {
        if (known.system != said.system) return HardwareMatch::other;
        return parts_differ ? HardwareMatch::changed : HardwareMatch::same;
    }
    if (both(known.disk, said.disk)) {
        if (known.disk != said.disk) return HardwareMatch::other;
        return parts_differ ? HardwareMatch::changed : HardwareMatch::same;
    }
    return parts_differ ? HardwareMatch::other : HardwareMatch::same;
}

Hardware updated(const Hardware& known, const Hardware& said) {
    const auto newer = [](const std::string& before, const std::string& now) { return now.empty() ? before : now; };
    return {newer(known.system, said.system), newer(known.disk, said.disk), newer(known.machine, said.machine)};
}

std::optional<HardwareSaid> read_hardware(const nlohmann::json& body, std::string_view key) {
    const auto found = body.find("hardware");
    if (found == body.end() || key.empty()) return std::nullopt;
    if (!found->is_object()) bad();
    HardwareSaid said;
    said.hardware = {keyed(*found, "system", key), keyed(*found, "disk", key), keyed(*found, "machine", key)};
    if (const auto reports = found->find("reports"); reports != found->end()) {
        if (!reports->is_number_integer()) bad();
        said.reports = reports->get<std::int64_t>();
        if (*said.reports < 0 || *said.reports > most_reports) bad();
    }
    return said.hardware.is_known() ? std::optional{said} : std::nullopt;
}

}  // namespace wardwatch
