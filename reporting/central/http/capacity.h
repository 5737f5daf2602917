// How many PCs this machine serves at once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace wardwatch {

/// With so many descriptors and bytes of memory: of the descriptors some are needed for the database, the people and
/// the log; and connections get half of the memory at most, at 32 KiB each (docs/performance.md: 24 KiB).
inline std::size_t agent_connections(std::size_t descriptors, std::uint64_t memory) {
    constexpr std::size_t others = 128;
    constexpr std::uint64_t each = 32u << 10;
    const std::size_t by_descriptors = std::clamp<std::size_t>(descriptors, 2 * others, 1u << 20) - others;
    return std::min(by_descriptors, static_cast<std::size_t>(memory / 2 / each));
}

}  // namespace wardwatch
