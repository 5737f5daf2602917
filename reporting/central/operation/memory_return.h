// Memory that was freed goes back to the system.
#pragma once

#include <cstdint>

namespace wardwatch {

/// glibc keeps what was freed between things that stay: when many PCs connect at once, a third of what their
/// connections weigh. One thread at a time.
class MemoryReturn {
public:
    /// Gives back what is free when the process has grown since it last did. Cheap where it has not.
    void look();

private:
    std::uint64_t resident_ = 0;  ///< bytes, after the last time
};

}  // namespace wardwatch
