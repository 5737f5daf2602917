#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>

#include "collectors/core/collector.h"

using namespace wardwatch;

TEST_CASE("names of collectors and ids of facts are unique") {
    std::set<std::string_view> names;
    std::set<std::string_view> ids;
    for (const Collector& collector : catalog()) {
        INFO(collector.name);
        CHECK(names.insert(collector.name).second);
        CHECK(collector.collect != nullptr);
        CHECK_FALSE(collector.facts.empty());
        for (const FactInfo& info : collector.facts) {
            INFO(info.id);
            CHECK(ids.insert(info.id).second);
        }
    }
}

TEST_CASE("an id is its collector's name, a dot and a field") {
    for (const Collector& collector : catalog()) {
        const std::string prefix = std::string(collector.name) + ".";
        for (const FactInfo& info : collector.facts) {
            INFO(info.id);
            CHECK(info.id.starts_with(prefix));
            CHECK(info.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", prefix.size()) == std::string_view::npos);
            CHECK(info.id.size() > prefix.size());
        }
    }
}

TEST_CASE("ids that end in _at are instants, and no others are") {
    for (const Collector& collector : catalog()) {
        for (const FactInfo& info : collector.facts) {
            INFO(info.id);
            CHECK(holds_instant(info.id) == (info.type == ValueType::instant));
        }
    }
}

TEST_CASE("the meaning of each fact is one sentence") {
    for (const Collector& collector : catalog()) {
        for (const FactInfo& info : collector.facts) {
            INFO(info.id);
            CHECK(info.meaning.size() > 10);
            CHECK(info.meaning.ends_with('.'));
        }
    }
}
