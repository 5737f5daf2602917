// Names of files and folders, compared as Windows compares them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace wardwatch {

/// Two paths of Windows mean the same where these are equal: letters' case and the kind of slash do not count, nor do
/// "." and ".." and a slash at the end. For comparing only. Unicode's simple upper case of Latin (with Vietnamese),
/// Greek and Cyrillic letters stands in for NTFS's own table; letters of other scripts are taken as they are.
std::u32string folded_windows_path(const std::filesystem::path& path);

/// Equal for paths that mean the same: on Windows as above, elsewhere letter by letter.
std::u32string path_key(const std::filesystem::path& path, bool windows);
/// The keys are equal.
bool same_path(const std::filesystem::path& a, const std::filesystem::path& b, bool windows);

/// A name of ASCII letters, the way the system that it lies on compares names.
bool is_name(const std::filesystem::path& name, std::string_view ascii, bool windows);

}  // namespace wardwatch
