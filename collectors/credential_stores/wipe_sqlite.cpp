#include "collectors/credential_stores/wipe_sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

#include "collectors/core/wipe.h"

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

bool wipe_sqlite_memory_on_free() noexcept {
    static const bool installed = install();
    return installed;
}

}  // namespace wardwatch
