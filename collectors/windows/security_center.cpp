#include "collectors/windows/security_center.h"

#include <algorithm>

#include "collectors/machine/product_state.h"
#include "collectors/windows/com.h"
#include "collectors/windows/error.h"
#include "collectors/windows/product_identifiers.h"
#include "collectors/windows/time_limit.h"
#include "collectors/windows/wmi.h"
#include "collectors/windows/wsc_interfaces.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

// S_FALSE is a success without an answer: what was asked for keeps the value that it had.
void check_answer(const char* call, HRESULT result) {
    if (result != S_OK) throw com_error(call, result);
}

AntivirusState state_of(IWscProduct* product) {
    WscProductState state{};
    check_answer("IWscProduct::get_ProductState", product->get_ProductState(&state));
    switch (state) {
        case wsc_on:
            return AntivirusState::on;
        case wsc_off:
            return AntivirusState::off;
        case wsc_snoozed:
            return AntivirusState::snoozed;
        case wsc_expired:
            return AntivirusState::expired;
    }
    throw PortError(reasons::unknown_security_center_number(static_cast<long>(state)));
}

bool definitions_current(IWscProduct* product) {
    WscSignatureStatus status{};
    check_answer("IWscProduct::get_SignatureStatus", product->get_SignatureStatus(&status));
    return status == wsc_up_to_date;
}

/// Null when this Windows does not offer the interface.
template <class Interface>
ComPtr<Interface> as(IWscProduct* product, const IID& id) {
    void* found = nullptr;
    if (FAILED(product->QueryInterface(id, &found))) return {};
    return ComPtr<Interface>(static_cast<Interface*>(found));
}

// Only S_OK is an answer: S_FALSE and errors mean that the product gave no date.
std::optional<std::uint32_t> days_until_expired(IWscProduct* product) {
    const auto product_3 = as<IWscProduct3>(product, wsc_product_3_id);
    DWORD days = 0;
    if (!product_3 || product_3->get_AntivirusDaysUntilExpired(&days) != S_OK) return std::nullopt;
    return days;
}

// Empty before Windows 10 1709, where the call would lie beyond the object's table.
std::string identifier_of(IWscProduct* product) {
    const auto product_2 = as<IWscProduct2>(product, wsc_product_2_id);
    if (!product_2) return {};
    UniqueBstr guid;
    check_answer("IWscProduct::get_ProductGuid", product_2->get_ProductGuid(guid.receive()));
    return to_utf8(guid);
}

// Windows tells it of every product that has a window of its own; without it the rest is still an answer.
std::string program_of(IWscProduct* product) {
    UniqueBstr path;
    return product->get_RemediationPath(path.receive()) == S_OK ? to_utf8(path) : std::string();
}

AntivirusProduct read_product(IWscProduct* product) {
    UniqueBstr name;
    check_answer("IWscProduct::get_ProductName", product->get_ProductName(name.receive()));
    AntivirusProduct read;
    read.name = to_utf8(name);
    read.guid = identifier_of(product);
    read.program = program_of(product);
    read.state = state_of(product);
    read.definitions_current = definitions_current(product);
    read.days_until_expired = days_until_expired(product);
    read.windows_own = is_defender(read.guid);
    return read;
}

ComPtr<IWSCProductList> make_list() {
    void* made = nullptr;
    const HRESULT result =
        CoCreateInstance(wsc_product_list_class, nullptr, CLSCTX_INPROC_SERVER, wsc_product_list_id, &made);
    if (result == REGDB_E_CLASSNOTREG) throw PortError(reasons::no_security_center());
    check_com(reasons::creating_security_center_list(), result, made);
    return ComPtr<IWSCProductList>(static_cast<IWSCProductList*>(made));
}

std::vector<AntivirusProduct> read_products() {
    const ComApartment apartment;
    const ComPtr<IWSCProductList> list = make_list();
    check_com("IWSCProductList::Initialize", list->Initialize(wsc_provider_antivirus));
    LONG count = 0;
    check_answer("IWSCProductList::get_Count", list->get_Count(&count));
    std::vector<AntivirusProduct> products;
    for (LONG i = 0; i < count; ++i) {
        ComPtr<IWscProduct> product;
        const HRESULT result = list->get_Item(static_cast<ULONG>(i), product.receive());
        check_com("IWSCProductList::get_Item", result, product);
        products.push_back(read_product(product.get()));
    }
    return products;
}

// Where WMI does not answer, what Security Center says of the products still holds.
void complete(std::vector<AntivirusProduct>& products, std::chrono::seconds limit) {
    if (std::ranges::none_of(products, [](const AntivirusProduct& product) { return product.guid.empty(); })) return;
    try {
        add_identifiers(products, WindowsWmi().query("ROOT\\SecurityCenter2", "SELECT * FROM AntiVirusProduct", limit));
    } catch (const PortError&) {
        return;
    }
}

}  // namespace

std::vector<AntivirusProduct> WindowsSecurityCenter::antivirus_products(std::chrono::seconds limit) const {
    static TimeLimit time_limit;
    std::vector<AntivirusProduct> products = time_limit.run(limit, read_products);
    complete(products, limit);
    return products;
}

}  // namespace wardwatch
