// The one owner of operating-system resources: handles, buffers, file descriptors, COM pointers.
#pragma once

#include <utility>

namespace wardwatch {

/// Owns one resource and releases it once. Each kind of resource is an alias:
///
///     struct RegistryKeyTraits {
///         static HKEY none() { return nullptr; }
///         static void release(HKEY key) noexcept { RegCloseKey(key); }
///     };
///     using UniqueRegistryKey = UniqueResource<HKEY, RegistryKeyTraits>;
///
/// Move only. Not thread safe.
template <class Handle, class Traits>
class UniqueResource {
public:
    UniqueResource() = default;
    explicit UniqueResource(Handle handle) : handle_(handle) {}
    UniqueResource(UniqueResource&& other) noexcept : handle_(other.give_up()) {}
    UniqueResource& operator=(UniqueResource&& other) noexcept {
        if (this != &other) reset(other.give_up());
        return *this;
    }
    UniqueResource(const UniqueResource&) = delete;
    UniqueResource& operator=(const UniqueResource&) = delete;
    ~UniqueResource() { reset(); }

    Handle get() const { return handle_; }
    explicit operator bool() const { return handle_ != Traits::none(); }
    /// For handles that are pointers to objects.
    Handle operator->() const { return handle_; }

    /// Where a system call stores a new handle; releases what is owned first.
    Handle* receive() {
        reset();
        return &handle_;
    }
    void reset(Handle handle = Traits::none()) noexcept {
        const Handle old = std::exchange(handle_, handle);
        if (old != Traits::none()) Traits::release(old);
    }
    /// Ends the ownership without releasing.
    Handle give_up() noexcept { return std::exchange(handle_, Traits::none()); }

private:
    Handle handle_ = Traits::none();
};

}  // namespace wardwatch
