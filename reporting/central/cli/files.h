// Files that verbs read and write.
#pragma once

#include <string>

#include "reporting/central/cli/cli.h"

namespace wardwatch {

/// Throws StoreError for what cannot be read, and for more than 16 MiB.
std::string read_import_file(const Cli& cli, const std::string& file);
/// Says where it was written; prints the bytes themselves when `file` is empty. Throws StoreError when it cannot.
void write_file(const Cli& cli, const std::string& file, const std::string& bytes);

}  // namespace wardwatch
