// Files for the owner of a private key alone, in the age format (C2SP), by Debian's program age.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace wardwatch {

/// Whether the file's head is that of an encrypted one.
bool is_encrypted(const std::filesystem::path& file);

/// Into a new file that each recipient ("age1…", or an SSH public key) can open, and nobody else: not we either. Throws
/// std::runtime_error that says what to do.
void encrypt_file(const std::filesystem::path& from, const std::filesystem::path& to,
                  const std::vector<std::string>& recipients);

/// Into a new file, with the private key that the identity file holds. The whole is authentic, or it throws
/// std::runtime_error that says what to do.
void decrypt_file(const std::filesystem::path& from, const std::filesystem::path& to,
                  const std::filesystem::path& identity);

}  // namespace wardwatch
