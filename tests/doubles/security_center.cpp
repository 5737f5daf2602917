// Security Center's list of antivirus products, as collectors/windows/wsc_interfaces.h declares it.

#include <windows.h>

#include <oaidl.h>
#include <oleauto.h>

#include <cstdio>
#include <cstdlib>

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

/// IWscProduct before Windows 10 1709: a table of 12 entries. Whoever calls the next ones as those of the later table
/// is told so and ended, where a Windows would call whatever lies behind the table.
struct ShortWscProduct : IDispatch {
    virtual HRESULT STDMETHODCALLTYPE get_ProductName(BSTR* name) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_ProductState(WscProductState* state) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_SignatureStatus(WscSignatureStatus* status) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_RemediationPath(BSTR* path) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_ProductStateTimestamp(BSTR* time) = 0;
    virtual HRESULT STDMETHODCALLTYPE behind_the_table() = 0;
    virtual HRESULT STDMETHODCALLTYPE further_behind_the_table() = 0;
};

// The days stand in IWscProduct3; a Windows that has its table may lack a product that answers to it.
std::vector<IID> interfaces_of(const json& product) {
    std::vector<IID> ids{IID_IDispatch, wsc_product_id};
    if (!product.at("long_table").get<bool>()) return ids;
    ids.push_back(wsc_product_2_id);
    if (product.contains("days_until_expired")) ids.push_back(wsc_product_3_id);
    return ids;
}

/// What both tables have.
template <class Interface>
class CommonProduct : public ScriptableObject<Interface> {
public:
    explicit CommonProduct(const json& product)
        : ScriptableObject<Interface>(interfaces_of(product)), product_(product) {}

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

protected:
    const json& product_;
};

class ShortProduct : public CommonProduct<ShortWscProduct> {
public:
    using CommonProduct::CommonProduct;
    HRESULT STDMETHODCALLTYPE behind_the_table() override { return end(); }
    HRESULT STDMETHODCALLTYPE further_behind_the_table() override { return end(); }

private:
    [[noreturn]] static HRESULT end() {
        std::fputs("a call behind the 12 entries of IWscProduct's table\n", stderr);
        std::abort();
    }
};

class LongProduct : public CommonProduct<IWscProduct3> {
public:
    using CommonProduct::CommonProduct;
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
};

/// Both tables have one identifier: the caller gets the same pointer for either.
IWscProduct* make_product(const json& product) {
    if (product.at("long_table").get<bool>()) return new LongProduct(product);
    void* as_told = static_cast<ShortWscProduct*>(new ShortProduct(product));
    return static_cast<IWscProduct*>(as_told);
}

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
        *product = make_product(products_->at(index));
        return S_OK;
    }

private:
    const json* products_ = nullptr;
};

}  // namespace

IUnknown* make_product_list() { return new ProductList; }

}  // namespace wardwatch::doubles
