// The file of streams and storages that an MSI is: Microsoft, [MS-CFB], "Compound File Binary File Format", version 3
// and 4. Read only, strictly, from bytes that anybody may have made.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/tls/package_signature.h"

namespace wardwatch {

/// The file's sectors, chains and directory, checked once: every chain ends, every entry is in one place of the tree.
class CompoundFile {
public:
    /// `bytes` outlive it. Throws std::runtime_error for anything but a whole compound file.
    explicit CompoundFile(std::string_view bytes);

    struct Entry {
        PackageElement element;
        std::uint32_t first_sector = 0;
        std::uint64_t size = 0;
        std::uint32_t child = 0;  ///< the root of the tree of what is in it
        std::uint32_t left = 0;
        std::uint32_t right = 0;
    };

    const Entry& entry(std::uint32_t number) const { return entries_.at(number); }
    /// What is in a storage.
    std::vector<std::uint32_t> in(std::uint32_t storage) const;
    std::string content(const Entry& stream) const;

private:
    std::string_view sector(std::uint32_t number) const;
    std::vector<std::uint32_t> numbers(const std::vector<std::uint32_t>& sectors) const;
    std::vector<std::uint32_t> chain(const std::vector<std::uint32_t>& table, std::uint32_t first) const;
    std::string chained(std::uint32_t first) const;
    void read_tables();
    void read_entries(std::string_view directory);

    std::string_view bytes_;
    std::size_t sector_size_ = 0;
    std::uint32_t sectors_ = 0;             ///< how many the file has
    std::vector<std::uint32_t> next_;       ///< of each sector, the one that follows it
    std::vector<std::uint32_t> next_mini_;  ///< the same of the small sectors in the root's stream
    std::string mini_;                      ///< the root's stream
    std::map<std::uint32_t, Entry> entries_;
};

/// The whole of it, as a signature covers it.
std::unique_ptr<PackageStorage> package_of(const CompoundFile& file);

}  // namespace wardwatch
