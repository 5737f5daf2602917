// A hash instead of a name.
#include "reporting/central/audit/person_mark.h"

#include "reporting/central/formats/text_fold.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

std::string person_mark(std::string_view name) {
    constexpr std::size_t shown = 16;
    return sha256_hex("wardwatch person " + without_case(name)).substr(0, shown);
}

}  // namespace wardwatch
