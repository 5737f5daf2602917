#include "collectors/credential_stores/primary_password.h"

#include <utility>

#include "collectors/credential_stores/store_database.h"

namespace wardwatch {
namespace {

using namespace std::string_view_literals;

constexpr unsigned char sequence = 0x30;
constexpr unsigned char octets = 0x04;
constexpr unsigned char integer = 0x02;
constexpr unsigned char object = 0x06;
constexpr std::string_view pbes2 = "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"sv;
constexpr std::string_view pbkdf2 = "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"sv;

// Removes one DER value with this tag from the front and returns its content. A failure empties `der`, so that a chain
// of calls needs one check at its end.
std::string_view take(std::string_view& der, unsigned char tag) {
    const auto byte = [&der](std::size_t i) { return static_cast<unsigned char>(der[i]); };
    if (der.size() < 2 || byte(0) != tag) return der = {};
    std::size_t length = byte(1);
    std::size_t header = 2;
    if (length >= 0x80) {
        const std::size_t count = length & 0x7F;
        if (count == 0 || count > 3 || der.size() < 2 + count) return der = {};
        length = 0;
        for (std::size_t i = 0; i < count; ++i) length = length << 8 | byte(2 + i);
        header += count;
    }
    if (der.size() - header < length) return der = {};
    const std::string_view content = der.substr(header, length);
    der.remove_prefix(header + length);
    return content;
}

}  // namespace

std::optional<unsigned> pbkdf2_iterations(std::string_view der) {
    std::string_view whole = take(der, sequence);
    std::string_view algorithm = take(whole, sequence);
    if (take(algorithm, object) != pbes2) return std::nullopt;
    std::string_view parameters = take(algorithm, sequence);
    std::string_view derivation = take(parameters, sequence);
    if (take(derivation, object) != pbkdf2) return std::nullopt;
    std::string_view derivation_parameters = take(derivation, sequence);
    take(derivation_parameters, octets);
    const std::string_view count = take(derivation_parameters, integer);
    if (count.empty() || count.size() > 3) return std::nullopt;
    unsigned value = 0;
    for (const char c : count) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

PrimaryPassword read_primary_password(Snapshot key4) {
    if (key4.status != StoreStatus::ok) return {key4.status, std::nullopt};
    try {
        PrimaryPassword result{StoreStatus::ok, std::nullopt};
        const StoreDatabase database(std::move(key4), {"metadata", {"id", "item2"}});
        database.for_each_row([&result](const Row& row) {
            if (row.bytes(0) != "password") return;
            const std::optional<unsigned> iterations = pbkdf2_iterations(row.bytes(1));
            if (iterations == 1u) result.set = false;
            if (iterations == 10'000u) result.set = true;
        });
        return result;
    } catch (const StoreError& error) {
        return {error.status(), std::nullopt};
    }
}

}  // namespace wardwatch
