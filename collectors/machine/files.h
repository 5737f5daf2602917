// Port: files under users' homes. They are hostile input that a privileged service reads, and they belong to programs
// that are running: nothing here locks, changes or keeps them open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

namespace wardwatch {

/// `busy`: another program holds the file so that it cannot be read at this moment; trying again may work.
enum class ReadStatus { ok, absent, access_denied, too_large, not_a_file, busy };

/// Bytes that are overwritten before their memory is given back.
class SecretBytes {
public:
    SecretBytes() = default;
    explicit SecretBytes(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}
    SecretBytes(SecretBytes&&) noexcept = default;
    SecretBytes& operator=(SecretBytes&& other) noexcept;
    SecretBytes(const SecretBytes&) = delete;
    SecretBytes& operator=(const SecretBytes&) = delete;
    ~SecretBytes();

    const std::byte* data() const { return bytes_.data(); }
    std::byte* data() { return bytes_.data(); }
    std::size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }
    bool operator==(const SecretBytes&) const = default;

private:
    std::vector<std::byte> bytes_;
};

struct FileRead {
    ReadStatus status = ReadStatus::absent;
    SecretBytes bytes;  ///< empty unless ok
};

struct DirectoryEntry {
    std::filesystem::path name;  ///< leaf name
    bool directory = false;      ///< a real folder: a junction or symbolic link is listed as neither folder nor file
    bool regular_file = false;
};

class Files {
public:
    virtual ~Files() = default;
    /// The whole file through one short handle that shares read, write and delete. Refuses (access_denied) a path
    /// that leads out of `home` through a link, and (not_a_file) what is not a regular file.
    virtual FileRead read(const std::filesystem::path& home, const std::filesystem::path& file,
                          std::uint64_t limit) const = 0;
    /// Entries ordered by name; empty when the folder is absent. Throws PortError when it exists but cannot be listed
    /// or leads out of `home` through a link.
    virtual std::vector<DirectoryEntry> list(const std::filesystem::path& home,
                                             const std::filesystem::path& folder) const = 0;
    /// Where a folder that `list` has listed lies, all links resolved, so that one folder under two names is known to
    /// be one; as it is given where no link is followed.
    virtual std::filesystem::path real_folder(const std::filesystem::path& folder) const { return folder; }
};

}  // namespace wardwatch
