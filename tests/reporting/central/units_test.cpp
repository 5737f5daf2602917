// The tree of units as it changes in real life: renamed, moved, merged; imported and exported; PCs that move.
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "central_fixture.h"
#include "reporting/central/units/import.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

struct Tree {
    TemporaryFolder folder;
    CentralStore store{folder.path() / "central.db"};

    /// Adds what is missing of "A/B" and returns its id.
    std::int64_t unit(const std::string& path) {
        store.add_units(read_unit_csv("path\n" + path + "\n").paths, by_test, false);
        return store.find_unit(path).id;
    }
    std::vector<std::string> paths() const {
        std::vector<std::string> all;
        for (const Unit& unit : store.units()) all.push_back(unit.path);
        return all;
    }
    std::vector<std::string> changes() const {
        std::vector<std::string> all;
        for (const UnitChange& change : store.unit_changes())
            all.push_back(change.kind + " " + change.before + " > " + change.after);
        return all;
    }
    void add_pc(const std::string& id, std::int64_t unit_id) {
        store.add_token("hash of " + id, unit_id, 1, start, start + std::chrono::hours{1});
        REQUIRE(store.enrol({"hash of " + id, id, "key", id, "1"}, start) == EnrolmentOutcome::accepted);
    }
    std::int64_t unit_of(const std::string& id) const { return store.device(id)->unit_id; }
    void offer(const std::string& id, const std::string& version, std::int64_t unit_id) {
        store.add_update({version, 1, "hash", start}, {"x"});
        store.add_offer({id, version, unit_id, 100, start});
    }
};

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("a unit is renamed with all below it, and the old name stays on record") {
    Tree tree;
    const std::int64_t room = tree.unit("Quận 1/Phường A/Phòng 1");
    const std::int64_t ward = tree.store.find_unit("Phường A").id;
    tree.unit("Quận 1/Phường B");
    tree.store.rename_unit(ward, "Phường Sài Gòn", by_test);
    CHECK(tree.store.find_unit("Quận 1/Phường Sài Gòn/Phòng 1").id == room);
    CHECK(tree.changes().back() == "renamed Quận 1/Phường A > Quận 1/Phường Sài Gòn");
    const UnitChange change = tree.store.unit_changes().back();
    CHECK(change.unit_id == ward);
    CHECK(change.at == start);
    CHECK(change.actor == "test");

    for (const char* refused : {"", "12", "a/b", "=x", "+x", "-x", "@x", " x", "x ", "a\nb", "Ph\xFA", "Phường B"}) {
        INFO(refused);
        CHECK_THROWS_AS(tree.store.rename_unit(ward, refused, by_test), StoreError);
    }
    CHECK_THROWS_MATCHES(tree.store.rename_unit(99, "x", by_test), StoreError,
                         MessageMatches(ContainsSubstring("no unit 99")));
    CHECK(tree.store.unit_changes().size() == 5);
}

TEST_CASE("a unit moves with all below it, but not below itself and not beside its own name") {
    Tree tree;
    const std::int64_t ward = tree.unit("Quận 1/Phường A");
    const std::int64_t room = tree.unit("Quận 1/Phường A/Phòng 1");
    const std::int64_t district = tree.store.find_unit("Quận 1").id;
    tree.store.move_unit(ward, std::nullopt, by_test);
    CHECK(tree.paths() == Paths{"Quận 1", "Phường A", "Phường A/Phòng 1"});
    CHECK(tree.changes().back() == "moved Quận 1/Phường A > Phường A");
    CHECK_THROWS_MATCHES(tree.store.move_unit(ward, room, by_test), StoreError,
                         MessageMatches(ContainsSubstring("below itself")));
    CHECK_THROWS_AS(tree.store.move_unit(ward, ward, by_test), StoreError);
    CHECK_THROWS_AS(tree.store.move_unit(ward, std::nullopt, by_test), StoreError);  // it is there
    CHECK_THROWS_AS(tree.store.move_unit(ward, 99, by_test), StoreError);
    tree.unit("Quận 1/Phường A");
    CHECK_THROWS_MATCHES(tree.store.move_unit(ward, district, by_test), StoreError,
                         MessageMatches(ContainsSubstring("already a unit")));
    tree.store.move_unit(district, ward, by_test);
    CHECK(tree.paths() == Paths{"Phường A", "Phường A/Phòng 1", "Phường A/Quận 1", "Phường A/Quận 1/Phường A"});
}

