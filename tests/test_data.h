// Where the files that tests open lie.
#pragma once

#include <filesystem>

namespace wardwatch {

/// The folder `tests` of the checkout: machines, documents, fixtures.
std::filesystem::path test_data();

}  // namespace wardwatch
