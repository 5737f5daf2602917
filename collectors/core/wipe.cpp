#include "collectors/core/wipe.h"

#include <array>
#include <cstring>

namespace wardwatch {

void wipe(void* memory, std::size_t size) noexcept {
    if (size == 0) return;
    std::memset(memory, 0, size);
    asm volatile("" : : "r"(memory) : "memory");  // the zeros count as read, so the memset stays
}

[[gnu::noinline]] void wipe_stack() noexcept {
    std::array<std::byte, 128 * 1024> frames;
    wipe(frames.data(), frames.size());
}

}  // namespace wardwatch
