// Identifiers for products of a Security Center that tells none, from WMI's list of the same registrations.

#include "collectors/windows/product_identifiers.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

namespace {

const std::string defender = "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}";
const std::string eset = "{885D845F-AF19-0124-FECE-FFF49D00F440}";

AntivirusProduct named(std::string name, std::string guid = {}) {
    AntivirusProduct product;
    product.name = std::move(name);
    product.guid = std::move(guid);
    return product;
}

WmiRow row(const std::string& name, const std::string& guid) {
    return {{"displayName", WmiValue(name)}, {"instanceGuid", WmiValue(guid)}};
}

}  // namespace

TEST_CASE("a product without an identifier gets that of its name") {
    std::vector<AntivirusProduct> products{named("ESET Endpoint Antivirus"), named("Windows Defender")};
    add_identifiers(products, {row("Windows Defender", defender), row("ESET Endpoint Antivirus", eset)});
    CHECK(products[0].guid == eset);
    CHECK_FALSE(products[0].windows_own);
    CHECK(products[1].guid == defender);
    CHECK(products[1].windows_own);
}

TEST_CASE("no identifier is guessed") {
    SECTION("one that is told stays") {
        std::vector<AntivirusProduct> products{named("ESET", eset)};
        add_identifiers(products, {row("ESET", defender)});
        CHECK(products[0].guid == eset);
    }
    SECTION("two products or two rows of one name cannot be told apart") {
        std::vector<AntivirusProduct> two{named("ESET"), named("ESET")};
        add_identifiers(two, {row("ESET", eset)});
        CHECK(two[0].guid.empty());
        CHECK(two[1].guid.empty());
        std::vector<AntivirusProduct> one{named("ESET")};
        add_identifiers(one, {row("ESET", eset), row("ESET", defender)});
        CHECK(one[0].guid.empty());
        CHECK_FALSE(one[0].windows_own);
    }
    SECTION("nor where the names differ, or WMI tells none") {
        std::vector<AntivirusProduct> products{named("ESET"), named("Bkav")};
        add_identifiers(products, {row("ESET Endpoint", eset), {{"displayName", WmiValue(std::string("Bkav"))}}});
        CHECK(products[0].guid.empty());
        CHECK(products[1].guid.empty());
    }
}
