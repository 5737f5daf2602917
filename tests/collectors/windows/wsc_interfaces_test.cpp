// The order of Security Center's functions, as the Windows SDK 10.0.16299 and later has it (iwscapi.h).

#include "collectors/windows/wsc_interfaces.h"

#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstring>

using namespace wardwatch;

namespace {

// A pointer to a virtual function begins with one more than its distance from the table's beginning (Itanium C++ ABI,
// which the compiler follows here).
template <class Function>
std::size_t place(Function function) {
    std::size_t distance = 0;
    std::memcpy(&distance, &function, sizeof distance);
    return (distance - 1) / sizeof(void*);
}

}  // namespace

TEST_CASE("each function of a product has its place in the table") {
    CHECK(place(&IWscProduct::get_ProductName) == 7);
    CHECK(place(&IWscProduct::get_ProductState) == 8);
    CHECK(place(&IWscProduct::get_SignatureStatus) == 9);
    CHECK(place(&IWscProduct::get_RemediationPath) == 10);
    CHECK(place(&IWscProduct::get_ProductStateTimestamp) == 11);
    CHECK(place(&IWscProduct::get_ProductGuid) == 12);
    CHECK(place(&IWscProduct::get_ProductIsDefault) == 13);
    CHECK(place(&IWscProduct2::get_AntivirusScanSubstatus) == 14);
    CHECK(place(&IWscProduct2::get_FirewallPublicProfileSubstatus) == 19);
    CHECK(place(&IWscProduct3::get_AntivirusDaysUntilExpired) == 20);
}

TEST_CASE("each function of the list has its place in the table") {
    CHECK(place(&IWSCProductList::Initialize) == 7);
    CHECK(place(&IWSCProductList::get_Count) == 8);
    CHECK(place(&IWSCProductList::get_Item) == 9);
}
