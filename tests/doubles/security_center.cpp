// Security Center's list of antivirus products, as collectors/windows/wsc_interfaces.h declares it.

#include <windows.h>

#include <oaidl.h>
#include <oleauto.h>

#include "collectors/windows/text.h"
#include "collectors/windows/wsc_interfaces.h"
#include "tests/doubles/com_object.h"
#include "tests/doubles/described_pc.h"

namespace wardwatch::doubles {
namespace {

using nlohmann::json;

HRESULT failure(const char* call) { return static_cast<HRESULT>(fault(call).value_or(S_OK)); }

HRESULT give_text(const std::string& utf8, BSTR* text) {
    const std::wstring wide = to_wide(utf8);
    *text = SysAllocStringLen(wide.data(), static_cast<UINT>(wide.size()));
    return S_OK;
}

// Windows before 10 offers no IWscProduct3, where the days stand.
std::vector<IID> interfaces_of(const json& product) {
    std::vector<IID> ids{IID_IDispatch};
    if (product.contains("days_until_expired")) ids.push_back(wsc_product_3_id);
    return ids;
}

class Product : public ScriptableObject<IWscProduct3> {
public:
    explicit Product(const json& product) : ScriptableObject(interfaces_of(product)), product_(product) {}

    HRESULT STDMETHODCALLTYPE get_ProductName(BSTR* name) override {
        if (const HRESULT result = failure("IWscProduct::get_ProductName")) return result;
        return give_text(product_.at("name").get<std::string>(), name);
    }
    HRESULT STDMETHODCALLTYPE get_ProductState(WscProductState* state) override {
        if (const HRESULT result = failure("IWscProduct::get_ProductState")) return result;
        *state = static_cast<WscProductState>(product_.at("state").get<int>());
        return S_OK;
    }
    HRESULT STDMETHODCALLTYPE get_SignatureStatus(WscSignatureStatus* status) override {
        if (const HRESULT result = failure("IWscProduct::get_SignatureStatus")) return result;
        *status = static_cast<WscSignatureStatus>(product_.at("signature_status").get<int>());
        return S_OK;
    }
    HRESULT STDMETHODCALLTYPE get_RemediationPath(BSTR* path) override {
        return give_text(product_.value("program", ""), path);
    }
    HRESULT STDMETHODCALLTYPE get_ProductStateTimestamp(BSTR* time) override { return give_text("", time); }
    HRESULT STDMETHODCALLTYPE get_ProductGuid(BSTR* guid) override {
        if (const HRESULT result = failure("IWscProduct::get_ProductGuid")) return result;
        return give_text(product_.at("guid").get<std::string>(), guid);
    }
    HRESULT STDMETHODCALLTYPE get_ProductIsDefault(BOOL*) override { return E_NOTIMPL; }
    HRESULT STDMETHODCALLTYPE get_AntivirusScanSubstatus(int*) override { return E_NOTIMPL; }
    HRESULT STDMETHODCALLTYPE get_AntivirusSettingsSubstatus(int*) override { return E_NOTIMPL; }
    HRESULT STDMETHODCALLTYPE get_AntivirusProtectionUpdateSubstatus(int*) override { return E_NOTIMPL; }
    HRESULT STDMETHODCALLTYPE get_FirewallDomainProfileSubstatus(int*) override { return E_NOTIMPL; }
    HRESULT STDMETHODCALLTYPE get_FirewallPrivateProfileSubstatus(int*) override { return E_NOTIMPL; }
    HRESULT STDMETHODCALLTYPE get_FirewallPublicProfileSubstatus(int*) override { return E_NOTIMPL; }
    HRESULT STDMETHODCALLTYPE get_AntivirusDaysUntilExpired(DWORD* days) override {
        *days = product_.at("days_until_expired").get<DWORD>();
        return S_OK;
    }

private:
    const json& product_;
};

class ProductList : public ScriptableObject<IWSCProductList> {
public:
    ProductList() : ScriptableObject({IID_IDispatch, wsc_product_list_id}) {}

    // One list serves one Initialize, and none for other providers is described.
    HRESULT STDMETHODCALLTYPE Initialize(ULONG provider) override {
        if (const HRESULT result = failure("IWSCProductList::Initialize")) return result;
        if (products_ != nullptr || provider != wsc_provider_antivirus) return E_INVALIDARG;
        products_ = &described_pc().at("security_center");
        return S_OK;
    }
    HRESULT STDMETHODCALLTYPE get_Count(LONG* count) override {
        if (const HRESULT result = failure("IWSCProductList::get_Count")) return result;
        if (products_ == nullptr) return E_UNEXPECTED;
        *count = static_cast<LONG>(products_->size());
        return S_OK;
    }
    HRESULT STDMETHODCALLTYPE get_Item(ULONG index, IWscProduct** product) override {
        if (const HRESULT result = failure("IWSCProductList::get_Item")) return result;
        if (products_ == nullptr || index >= products_->size()) return E_INVALIDARG;
        *product = new Product(products_->at(index));
        return S_OK;
    }

private:
    const json* products_ = nullptr;
};

}  // namespace

IUnknown* make_product_list() { return new ProductList; }

}  // namespace wardwatch::doubles
