// COM: threads, objects and texts.
#pragma once

#include <windows.h>

#include <oleauto.h>

#include <string>

#include "collectors/core/reason.h"
#include "collectors/core/unique_resource.h"

namespace wardwatch {

/// Initialises COM (multithreaded) for the current thread while it lives. Throws PortError.
class ComApartment {
public:
    ComApartment();
    ~ComApartment();
    ComApartment(const ComApartment&) = delete;
    ComApartment& operator=(const ComApartment&) = delete;
};

template <class Interface>
struct ComTraits {
    static Interface* none() { return nullptr; }
    static void release(Interface* object) noexcept { object->Release(); }
};
template <class Interface>
using ComPtr = UniqueResource<Interface*, ComTraits<Interface>>;

struct BstrTraits {
    static BSTR none() { return nullptr; }
    static void release(BSTR text) noexcept { SysFreeString(text); }
};
using UniqueBstr = UniqueResource<BSTR, BstrTraits>;

/// A copy for COM. Throws std::bad_alloc.
UniqueBstr make_bstr(std::string_view utf8);

/// A null BSTR is an empty text.
std::string to_utf8(const UniqueBstr& text);

/// Throws PortError naming the call when `result` says failure.
void check_com(const Said& call, HRESULT result);

/// The same for a call that hands out an object: some answer "success" and give none.
template <class Object>
void check_com(const Said& call, HRESULT result, const Object& object) {
    check_com(call, result);
    if (!object) check_com(call, E_POINTER);
}

}  // namespace wardwatch
