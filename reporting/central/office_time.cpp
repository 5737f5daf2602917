#include "reporting/central/office_time.h"

namespace wardwatch {

std::string vietnam_time(Instant instant) {
    std::string text = format_instant(instant + std::chrono::hours{7}).substr(0, 16);
    text[10] = ' ';
    return text + " +07";
}

}  // namespace wardwatch
