// The entry points of an in-process COM server: Security Center's list of products and WMI's locator.

#include <windows.h>

#include <oaidl.h>
#include <wbemcli.h>

#include "collectors/windows/wsc_interfaces.h"
#include "tests/doubles/com_object.h"

namespace wardwatch::doubles {
namespace {

class Factory : public ComObject<IClassFactory> {
public:
    explicit Factory(IUnknown* (*make)()) : ComObject({IID_IClassFactory}), make_(make) {}

    HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* outer, REFIID id, void** object) override {
        *object = nullptr;
        if (outer != nullptr) return CLASS_E_NOAGGREGATION;
        IUnknown* made = make_();
        const HRESULT result = made->QueryInterface(id, object);
        made->Release();
        return result;
    }
    HRESULT STDMETHODCALLTYPE LockServer(BOOL) override { return S_OK; }

private:
    IUnknown* (*make_)();
};

HRESULT give(IUnknown* (*make)(), REFIID id, void** object) {
    auto* factory = new Factory(make);
    const HRESULT result = factory->QueryInterface(id, object);
    factory->Release();
    return result;
}

}  // namespace
}  // namespace wardwatch::doubles

using namespace wardwatch;

STDAPI DllGetClassObject(REFCLSID class_id, REFIID id, void** object) {
    if (class_id == wsc_product_list_class) return doubles::give(doubles::make_product_list, id, object);
    if (class_id == CLSID_WbemLocator) return doubles::give(doubles::make_wmi_locator, id, object);
    *object = nullptr;
    return CLASS_E_CLASSNOTAVAILABLE;
}

STDAPI DllCanUnloadNow() { return S_FALSE; }
