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
        CHECK(decode_state(known.number) == known.state);
        CHECK(decode_definitions_current(known.number) == known.current);
        CHECK(decode_windows_own(known.number) == known.windows_own);
    }
}

TEST_CASE("undescribed productState numbers are neither on nor off") {
    CHECK_THROWS_AS(decode_state(0x44000), PortError);
    CHECK_THROWS_AS(decode_state(0x4F000), PortError);
    CHECK_THROWS_AS(decode_definitions_current(0x41020), PortError);
}

TEST_CASE("Defender is known by its identifier in any case of letters") {
    CHECK(is_defender("{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}"));
    CHECK(is_defender("{d68ddc3a-831f-4fae-9e44-da132c1acf46}"));
    CHECK_FALSE(is_defender("{D68DDC3A-831F-4fae-9E44-DA132C1ACF47}"));
    CHECK_FALSE(is_defender("{D68DDC3A-831F-4fae-9E44-DA132C1ACF46"));
    CHECK_FALSE(is_defender(""));
}
