// Keeps what browsers saved out of memory that is no longer in use: a crash dump must not hold a host, user or secret.
// What is copied where, and who overwrites it:
//   file buffers                     SecretBytes (collectors/machine/files.h)
//   SQLite's pages, rows and values  wipe_sqlite_memory_on_free() (collectors/credential_stores/wipe_sqlite.h)
//   our own strings and JSON tokens  WipingAllocator, WipedString
//   everything else on the heap      wipe_on_delete.cpp, which the agent's executable links
//   dead stack frames                wipe_stack(), at the end of the collector
#pragma once

#include <cstddef>
#include <new>
#include <string>

namespace wardwatch {

/// Overwrites memory with zeros; the compiler never removes it.
void wipe(void* memory, std::size_t size) noexcept;

/// Overwrites memory before it is given back.
template <class T>
struct WipingAllocator {
    using value_type = T;
    WipingAllocator() noexcept = default;
    template <class Other>
    WipingAllocator(const WipingAllocator<Other>&) noexcept {}
    T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T))); }
    void deallocate(T* memory, std::size_t count) noexcept {
        wipe(memory, count * sizeof(T));
        ::operator delete(memory);
    }
    template <class Other>
    bool operator==(const WipingAllocator<Other>&) const noexcept {
        return true;
    }
};

/// A short WipedString lies inside its owner: on the stack (see wipe_stack) or in a container with WipingAllocator.
using WipedString = std::basic_string<char, std::char_traits<char>, WipingAllocator<char>>;

/// Overwrites the 128 KiB of stack below the caller, where the frames of returned functions lie.
void wipe_stack() noexcept;

}  // namespace wardwatch
