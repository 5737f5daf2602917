// A tar of a few files, by libarchive.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "collectors/core/fact.h"

struct archive;

namespace wardwatch {

/// Writes a new file, for its owner alone. Errors throw std::runtime_error with the cause.
class TarWriter {
public:
    /// Throws when the file is there already.
    explicit TarWriter(const std::filesystem::path& file);
    ~TarWriter();
    TarWriter(const TarWriter&) = delete;
    TarWriter& operator=(const TarWriter&) = delete;

    void add(const std::string& name, const std::string& bytes, Instant now);
    /// Returns the SHA-256 of what was written.
    std::string add_file(const std::string& name, const std::filesystem::path& file, Instant now);
    /// Everything is on the disk afterwards.
    void finish();

private:
    void header(const std::string& name, std::uintmax_t size, Instant now);
    void write(std::string_view bytes);

    int descriptor_ = -1;
    archive* archive_ = nullptr;
};

/// 64 lower-case hex digits. Throws std::runtime_error for a file that cannot be read.
std::string file_sha256(const std::filesystem::path& file);

/// Calls `each` for every regular file, with its name and a function that gives the next piece, empty at the end. Other
/// kinds of entries, and names that are no plain file names, throw std::runtime_error.
void read_tar(const std::filesystem::path& file,
              const std::function<void(const std::string& name, const std::function<std::string_view()>& next)>& each);

}  // namespace wardwatch
