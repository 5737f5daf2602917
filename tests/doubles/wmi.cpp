// WMI: the namespaces, classes and rows that are described, and no others.

#include <windows.h>

#include <oleauto.h>
#include <wbemcli.h>

#include <regex>

#include "collectors/windows/text.h"
#include "tests/doubles/com_object.h"
#include "tests/doubles/described_pc.h"
#include "tests/doubles/unused_wmi.h"

namespace wardwatch::doubles {
namespace {

using nlohmann::json;

BSTR make_text(const std::string& utf8) {
    const std::wstring wide = to_wide(utf8);
    return SysAllocStringLen(wide.data(), static_cast<UINT>(wide.size()));
}

bool same_name(const std::string& a, const std::string& b) {
    return _wcsicmp(to_wide(a).c_str(), to_wide(b).c_str()) == 0;
}

void give_text(const std::string& text, VARIANT* value) {
    value->vt = VT_BSTR;
    value->bstrVal = make_text(text);
}

// As WMI does: 32-bit numbers as VT_I4 whatever their sign, 64-bit ones as text.
CIMTYPE give_number(std::int64_t number, VARIANT* value) {
    const auto low = static_cast<std::uint32_t>(number);
    if (number != std::int64_t{low} && number != std::int64_t{static_cast<std::int32_t>(low)}) {
        give_text(std::to_string(number), value);
        return number < 0 ? CIM_SINT64 : CIM_UINT64;
    }
    value->vt = VT_I4;
    value->lVal = static_cast<LONG>(low);
    return number < 0 ? CIM_SINT32 : CIM_UINT32;
}

CIMTYPE give_value(const json& data, VARIANT* value) {
    VariantInit(value);
    if (data.is_null()) {
        value->vt = VT_NULL;
        return CIM_STRING;
    }
    if (data.is_boolean()) {
        value->vt = VT_BOOL;
        value->boolVal = data.get<bool>() ? VARIANT_TRUE : VARIANT_FALSE;
        return CIM_BOOLEAN;
    }
    if (data.is_number_integer()) return give_number(data.get<std::int64_t>(), value);
    const std::string text = data.get<std::string>();
    give_text(text, value);
    static const std::regex date(R"(\d{14}\.\d{6}[+-]\d{3})");
    return std::regex_match(text, date) ? CIM_DATETIME : CIM_STRING;
}

class Row : public UnusedClassObject {
public:
    explicit Row(const json& columns) : UnusedClassObject({IID_IWbemClassObject}), columns_(columns) {}

    HRESULT STDMETHODCALLTYPE Get(LPCWSTR name, LONG, VARIANT* value, CIMTYPE* type, LONG*) override {
        for (const auto& [column, data] : columns_.items()) {
            if (!same_name(column, to_utf8(name))) continue;
            const CIMTYPE given = give_value(data, value);
            if (type) *type = given;
            return WBEM_S_NO_ERROR;
        }
        return static_cast<HRESULT>(WBEM_E_NOT_FOUND);
    }
    HRESULT STDMETHODCALLTYPE BeginEnumeration(LONG) override {
        next_ = columns_.begin();
        return WBEM_S_NO_ERROR;
    }
    HRESULT STDMETHODCALLTYPE Next(LONG, BSTR* name, VARIANT* value, CIMTYPE* type, LONG*) override {
        if (next_ == columns_.end()) return WBEM_S_NO_MORE_DATA;
        *name = make_text(next_.key());
        *type = give_value(next_.value(), value);
        ++next_;
        return WBEM_S_NO_ERROR;
    }
    HRESULT STDMETHODCALLTYPE EndEnumeration() override { return WBEM_S_NO_ERROR; }

private:
    const json& columns_;
    json::const_iterator next_ = columns_.end();
};

/// Semisynchronous, as the product asks: what is wrong with the query shows at the first Next.
class Results : public UnusedEnumeration {
public:
    Results(std::string name_space, const json* table)
        : UnusedEnumeration({IID_IEnumWbemClassObject}), name_space_(std::move(name_space)), table_(table) {}

