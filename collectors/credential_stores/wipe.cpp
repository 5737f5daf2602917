#include "collectors/credential_stores/wipe.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace wardwatch {
namespace {

sqlite3_mem_methods original;

void wiping_free(void* memory) {
    if (memory == nullptr) return;
    wipe(memory, static_cast<std::size_t>(original.xSize(memory)));
    original.xFree(memory);
}

// Never in place: the original realloc could move the block and free the old one as it is.
void* wiping_realloc(void* memory, int size) {
    void* moved = original.xMalloc(size);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, memory, static_cast<std::size_t>(std::min(size, original.xSize(memory))));
    wiping_free(memory);
    return moved;
}

bool install() noexcept {
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &original) != SQLITE_OK) return false;
    sqlite3_mem_methods methods = original;
    methods.xFree = wiping_free;
    methods.xRealloc = wiping_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &methods) == SQLITE_OK;
}

}  // namespace

void wipe(void* memory, std::size_t size) noexcept {
    if (size == 0) return;
    std::memset(memory, 0, size);
    asm volatile("" : : "r"(memory) : "memory");  // the zeros count as read, so the memset stays
}

bool wipe_sqlite_memory_on_free() noexcept {
    static const bool installed = install();
    return installed;
}

[[gnu::noinline]] void wipe_stack() noexcept {
    std::array<std::byte, 128 * 1024> frames;
    wipe(frames.data(), frames.size());
}

}  // namespace wardwatch
