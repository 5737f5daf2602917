// What every COM object of the doubles has: a count, and the interfaces it answers to.
#pragma once

#include <windows.h>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

// COM objects are destroyed by Release, so the interfaces have no virtual destructor.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

namespace wardwatch::doubles {

/// `ids`: the interfaces besides IUnknown that this object's one table of functions serves. The virtual destructor
/// comes after the interface's functions in the table.
template <class Interface>
class ComObject : public Interface {
public:
    explicit ComObject(std::vector<IID> ids) : ids_(std::move(ids)) {}
    virtual ~ComObject() = default;
    ComObject(const ComObject&) = delete;
    ComObject& operator=(const ComObject&) = delete;

    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override {
        const bool offered = id == IID_IUnknown || std::find(ids_.begin(), ids_.end(), id) != ids_.end();
        *object = offered ? this : nullptr;
        if (!offered) return E_NOINTERFACE;
        AddRef();
        return S_OK;
    }
    ULONG STDMETHODCALLTYPE AddRef() override { return ++count_; }
    ULONG STDMETHODCALLTYPE Release() override {
        const ULONG left = --count_;
        if (left == 0) delete this;
        return left;
    }

private:
    std::vector<IID> ids_;
    std::atomic<ULONG> count_ = 1;  // whoever makes it owns it
};

/// For interfaces that scripts may use; nobody here does.
template <class Interface>
class ScriptableObject : public ComObject<Interface> {
public:
    using ComObject<Interface>::ComObject;
    HRESULT STDMETHODCALLTYPE GetTypeInfoCount(UINT*) override { return E_NOTIMPL; }
    HRESULT STDMETHODCALLTYPE GetTypeInfo(UINT, LCID, ITypeInfo**) override { return E_NOTIMPL; }
    HRESULT STDMETHODCALLTYPE GetIDsOfNames(REFIID, LPOLESTR*, UINT, LCID, DISPID*) override { return E_NOTIMPL; }
    HRESULT STDMETHODCALLTYPE Invoke(DISPID, REFIID, LCID, WORD, DISPPARAMS*, VARIANT*, EXCEPINFO*, UINT*) override {
        return E_NOTIMPL;
    }
};

// The two classes behind DllGetClassObject.
IUnknown* make_product_list();
IUnknown* make_wmi_locator();

}  // namespace wardwatch::doubles