    HRESULT STDMETHODCALLTYPE Next(LONG, ULONG count, IWbemClassObject** objects, ULONG* returned) override {
        *returned = 0;
        if (table_ == nullptr) return static_cast<HRESULT>(WBEM_E_INVALID_CLASS);
        const std::string query = "the WMI query " + name_space_ + ":" + table_->at("class").get<std::string>();
        if (const auto code = fault(query)) return static_cast<HRESULT>(*code);
        for (; *returned < count && next_ < table_->at("rows").size(); ++next_) {
            objects[(*returned)++] = new Row(table_->at("rows").at(next_));
        }
        return *returned == count ? WBEM_S_NO_ERROR : WBEM_S_FALSE;
    }

private:
    std::string name_space_;
    const json* table_;
    std::size_t next_ = 0;
};

// "SELECT a, b FROM Class WHERE …" → "Class"; WHERE is not evaluated.
std::string class_of(const std::string& wql) {
    static const std::regex query(R"(\s*SELECT\s+.+\s+FROM\s+(\w+)(\s+WHERE\s+.+)?\s*)", std::regex::icase);
    std::smatch parts;
    return std::regex_match(wql, parts, query) ? parts[1].str() : std::string();
}

class Services : public UnusedServices {
public:
    explicit Services(std::string name_space)
        : UnusedServices({IID_IWbemServices}), name_space_(std::move(name_space)) {}

    HRESULT STDMETHODCALLTYPE QueryInterface(REFIID id, void** object) override;
    HRESULT STDMETHODCALLTYPE ExecQuery(const BSTR language, const BSTR query, LONG, IWbemContext*,
                                        IEnumWbemClassObject** results) override {
        if (std::wstring_view(language) != L"WQL") return static_cast<HRESULT>(WBEM_E_INVALID_QUERY_TYPE);
        const std::string name = class_of(to_utf8(query));
        if (name.empty()) return static_cast<HRESULT>(WBEM_E_INVALID_QUERY);
        const json* found = nullptr;
        for (const json& table : described_pc().at("wmi")) {
            const bool here = same_name(table.at("namespace"), name_space_) && same_name(table.at("class"), name);
            if (here) found = &table;
        }
        *results = new Results(name_space_, found);
        return WBEM_S_NO_ERROR;
    }

private:
    std::string name_space_;
};

// CoSetProxyBlanket asks a proxy for this interface; the object itself is no proxy.
class Security : public ComObject<IClientSecurity> {
public:
    Security() : ComObject({IID_IClientSecurity}) {}
    HRESULT STDMETHODCALLTYPE QueryBlanket(IUnknown*, DWORD*, DWORD*, OLECHAR**, DWORD*, DWORD*, void**,
                                           DWORD*) override {
        return E_NOTIMPL;
    }
    // What WMI needs of a caller on this PC: without impersonation most namespaces refuse.
    HRESULT STDMETHODCALLTYPE SetBlanket(IUnknown*, DWORD, DWORD, OLECHAR*, DWORD, DWORD level, void*, DWORD) override {
        return level >= RPC_C_IMP_LEVEL_IMPERSONATE ? S_OK : E_INVALIDARG;
    }
    HRESULT STDMETHODCALLTYPE CopyProxy(IUnknown*, IUnknown**) override { return E_NOTIMPL; }
};

HRESULT Services::QueryInterface(REFIID id, void** object) {
    if (id != IID_IClientSecurity) return UnusedServices::QueryInterface(id, object);
    *object = new Security;
    return S_OK;
}

class Locator : public ComObject<IWbemLocator> {
public:
    Locator() : ComObject({IID_IWbemLocator}) {}

    HRESULT STDMETHODCALLTYPE ConnectServer(const BSTR resource, const BSTR, const BSTR, const BSTR, LONG, const BSTR,
                                            IWbemContext*, IWbemServices** services) override {
        const std::string name_space = to_utf8(resource);
        if (const auto code = fault("connecting to WMI")) return static_cast<HRESULT>(*code);
        if (const auto code = fault("connecting to WMI " + name_space)) return static_cast<HRESULT>(*code);
        for (const json& table : described_pc().at("wmi")) {
            if (!same_name(table.at("namespace"), name_space)) continue;
            *services = new Services(name_space);
            return WBEM_S_NO_ERROR;
        }
        return static_cast<HRESULT>(WBEM_E_INVALID_NAMESPACE);
    }
};

}  // namespace

IUnknown* make_wmi_locator() { return new Locator; }

}  // namespace wardwatch::doubles
