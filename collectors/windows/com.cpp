#include "collectors/windows/com.h"

#include <new>

#include "collectors/windows/error.h"
#include "collectors/windows/text.h"

namespace wardwatch {

ComApartment::ComApartment() { check_com("CoInitializeEx", CoInitializeEx(nullptr, COINIT_MULTITHREADED)); }

ComApartment::~ComApartment() { CoUninitialize(); }

UniqueBstr make_bstr(std::string_view utf8) {
    const std::wstring wide = to_wide(utf8);
    UniqueBstr text(SysAllocStringLen(wide.data(), static_cast<UINT>(wide.size())));
    if (!text) throw std::bad_alloc();
    return text;
}

std::string to_utf8(const UniqueBstr& text) {
    return to_utf8(std::wstring_view(text ? text.get() : L"", SysStringLen(text.get())));
}

void check_com(const Said& call, HRESULT result) {
    if (FAILED(result)) throw com_error(call, result);
}

}  // namespace wardwatch
