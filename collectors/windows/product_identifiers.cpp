#include "collectors/windows/product_identifiers.h"

#include <algorithm>

#include "collectors/machine/product_state.h"

namespace wardwatch {
namespace {

std::string text(const WmiRow& row, std::string_view column) {
    const auto found = row.find(column);
    const std::string* told = found == row.end() ? nullptr : std::get_if<std::string>(&found->second);
    return told ? *told : std::string();
}

}  // namespace

void add_identifiers(std::vector<AntivirusProduct>& products, const std::vector<WmiRow>& rows) {
    for (AntivirusProduct& product : products) {
        if (!product.guid.empty()) continue;
        const auto named = [&](const WmiRow& row) { return text(row, "displayName") == product.name; };
        const bool one_product = std::ranges::count(products, product.name, &AntivirusProduct::name) == 1;
        if (!one_product || std::ranges::count_if(rows, named) != 1) continue;
        product.guid = text(*std::ranges::find_if(rows, named), "instanceGuid");
        product.windows_own = is_defender(product.guid);
    }
}

}  // namespace wardwatch
