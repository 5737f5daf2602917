#include "collectors/machine/product_state.h"

#include <catch2/catch_test_macros.hpp>

#include "collectors/machine/machine.h"

using namespace wardwatch;

TEST_CASE("known productState numbers") {
    struct Known {
        std::int64_t number;
        AntivirusState state;
        bool current;
        bool windows_own;
    };
    // Numbers that public scripts and forum posts show with the product's real state.
    constexpr Known all[] = {
        {397568, AntivirusState::on, true, true},        // 0x61100 Microsoft Defender, on, current
        {397584, AntivirusState::on, false, true},       // 0x61110 … out of date
        {393472, AntivirusState::off, true, true},       // 0x60100 … off
        {401664, AntivirusState::snoozed, true, true},   // 0x62100 … snoozed
        {266240, AntivirusState::on, true, false},       // 0x41000 third party, on, current
        {266256, AntivirusState::on, false, false},      // 0x41010 … out of date
        {262144, AntivirusState::off, true, false},      // 0x40000 … off
        {262160, AntivirusState::off, false, false},     // 0x40010 … off, out of date
        {270336, AntivirusState::snoozed, true, false},  // 0x42000 … snoozed
        {274432, AntivirusState::expired, true, false},  // 0x43000 … expired
    };
    for (const Known& known : all) {
        INFO(known.number);
        const ProductState told = decode_product_state(known.number);
        CHECK(told.state == known.state);
        CHECK(told.definitions_current == known.current);
        CHECK(told.windows_own == known.windows_own);
    }
}

TEST_CASE("the kind of product says nothing about its state") {
    for (const std::int64_t kinds : {0x040000, 0x050000, 0x060000, 0x070000, 0x4C0000}) {
        INFO(kinds);
        CHECK(decode_product_state(kinds + 0x1000).state == AntivirusState::on);
        CHECK(decode_product_state(kinds).state == AntivirusState::off);
    }
}

TEST_CASE("a number with one undescribed bit is unknown as a whole") {
    for (int bit = 0; bit < 63; ++bit) {
        const std::int64_t one = std::int64_t{1} << bit;
        const bool described = (bit >= 16 && bit <= 22) || bit == 12 || bit == 13 || bit == 8 || bit == 4;
        INFO(bit);
        if (described) {
            CHECK_NOTHROW(decode_product_state(0x40000 | one));
        } else {
            CHECK_THROWS_AS(decode_product_state(0x41000 | one), PortError);
        }
    }
    CHECK_THROWS_AS(decode_product_state(307302933), PortError);
    CHECK_THROWS_AS(decode_product_state(-1), PortError);
}

TEST_CASE("Defender is known by its identifier in any case of letters") {
    CHECK(is_defender("{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}"));
    CHECK(is_defender("{d68ddc3a-831f-4fae-9e44-da132c1acf46}"));
    CHECK_FALSE(is_defender("{D68DDC3A-831F-4fae-9E44-DA132C1ACF47}"));
    CHECK_FALSE(is_defender("{D68DDC3A-831F-4fae-9E44-DA132C1ACF46"));
    CHECK_FALSE(is_defender(""));
}
