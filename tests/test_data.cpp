#include "tests/test_data.h"

namespace wardwatch {

// The only compilation that knows the checkout's place: the others come out of the compiler cache in every checkout.
std::filesystem::path test_data() { return WARDWATCH_TEST_DATA; }

}  // namespace wardwatch