TEST_CASE("a merged unit gives all it has and keeps its history") {
    Tree tree;
    const std::int64_t from = tree.unit("Phường A");
    const std::int64_t into = tree.unit("Phường B");
    const std::int64_t office = tree.unit("Phường A/Văn phòng");
    const std::int64_t same_office = tree.unit("Phường B/Văn phòng");
    const std::int64_t room = tree.unit("Phường A/Văn phòng/Phòng 1");
    const std::int64_t court = tree.unit("Phường A/Tư pháp");
    tree.add_pc("pc-a", from);
    tree.add_pc("pc-office", office);
    tree.add_pc("pc-court", court);
    tree.add_pc("pc-b", into);
    tree.store.add_token("open", office, 5, start, start + std::chrono::hours{1});
    tree.offer("offer", "2.0.0", from);

    const MergedUnits done = tree.store.merge_units(from, into, by_test);
    CHECK(done.units == 2);
    CHECK(done.devices == 2);
    CHECK(done.tokens == 3);
    CHECK(done.offers == 1);
    CHECK(done.withdrawn == 0);
    CHECK(tree.paths() == Paths{"Phường B", "Phường B/Văn phòng", "Phường B/Văn phòng/Phòng 1", "Phường B/Tư pháp"});
    CHECK(tree.store.find_unit("Phòng 1").id == room);
    CHECK(tree.unit_of("pc-a") == into);
    CHECK(tree.unit_of("pc-office") == same_office);
    CHECK(tree.unit_of("pc-court") == court);
    CHECK(tree.store.device_moves("pc-b").empty());
    CHECK(tree.store.device_moves("pc-court").empty());
    REQUIRE(tree.store.device_moves("pc-office").size() == 1);
    CHECK(tree.store.device_moves("pc-office").at(0).from_unit == office);
    CHECK(tree.store.offers().at(0).unit_id == into);
    // The token still enrols, into the unit that took over.
    REQUIRE(tree.store.enrol({"open", "pc-new", "key", "pc-new", "1"}, start) == EnrolmentOutcome::accepted);
    CHECK(tree.unit_of("pc-new") == same_office);

    const Paths changes = tree.changes();
    CHECK(Paths(changes.end() - 4, changes.end()) ==
          Paths{"merged Phường A > Phường B", "merged Phường A/Văn phòng > Phường B/Văn phòng",
                "moved Phường A/Văn phòng/Phòng 1 > Phường B/Văn phòng/Phòng 1",
                "moved Phường A/Tư pháp > Phường B/Tư pháp"});
    CHECK(tree.store.unit_changes().at(changes.size() - 4).merged_into == into);
    CHECK(tree.store.unit_paths().at(from) == "Phường A");
    CHECK(tree.store.unit_paths().at(office) == "Phường A/Văn phòng");
    CHECK(tree.store.unit_paths().at(room) == "Phường B/Văn phòng/Phòng 1");
    CHECK_THROWS_AS(tree.store.find_unit("Phường A"), StoreError);
    CHECK(tree.unit("Phường A") > court);  // the name is free again
}

TEST_CASE("what a merge cannot do changes nothing") {
    Tree tree;
    const std::int64_t district = tree.unit("Quận 1");
    const std::int64_t room = tree.unit("Quận 1/Phường A/Phòng 1");
    const std::size_t changes = tree.changes().size();
    CHECK_THROWS_AS(tree.store.merge_units(district, district, by_test), StoreError);
    CHECK_THROWS_MATCHES(tree.store.merge_units(district, room, by_test), StoreError,
                         MessageMatches(ContainsSubstring("move it out first")));
    CHECK_THROWS_AS(tree.store.merge_units(district, 99, by_test), StoreError);
    CHECK_THROWS_AS(tree.store.merge_units(99, district, by_test), StoreError);
    CHECK(tree.changes().size() == changes);
}

TEST_CASE("a unit merges into the one above it, also when a child bears its name") {
    Tree tree;
    const std::int64_t top = tree.unit("A");
    const std::int64_t inner = tree.unit("A/B/B");
    tree.unit("A/B/B/C");
    const std::int64_t from = tree.store.find_unit("A/B").id;
    tree.store.merge_units(from, top, by_test);
    CHECK(tree.paths() == Paths{"A", "A/B", "A/B/C"});
    CHECK(tree.store.find_unit("B").id == inner);
}

TEST_CASE("nothing is done with a merged unit any more") {
    Tree tree;
    const std::int64_t gone = tree.unit("Phường A");
    const std::int64_t stays = tree.unit("Phường B");
    tree.add_pc("pc", stays);
    tree.store.merge_units(gone, stays, by_test);
    const auto refuses = [](const auto& act) {
        CHECK_THROWS_MATCHES(act(), StoreError, MessageMatches(ContainsSubstring("(any more)")));
    };
    refuses([&] { tree.store.add_unit("x", gone, by_test); });
    refuses([&] { tree.store.rename_unit(gone, "x", by_test); });
    refuses([&] { tree.store.move_unit(stays, gone, by_test); });
    refuses([&] { tree.store.merge_units(stays, gone, by_test); });
    refuses([&] { tree.store.move_devices({"pc"}, gone, by_test); });
    refuses([&] { tree.store.add_token("late", gone, 1, start, start + std::chrono::hours{1}); });
    refuses([&] { tree.offer("late", "2.0.0", gone); });
}

