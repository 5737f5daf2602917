// The size is read from the system, and glibc is asked to let go.
#include "reporting/central/operation/memory_return.h"

#include <malloc.h>
#include <unistd.h>

#include <fstream>

namespace wardwatch {

namespace {

constexpr std::uint64_t worth_it = 8u << 20;

std::uint64_t resident() {
    std::ifstream statm{"/proc/self/statm"};
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    statm >> all >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

void MemoryReturn::look() {
    if (resident() < resident_ + worth_it) return;
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    resident_ = resident();
}

}  // namespace wardwatch
