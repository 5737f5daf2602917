// Lines of a text.
#include "reporting/central/operation/config_place.h"

#include <algorithm>
#include <string>

namespace wardwatch {

std::size_t line_at(std::string_view text, std::size_t byte) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(byte, text.size()));
    return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

std::size_t line_of_place(std::string_view text, std::string_view place) {
    std::size_t at = 0;
    while (!place.empty()) {
        const std::size_t end = place.find_first_of(".[");
        const std::string name = "\"" + std::string{place.substr(0, end)} + "\"";
        const std::size_t found = text.find(name, at);
        if (found != std::string_view::npos) at = found;
        place.remove_prefix(end == std::string_view::npos ? place.size() : end + 1);
    }
    return line_at(text, at);
}

}  // namespace wardwatch
