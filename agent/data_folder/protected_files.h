// The data folder and the files in it: for the system and administrators only, and never half written.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardwatch {

/// %ProgramData%\Wardwatch or /var/lib/wardwatch.
std::filesystem::path default_data_folder();

/// Makes the folder if need be, with rights for SYSTEM and Administrators only (0700 on Linux) from the first moment
/// on, and puts such rights back on one that exists; on Windows also on the files in it. On Windows what belongs to an
/// ordinary user, a folder, a file or a link, is set aside, and the folder made. Returns what others had had rights to:
/// the folder, names of files. Throws std::runtime_error with what to do: a link, on Linux someone else's folder.
std::vector<std::string> protect_folder(const std::filesystem::path& folder);

/// Windows: renames it, with what is in it, to the next free "….not-ours-1"; its new path. Throws std::runtime_error:
/// somebody holds a file in it open.
std::filesystem::path set_aside(const std::filesystem::path& folder);

/// Deletes the folder and the files in it. True when it is gone. Follows no links; what another program holds open is
/// tried again for a few seconds. Never throws for a file that cannot be deleted.
bool remove_folder(const std::filesystem::path& folder);

/// The whole file; empty when it does not exist. Throws std::runtime_error when it exists but cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& file);

/// Replaces the file in one step: after a power cut there is the old content or the new one. Throws std::runtime_error.
void write_file(const std::filesystem::path& file, std::string_view content);

/// Encrypts for this PC (DPAPI, machine scope) on Windows; elsewhere the folder's rights protect and this changes
/// nothing.
std::string seal(std::string_view secret);
/// The inverse; throws std::runtime_error for what this PC did not seal.
std::string unseal(std::string_view sealed);

/// UTF-8, whatever the system's own encoding of paths.
inline std::string utf8(const std::filesystem::path& path) {
    const std::u8string text = path.u8string();
    return {text.begin(), text.end()};
}
inline std::filesystem::path utf8_path(std::string_view text) { return {std::u8string(text.begin(), text.end())}; }

}  // namespace wardwatch
