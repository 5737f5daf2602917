// SMBIOS: structures of a formatted part, whose length it says, and texts that end in two zeros.
#include <array>
#include <cstdint>

#include "agent/system/hardware.h"

namespace wardwatch {

std::string smbios_uuid(std::string_view table) {
    constexpr std::size_t header = 4;
    constexpr std::size_t uuid_at = 8;
    constexpr std::size_t uuid_size = 16;
    constexpr std::uint8_t system_information = 1;
    constexpr std::uint8_t end_of_table = 127;
    // The first three groups are numbers, low byte first.
    constexpr std::array<std::size_t, uuid_size> order{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    constexpr std::string_view digits = "0123456789abcdef";
    while (table.size() >= header) {
        const auto type = static_cast<std::uint8_t>(table[0]);
        const auto length = static_cast<std::uint8_t>(table[1]);
        if (length < header || length > table.size() || type == end_of_table) return "";
        if (type == system_information && length >= uuid_at + uuid_size) {
            std::string text;
            for (std::size_t i = 0; i < uuid_size; ++i) {
                if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
                const auto byte = static_cast<std::uint8_t>(table[uuid_at + order[i]]);
                text += digits[byte >> 4U];
                text += digits[byte & 15U];
            }
            return text;
        }
        const std::size_t texts_end = table.find(std::string_view{"\0\0", 2}, length);
        if (texts_end == std::string_view::npos) return "";
        table.remove_prefix(texts_end + 2);
    }
    return "";
}

}  // namespace wardwatch