TEST_CASE("of two offers in force, the one of the unit that stays is kept") {
    Tree tree;
    const std::int64_t from = tree.unit("Phường A");
    const std::int64_t into = tree.unit("Phường B");
    tree.add_pc("pc", from);
    tree.offer("offer of a", "2.0.0", from);
    tree.offer("offer of b", "2.1.0", into);
    tree.store.add_batch(
        {"offer of a", "update", "2.0.0", "offer", start, start + std::chrono::hours{1}, {{"1", "pc"}}});
    const MergedUnits done = tree.store.merge_units(from, into, by_test);
    CHECK(done.offers == 0);
    CHECK(done.withdrawn == 1);
    REQUIRE(tree.store.offers().size() == 1);
    CHECK(tree.store.offers().at(0).version == "2.1.0");
    CHECK(tree.store.batch("offer of a").at(0).state == CommandState::expired);
}

TEST_CASE("PCs move, all or none, and where they were is kept") {
    Tree tree;
    const std::int64_t a = tree.unit("Phường A");
    const std::int64_t b = tree.unit("Phường B");
    tree.add_pc("one", a);
    tree.add_pc("two", b);
    CHECK_THROWS_MATCHES(tree.store.move_devices({"one", "none"}, b, by_test), StoreError,
                         MessageMatches(ContainsSubstring("no PC none")));
    CHECK(tree.unit_of("one") == a);
    CHECK(tree.store.move_devices({"one", "two"}, b, by_test) == 1);
    CHECK(tree.unit_of("one") == b);
    REQUIRE(tree.store.device_moves("one").size() == 1);
    const DeviceMove move = tree.store.device_moves("one").at(0);
    CHECK(move.from_unit == a);
    CHECK(move.to_unit == b);
    CHECK(move.actor == "test");
    CHECK(tree.store.device_moves("two").empty());

    // A token of another unit moves a PC, too.
    tree.store.add_token("other", a, 1, start, start + std::chrono::hours{1});
    REQUIRE(tree.store.enrol({"other", "one", "key", "one", "1"}, start) == EnrolmentOutcome::accepted);
    CHECK(tree.unit_of("one") == a);
    CHECK(tree.store.device_moves("one").at(1).actor == "token 3");
}

TEST_CASE("an import adds what is missing, once, and nothing when it is only tried") {
    Tree tree;
    tree.unit("Thành phố/Phường A");
    const auto paths =
        read_unit_csv("path\nThành phố/Phường B/Phòng 1\nThành phố/Phường A\nThành phố/Phường B\n").paths;
    const Paths missing{"Thành phố/Phường B", "Thành phố/Phường B/Phòng 1"};
    CHECK(tree.store.add_units(paths, by_test, true) == missing);
    CHECK(tree.paths().size() == 2);
    CHECK(tree.store.unit_changes().size() == 2);
    CHECK(tree.store.add_units(paths, by_test, false) == missing);
    CHECK(tree.store.add_units(paths, by_test, false).empty());
    CHECK(tree.paths() == Paths{"Thành phố", "Thành phố/Phường A", "Thành phố/Phường B", "Thành phố/Phường B/Phòng 1"});
    CHECK_THROWS_AS(tree.store.add_units({{"Phường C"}, {"=x"}}, by_test, false), StoreError);
    CHECK(tree.paths().size() == 4);
}

TEST_CASE("the exported file is whole in Excel and imports as it is") {
    Tree tree;
    const std::int64_t ward = tree.unit("Thành phố/Phường A");
    tree.store.add_unit("Phòng \"1\", tầng 2; trái", ward, by_test);
    tree.add_pc("pc", ward);
    const View view{tree.store, baseline(), start};
    const std::string csv = units_csv(view);
    CHECK(csv ==
          "\xEF\xBB\xBFpath,pcs\r\nThành phố,1\r\nThành phố/Phường A,1\r\n"
          "\"Thành phố/Phường A/Phòng \"\"1\"\", tầng 2; trái\",0\r\n");
    const UnitImport import = read_unit_csv(csv);
    CHECK(import.problems.empty());
    CHECK(tree.store.add_units(import.paths, by_test, false).empty());
    Tree other;
    CHECK(other.store.add_units(import.paths, by_test, false).size() == 3);
    CHECK(other.paths() == tree.paths());
}
