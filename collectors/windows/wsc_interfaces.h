// Windows Security Center's COM interfaces. mingw-w64 has no iwscapi.h, so they are declared here from the public
// interface metadata: the order of the functions is the order in the object's table and must not change.
#pragma once

#include <windows.h>

#include <oaidl.h>

namespace wardwatch {

constexpr CLSID wsc_product_list_class = {0x17072F7B, 0x9ABE, 0x4A74, {0xA2, 0x61, 0x1E, 0xB7, 0x6B, 0x55, 0x10, 0x7A}};
constexpr IID wsc_product_list_id = {0x722A338C, 0x6E8E, 0x4E72, {0xAC, 0x27, 0x14, 0x17, 0xFB, 0x0C, 0x81, 0xC2}};
constexpr IID wsc_product_id = {0x8C38232E, 0x3A45, 0x4A27, {0x92, 0xB0, 0x1A, 0x16, 0xA9, 0x75, 0xF6, 0x69}};
constexpr IID wsc_product_2_id = {0xF896CA54, 0xFE09, 0x4403, {0x86, 0xD4, 0x23, 0xCB, 0x48, 0x8D, 0x81, 0xD8}};
constexpr IID wsc_product_3_id = {0x55536524, 0xD1D1, 0x4726, {0x8C, 0x7C, 0x04, 0x99, 0x6A, 0x19, 0x04, 0xE7}};

constexpr ULONG wsc_provider_antivirus = 4;

enum WscProductState : int { wsc_on = 0, wsc_off = 1, wsc_snoozed = 2, wsc_expired = 3 };
enum WscSignatureStatus : int { wsc_out_of_date = 0, wsc_up_to_date = 1 };

// COM objects are destroyed by Release, so the interfaces have no virtual destructor: it would take places in the
// table.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

/// One identifier, two tables: in the SDKs up to 10.0.14393 it ends after get_ProductStateTimestamp (12 entries with
/// IDispatch's), from 10.0.16299 on it has the last two as well. They may be called only of an object that also answers
/// to IWscProduct2, which came with them.
struct IWscProduct : IDispatch {
    virtual HRESULT STDMETHODCALLTYPE get_ProductName(BSTR* name) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_ProductState(WscProductState* state) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_SignatureStatus(WscSignatureStatus* status) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_RemediationPath(BSTR* path) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_ProductStateTimestamp(BSTR* time) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_ProductGuid(BSTR* guid) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_ProductIsDefault(BOOL* is_default) = 0;
};

/// Windows 10 1709 and later. Its own functions are not called; they hold places in the table.
struct IWscProduct2 : IWscProduct {
    virtual HRESULT STDMETHODCALLTYPE get_AntivirusScanSubstatus(int* status) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_AntivirusSettingsSubstatus(int* status) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_AntivirusProtectionUpdateSubstatus(int* status) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_FirewallDomainProfileSubstatus(int* status) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_FirewallPrivateProfileSubstatus(int* status) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_FirewallPublicProfileSubstatus(int* status) = 0;
};

/// Recent Windows 10 and Windows 11: a table of 21 entries.
struct IWscProduct3 : IWscProduct2 {
    virtual HRESULT STDMETHODCALLTYPE get_AntivirusDaysUntilExpired(DWORD* days) = 0;
};

struct IWSCProductList : IDispatch {
    virtual HRESULT STDMETHODCALLTYPE Initialize(ULONG provider) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_Count(LONG* count) = 0;
    virtual HRESULT STDMETHODCALLTYPE get_Item(ULONG index, IWscProduct** product) = 0;
};

#pragma GCC diagnostic pop

}  // namespace wardwatch
