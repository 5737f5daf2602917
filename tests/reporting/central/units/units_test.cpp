// The tree of units as it changes in real life: renamed, moved, merged; imported and exported; PCs that move.
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "reporting/central/commands/store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/unit_followers.h"
#include "reporting/central/units/import.h"
#include "reporting/central/units/store.h"
#include "reporting/central/updates/store.h"
#include "reporting/central/views/units.h"
#include "tests/reporting/central/central_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;

namespace {

struct Tree {
    TemporaryFolder folder;
    sql::Database database{stored(folder.path() / "central.db")};

    /// Adds what is missing of "A/B" and returns its id.
    std::int64_t unit(const std::string& path) {
        Units{database}.add_paths(read_unit_csv("path\n" + path + "\n").paths, by_test, false);
        return Units{database}.find(path).id;
    }
    std::vector<std::string> paths() const {
        std::vector<std::string> all;
        for (const Unit& unit : Units{database}.all()) all.push_back(unit.path);
        return all;
    }
    std::vector<std::string> changes() const {
        std::vector<std::string> all;
        for (const UnitChange& change : Units{database}.changes())
            all.push_back(change.kind + " " + change.before + " > " + change.after);
        return all;
    }
    void add_pc(const std::string& id, std::int64_t unit_id) {
        Enrolments{database}.add_token("hash of " + id, unit_id, 1, start, start + std::chrono::hours{1});
        REQUIRE(Enrolments{database}.enrol({"hash of " + id, id, "key", id, "1"}, start) == EnrolmentOutcome::accepted);
    }
    std::int64_t unit_of(const std::string& id) const { return Devices{database}.find(id)->unit_id; }
    void offer(const std::string& id, const std::string& version, std::int64_t unit_id) {
        Updates{database}.add({version, 1, "hash", start}, {"x"});
        Updates{database}.add_offer({id, version, unit_id, 100, start});
    }
};

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("a unit is renamed with all below it, and the old name stays on record") {
    Tree tree;
    const std::int64_t room = tree.unit("Quận 1/Phường A/Phòng 1");
    const std::int64_t ward = Units{tree.database}.find("Phường A").id;
    tree.unit("Quận 1/Phường B");
    Units{tree.database}.rename(ward, "Phường Sài Gòn", by_test);
    CHECK(Units{tree.database}.find("Quận 1/Phường Sài Gòn/Phòng 1").id == room);
    CHECK(tree.changes().back() == "renamed Quận 1/Phường A > Quận 1/Phường Sài Gòn");
    const UnitChange change = Units{tree.database}.changes().back();
    CHECK(change.unit_id == ward);
    CHECK(change.at == start);
    CHECK(change.actor == "test");

    for (const char* refused : {"", "12", "a/b", "=x", "+x", "-x", "@x", " x", "x ", "a\nb", "Ph\xFA", "Phường B"}) {
        INFO(refused);
        CHECK_THROWS_AS(Units{tree.database}.rename(ward, refused, by_test), StoreError);
    }
    CHECK_THROWS_MATCHES(Units{tree.database}.rename(99, "x", by_test), StoreError,
                         MessageMatches(ContainsSubstring("no unit 99")));
    CHECK(Units{tree.database}.changes().size() == 5);
}

TEST_CASE("a unit moves with all below it, but not below itself and not beside its own name") {
    Tree tree;
    const std::int64_t ward = tree.unit("Quận 1/Phường A");
    const std::int64_t room = tree.unit("Quận 1/Phường A/Phòng 1");
    const std::int64_t district = Units{tree.database}.find("Quận 1").id;
    Units{tree.database}.move(ward, std::nullopt, by_test, unit_followers());
    CHECK(tree.paths() == Paths{"Quận 1", "Phường A", "Phường A/Phòng 1"});
    CHECK(tree.changes().back() == "moved Quận 1/Phường A > Phường A");
    CHECK_THROWS_MATCHES(Units{tree.database}.move(ward, room, by_test, unit_followers()), StoreError,
                         MessageMatches(ContainsSubstring("below itself")));
    CHECK_THROWS_AS(Units{tree.database}.move(ward, ward, by_test, unit_followers()), StoreError);
    CHECK_THROWS_AS(Units{tree.database}.move(ward, std::nullopt, by_test, unit_followers()),
                    StoreError);  // it is there
    CHECK_THROWS_AS(Units{tree.database}.move(ward, 99, by_test, unit_followers()), StoreError);
    tree.unit("Quận 1/Phường A");
    CHECK_THROWS_MATCHES(Units{tree.database}.move(ward, district, by_test, unit_followers()), StoreError,
                         MessageMatches(ContainsSubstring("already a unit")));
    Units{tree.database}.move(district, ward, by_test, unit_followers());
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
    Enrolments{tree.database}.add_token("open", office, 5, start, start + std::chrono::hours{1});
    tree.offer("offer", "2.0.0", from);

    const MergedUnits done = Units{tree.database}.merge(from, into, by_test, unit_followers());
    CHECK(done.units == 2);
    CHECK(done.devices == 2);
    CHECK(done.tokens == 3);
    CHECK(done.offers == 1);
    CHECK(done.withdrawn == 0);
    CHECK(tree.paths() == Paths{"Phường B", "Phường B/Văn phòng", "Phường B/Văn phòng/Phòng 1", "Phường B/Tư pháp"});
    CHECK(Units{tree.database}.find("Phòng 1").id == room);
    CHECK(tree.unit_of("pc-a") == into);
    CHECK(tree.unit_of("pc-office") == same_office);
    CHECK(tree.unit_of("pc-court") == court);
    CHECK(Devices{tree.database}.moves("pc-b").empty());
    CHECK(Devices{tree.database}.moves("pc-court").empty());
    REQUIRE(Devices{tree.database}.moves("pc-office").size() == 1);
    CHECK(Devices{tree.database}.moves("pc-office").at(0).from_unit == office);
    CHECK(Updates{tree.database}.offers().at(0).unit_id == into);
    // The token still enrols, into the unit that took over.
    REQUIRE(Enrolments{tree.database}.enrol({"open", "pc-new", "key", "pc-new", "1"}, start) ==
            EnrolmentOutcome::accepted);
    CHECK(tree.unit_of("pc-new") == same_office);

    const Paths changes = tree.changes();
    CHECK(Paths(changes.end() - 4, changes.end()) ==
          Paths{"merged Phường A > Phường B", "merged Phường A/Văn phòng > Phường B/Văn phòng",
                "moved Phường A/Văn phòng/Phòng 1 > Phường B/Văn phòng/Phòng 1",
                "moved Phường A/Tư pháp > Phường B/Tư pháp"});
    CHECK(Units{tree.database}.changes().at(changes.size() - 4).merged_into == into);
    CHECK(Units{tree.database}.paths().at(from) == "Phường A");
    CHECK(Units{tree.database}.paths().at(office) == "Phường A/Văn phòng");
    CHECK(Units{tree.database}.paths().at(room) == "Phường B/Văn phòng/Phòng 1");
    CHECK_THROWS_AS(Units{tree.database}.find("Phường A"), StoreError);
    CHECK(tree.unit("Phường A") > court);  // the name is free again
}

TEST_CASE("who follows a unit is told of merges and moves, and a failure takes all of it back") {
    Tree tree;
    const std::int64_t from = tree.unit("Phường A");
    const std::int64_t room = tree.unit("Phường A/Phòng 1");
    const std::int64_t into = tree.unit("Phường B");
    tree.add_pc("pc-a", from);
    static std::vector<std::int64_t> told;  // a follower is a plain function
    told.clear();
    UnitFollowers followers = unit_followers();
    followers.push_back({[](sql::Writer&, const UnitMerge& merge, MergedUnits& done) {
                             told = {merge.from, merge.into, done.devices};
                         },
                         [](sql::Writer&, std::int64_t unit_id) { told.push_back(unit_id); }});
    UnitFollowers failing = followers;
    failing.push_back({[](sql::Writer&, const UnitMerge&, MergedUnits&) { throw StoreError("not this one"); }, {}});

    CHECK_THROWS_AS(Units{tree.database}.merge(from, into, by_test, failing), StoreError);
    CHECK(told == std::vector<std::int64_t>{from, into, 1});
    CHECK(tree.unit_of("pc-a") == from);
    CHECK(tree.paths() == Paths{"Phường A", "Phường A/Phòng 1", "Phường B"});

    Units{tree.database}.merge(from, into, by_test, followers);
    CHECK(told == std::vector<std::int64_t>{from, into, 1, room});  // the room lies elsewhere now
    CHECK(tree.unit_of("pc-a") == into);
}

TEST_CASE("what a merge cannot do changes nothing") {
    Tree tree;
    const std::int64_t district = tree.unit("Quận 1");
    const std::int64_t room = tree.unit("Quận 1/Phường A/Phòng 1");
    const std::size_t changes = tree.changes().size();
    CHECK_THROWS_AS(Units{tree.database}.merge(district, district, by_test, unit_followers()), StoreError);
    CHECK_THROWS_MATCHES(Units{tree.database}.merge(district, room, by_test, unit_followers()), StoreError,
                         MessageMatches(ContainsSubstring("move it out first")));
    CHECK_THROWS_AS(Units{tree.database}.merge(district, 99, by_test, unit_followers()), StoreError);
    CHECK_THROWS_AS(Units{tree.database}.merge(99, district, by_test, unit_followers()), StoreError);
    CHECK(tree.changes().size() == changes);
}

TEST_CASE("a unit merges into the one above it, also when a child bears its name") {
    Tree tree;
    const std::int64_t top = tree.unit("A");
    const std::int64_t inner = tree.unit("A/B/B");
    tree.unit("A/B/B/C");
    const std::int64_t from = Units{tree.database}.find("A/B").id;
    Units{tree.database}.merge(from, top, by_test, unit_followers());
    CHECK(tree.paths() == Paths{"A", "A/B", "A/B/C"});
    CHECK(Units{tree.database}.find("B").id == inner);
}

TEST_CASE("nothing is done with a merged unit any more") {
    Tree tree;
    const std::int64_t gone = tree.unit("Phường A");
    const std::int64_t stays = tree.unit("Phường B");
    tree.add_pc("pc", stays);
    Units{tree.database}.merge(gone, stays, by_test, unit_followers());
    const auto refuses = [](const auto& act) {
        CHECK_THROWS_MATCHES(act(), StoreError, MessageMatches(ContainsSubstring("(any more)")));
    };
    refuses([&] { Units{tree.database}.add("x", gone, by_test); });
    refuses([&] { Units{tree.database}.rename(gone, "x", by_test); });
    refuses([&] { Units{tree.database}.move(stays, gone, by_test, unit_followers()); });
    refuses([&] { Units{tree.database}.merge(stays, gone, by_test, unit_followers()); });
    refuses([&] { Devices{tree.database}.move({"pc"}, gone, by_test); });
    refuses([&] { Enrolments{tree.database}.add_token("late", gone, 1, start, start + std::chrono::hours{1}); });
    refuses([&] { tree.offer("late", "2.0.0", gone); });
}

TEST_CASE("of two offers in force, the one of the unit that stays is kept") {
    Tree tree;
    const std::int64_t from = tree.unit("Phường A");
    const std::int64_t into = tree.unit("Phường B");
    tree.add_pc("pc", from);
    tree.offer("offer of a", "2.0.0", from);
    tree.offer("offer of b", "2.1.0", into);
    Commands{tree.database}.add(
        {"offer of a", "update", "2.0.0", "offer", start, start + std::chrono::hours{1}, {{"1", "pc"}}});
    const MergedUnits done = Units{tree.database}.merge(from, into, by_test, unit_followers());
    CHECK(done.offers == 0);
    CHECK(done.withdrawn == 1);
    REQUIRE(Updates{tree.database}.offers().size() == 1);
    CHECK(Updates{tree.database}.offers().at(0).version == "2.1.0");
    CHECK(Commands{tree.database}.batch("offer of a").at(0).state == CommandState::expired);
}

TEST_CASE("PCs move, all or none, and where they were is kept") {
    Tree tree;
    const std::int64_t a = tree.unit("Phường A");
    const std::int64_t b = tree.unit("Phường B");
    tree.add_pc("one", a);
    tree.add_pc("two", b);
    CHECK_THROWS_MATCHES(Devices{tree.database}.move({"one", "none"}, b, by_test), StoreError,
                         MessageMatches(ContainsSubstring("no PC none")));
    CHECK(tree.unit_of("one") == a);
    CHECK(Devices{tree.database}.move({"one", "two"}, b, by_test) == 1);
    CHECK(tree.unit_of("one") == b);
    REQUIRE(Devices{tree.database}.moves("one").size() == 1);
    const DeviceMove move = Devices{tree.database}.moves("one").at(0);
    CHECK(move.from_unit == a);
    CHECK(move.to_unit == b);
    CHECK(move.actor == "test");
    CHECK(Devices{tree.database}.moves("two").empty());

    // A token of another unit moves a PC, too.
    Enrolments{tree.database}.add_token("other", a, 1, start, start + std::chrono::hours{1});
    REQUIRE(Enrolments{tree.database}.enrol({"other", "one", "key", "one", "1"}, start) == EnrolmentOutcome::accepted);
    CHECK(tree.unit_of("one") == a);
    CHECK(Devices{tree.database}.moves("one").at(1).actor == "token 3");
}

TEST_CASE("an import adds what is missing, once, and nothing when it is only tried") {
    Tree tree;
    tree.unit("Thành phố/Phường A");
    const auto paths =
        read_unit_csv("path\nThành phố/Phường B/Phòng 1\nThành phố/Phường A\nThành phố/Phường B\n").paths;
    const Paths missing{"Thành phố/Phường B", "Thành phố/Phường B/Phòng 1"};
    CHECK(Units{tree.database}.add_paths(paths, by_test, true) == missing);
    CHECK(tree.paths().size() == 2);
    CHECK(Units{tree.database}.changes().size() == 2);
    CHECK(Units{tree.database}.add_paths(paths, by_test, false) == missing);
    CHECK(Units{tree.database}.add_paths(paths, by_test, false).empty());
    CHECK(tree.paths() == Paths{"Thành phố", "Thành phố/Phường A", "Thành phố/Phường B", "Thành phố/Phường B/Phòng 1"});
    CHECK_THROWS_AS(Units{tree.database}.add_paths({{"Phường C"}, {"=x"}}, by_test, false), StoreError);
    CHECK(tree.paths().size() == 4);
}

TEST_CASE("the exported file is whole in Excel and imports as it is") {
    Tree tree;
    const std::int64_t ward = tree.unit("Thành phố/Phường A");
    Units{tree.database}.add("Phòng \"1\", tầng 2; trái", ward, by_test);
    tree.add_pc("pc", ward);
    const View view{tree.database, baseline(), start};
    const std::string csv = units_csv(view);
    CHECK(csv ==
          "\xEF\xBB\xBFpath,pcs\r\nThành phố,1\r\nThành phố/Phường A,1\r\n"
          "\"Thành phố/Phường A/Phòng \"\"1\"\", tầng 2; trái\",0\r\n");
    const UnitImport import = read_unit_csv(csv);
    CHECK(import.problems.empty());
    CHECK(Units{tree.database}.add_paths(import.paths, by_test, false).empty());
    Tree other;
    CHECK(Units{other.database}.add_paths(import.paths, by_test, false).size() == 3);
    CHECK(other.paths() == tree.paths());
}
