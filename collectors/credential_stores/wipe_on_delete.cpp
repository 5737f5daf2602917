// Replaces the global operator delete so that freed memory is overwritten. Linked into the agent's executable only,
// and not under sanitizers, which replace it themselves. The array, sized and nothrow forms of libstdc++ end here; the
// forms for over-aligned types do not, and nothing that holds a browser's data is over-aligned.
#include <malloc.h>

#include <cstdlib>
#include <new>

#include "collectors/core/wipe.h"

namespace {

std::size_t usable_size(void* memory) noexcept {
#ifdef _WIN32
    return _msize(memory);
#else
    return malloc_usable_size(memory);
#endif
}

}  // namespace

void* operator new(std::size_t size) {
    while (true) {
        if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
        const std::new_handler handler = std::get_new_handler();
        if (handler == nullptr) throw std::bad_alloc();
        handler();
    }
}

void operator delete(void* memory) noexcept {
    if (memory == nullptr) return;
    wardwatch::wipe(memory, usable_size(memory));
    std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
