// No installer leaves a token here.
#include <stdexcept>

#include "agent/enrolment/enrolment_key.h"

namespace wardwatch {

std::optional<EnrolmentOrder> read_enrolment_order() { return std::nullopt; }

void keep_enrolment_token(const std::string&) {
    throw std::runtime_error("on this system there is no installer to keep a token for: run `wardwatch enroll`");
}

void forget_enrolment_token() {}

bool repair_enrolment_key() { return false; }

}  // namespace wardwatch
