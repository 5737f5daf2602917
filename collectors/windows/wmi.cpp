#include "collectors/windows/wmi.h"

#include "collectors/windows/com.h"

#include <wbemcli.h>

#include <mutex>

#include "collectors/windows/error.h"
#include "collectors/windows/text.h"
#include "collectors/windows/time_limit.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

struct OwnedVariant : VARIANT {
    OwnedVariant() { VariantInit(this); }
    ~OwnedVariant() { VariantClear(this); }
    OwnedVariant(const OwnedVariant&) = delete;
    OwnedVariant& operator=(const OwnedVariant&) = delete;
};

// WMI hands out unsigned 32-bit numbers as VT_I4 and 64-bit ones as text; arrays and objects are not used by any check
// and count as null.
WmiValue value_of(const VARIANT& value, CIMTYPE type) {
    switch (value.vt) {
        case VT_BOOL:
            return value.boolVal != VARIANT_FALSE;
        case VT_UI1:
            return std::int64_t{value.bVal};
        case VT_I2:
            return std::int64_t{value.iVal};
        case VT_I4:
            if (type == CIM_UINT32) return std::int64_t{static_cast<std::uint32_t>(value.lVal)};
            return std::int64_t{value.lVal};
        case VT_BSTR:
            return to_utf8(std::wstring_view(value.bstrVal, SysStringLen(value.bstrVal)));
        default:
            return std::monostate{};
    }
}

WmiRow read_row(IWbemClassObject* object) {
    check_com("IWbemClassObject::BeginEnumeration", object->BeginEnumeration(WBEM_FLAG_NONSYSTEM_ONLY));
    WmiRow row;
    for (;;) {
        UniqueBstr name;
        OwnedVariant value;
        CIMTYPE type = 0;
        const HRESULT result = object->Next(0, name.receive(), &value, &type, nullptr);
        if (result == WBEM_S_NO_MORE_DATA) return row;
        check_com("IWbemClassObject::Next", result);
        row.emplace(to_utf8(name), value_of(value, type));
    }
}

ComPtr<IWbemServices> connect(const std::string& name_space) {
    void* made = nullptr;
    const HRESULT created = CoCreateInstance(CLSID_WbemLocator, nullptr, CLSCTX_INPROC_SERVER, IID_IWbemLocator, &made);
    check_com(reasons::creating_wmi_locator(), created, made);
    const ComPtr<IWbemLocator> locator(static_cast<IWbemLocator*>(made));
    ComPtr<IWbemServices> services;
    // Without the flag a broken repository lets the call wait for ever; with it, for two minutes.
    const HRESULT connected =
        locator->ConnectServer(make_bstr(name_space).get(), nullptr, nullptr, nullptr, WBEM_FLAG_CONNECT_USE_MAX_WAIT,
                               nullptr, nullptr, services.receive());
    check_com(reasons::connecting_to_wmi(name_space), connected, services);
    // WMI answers as the user who asks: without impersonation most namespaces refuse.
    check_com("CoSetProxyBlanket",
              CoSetProxyBlanket(services.get(), RPC_C_AUTHN_WINNT, RPC_C_AUTHZ_NONE, nullptr, RPC_C_AUTHN_LEVEL_CALL,
                                RPC_C_IMP_LEVEL_IMPERSONATE, nullptr, EOAC_NONE));
    return services;
}

// Next has a limit of its own besides TimeLimit's, so that an abandoned thread ends when WMI still answers calls.
std::vector<WmiRow> read_rows(const std::string& name_space, const std::string& wql, std::chrono::seconds limit) {
    const ComApartment apartment;
    const ComPtr<IWbemServices> services = connect(name_space);
    ComPtr<IEnumWbemClassObject> results;
    const HRESULT asked =
        services->ExecQuery(make_bstr("WQL").get(), make_bstr(wql).get(),
                            WBEM_FLAG_FORWARD_ONLY | WBEM_FLAG_RETURN_IMMEDIATELY, nullptr, results.receive());
    check_com(reasons::wmi_query(), asked, results);
    std::vector<WmiRow> rows;
    for (;;) {
        ComPtr<IWbemClassObject> object;
        ULONG returned = 0;
        const HRESULT result = results->Next(static_cast<LONG>(limit.count() * 1000), 1, object.receive(), &returned);
        check_com(reasons::wmi_query(), result);
        if (result == WBEM_S_TIMEDOUT) throw PortError(reasons::timed_out(limit.count()));
        if (result == WBEM_S_FALSE || returned == 0) return rows;
        check_com(reasons::wmi_query(), result, object);
        rows.push_back(read_row(object.get()));
    }
}

// One for each namespace: behind each stands another provider, and one that hangs says nothing about the others.
TimeLimit& time_limit_of(std::string_view name_space) {
    static std::mutex mutex;
    static std::map<std::string, TimeLimit, std::less<>> limits;
    const std::lock_guard lock(mutex);
    return limits.try_emplace(std::string(name_space)).first->second;
}

}  // namespace

std::vector<WmiRow> WindowsWmi::query(std::string_view name_space, std::string_view wql,
                                      std::chrono::seconds limit) const {
    return time_limit_of(name_space).run(limit, [name_space = std::string(name_space), wql = std::string(wql), limit] {
        return read_rows(name_space, wql, limit);
    });
}

}  // namespace wardwatch
