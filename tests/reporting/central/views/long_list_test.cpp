// Pages of a list that is too long to be sorted as a whole are what the whole list says, whatever is asked.
#include <algorithm>
#include <array>

#include <SQLiteCpp/SQLiteCpp.h>

#include "reporting/central/devices/antivirus_store.h"
#include "reporting/central/sql/schema.h"
#include "reporting/central/views/device_list_store.h"
#include "tests/reporting/central/views_fixture.h"

using namespace wardwatch;
using namespace wardwatch::test;
using std::chrono::days;

namespace {

constexpr int pcs = 4500;

/// Numbers without an order of their own, the same ones always.
class Numbers {
public:
    int below(int end) {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<int>((state_ >> 33) % static_cast<unsigned>(end));
    }

private:
    std::uint64_t state_ = 1;
};

struct LongList : ViewsOffice {
    std::vector<std::int64_t> units{unit_at("Sở A"), unit_at("Sở A/Phòng 1"), unit_at("Phường B"), unit_at("Phường C")};

    LongList() {
        Numbers numbers;
        sql::Writer writer = database.writer();
        sql::Transaction transaction{writer};
        sql::Batch batch;
        batch.add(
            "INSERT INTO waivers(id, rule, reason, approved_by, created_at, ends_at) VALUES (1, 'often', 'x', 'x', "
            "1, 2)");
        for (int i = 0; i < pcs; ++i) {
            add(batch, i, numbers);
            add_verdicts(batch, i, numbers);
        }
        writer.batch(batch);
        transaction.commit();
    }

    void add(sql::Batch& batch, int number, Numbers& numbers) {
        const int failed = std::max(0, numbers.below(6) - 2);
        const int unknown = numbers.below(3);
        const int waived = numbers.below(5) == 0 ? 1 : 0;
        const bool judged = numbers.below(10) != 0;
        std::optional<std::string> status;
        if (judged) status = failed > 0 ? "fail" : unknown > 0 ? "unknown" : "pass";
        const std::string clauses =
            judged ? std::string{"1a="} + (failed > 0 ? "fail" : "pass") + "\n1b=" + (waived > 0 ? "waived" : "unknown")
                   : "";
        std::optional<Instant> confirmed;
        if (judged) confirmed = now - days{numbers.below(10)};
        std::optional<Instant> revoked;
        if (numbers.below(20) == 0) revoked = now;
        const std::string host = "PC-" + std::to_string(numbers.below(3000));
        batch.add(
            "INSERT INTO devices(device_id, unit_id, host_name, agent_version, public_key_sha256, enrolled_at, "
            "last_seen_at, revoked_at, confirmed_at, status, grave, failed, unknown, waived, clauses, newest_taken_at, "
            "search) VALUES ($1, $2, $3, $4, '', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            "device-" + std::to_string(number), units[static_cast<std::size_t>(numbers.below(4))], host,
            "0." + std::to_string(numbers.below(3)), now - days{9}, now - std::chrono::minutes{numbers.below(500)},
            revoked, confirmed, status, judged && failed > 1 ? 1 : 0, judged ? failed : 0, judged ? unknown : 0, waived,
            clauses, now - days{numbers.below(50)},
            "pc-" + host.substr(3) + "\nu" + std::to_string(numbers.below(40)) + "\n");
    }

    /// Two of a rule that many fail, some with a waiver, and one of a rule that few do.
    static void add_verdicts(sql::Batch& batch, int number, Numbers& numbers) {
        const auto verdict = [&](int position, const char* rule, const char* status,
                                 std::optional<std::int64_t> waiver) {
            batch.add(
                "INSERT INTO verdicts(device_id, position, rule, instance, status, severity, reason, since, waiver_id) "
                "VALUES ($1, $2, $3, '', $4, 'violation', '', 1, $5)",
                "device-" + std::to_string(number), position, rule, status, waiver);
        };
        for (const int position : {0, 1}) {
            if (numbers.below(4) == 0) {
                verdict(position, "often", "pass", {});
            } else {
                verdict(position, "often", "fail",
                        numbers.below(8) == 0 ? std::optional<std::int64_t>{1} : std::nullopt);
            }
        }
        if (numbers.below(50) == 0) verdict(2, "seldom", "fail", {});
    }

    std::string list(std::initializer_list<std::size_t> which) const {
        std::string text;
        for (const std::size_t which_one : which) text += (text.empty() ? "[" : ",") + std::to_string(units[which_one]);
        return text + "]";
    }

    DeviceQuery everything() const {
        DeviceQuery query;
        query.silent_before = now - days{7};
        query.revoked = DeviceQuery::Revoked::with;
        return query;
    }

    std::vector<DeviceQuery> questions() const {
        std::vector<DeviceQuery> all;
        const auto ask = [&](auto change) {
            DeviceQuery query = everything();
            query.revoked = DeviceQuery::Revoked::without;
            change(query);
            all.push_back(std::move(query));
        };
        all.push_back(everything());
        ask([](DeviceQuery&) {});
        ask([&](DeviceQuery& query) { query.units = list({0, 1}); });
        ask([&](DeviceQuery& query) {
            query.units = list({2});
            query.revoked = DeviceQuery::Revoked::with;
        });
        for (const char* status : {"pass", "fail", "unknown", "silent"})
            ask([&](DeviceQuery& query) { query.status = status; });
        for (const char* verdict : {"pass", "fail", "unknown", "waived"})
            ask([&](DeviceQuery& query) { query.verdict = verdict; });
        for (const Standing standing : {Standing::pass, Standing::fail, Standing::unknown})
            ask([&](DeviceQuery& query) { query.on_clause = {"1a", standing}; });
        ask([](DeviceQuery& query) { query.grave = true; });
        ask([](DeviceQuery& query) { query.version = "0.2"; });
        for (const char* word : {"pc", "u17", "pc-12", "nowhere"})
            ask([&](DeviceQuery& query) { query.words = {{word, ""}}; });
        ask([&](DeviceQuery& query) {
            query.words = {{"u1", ""}, {"so", list({0, 1})}};
            query.status = "fail";
        });
        return all;
    }

    std::vector<DeviceQuery> questions_about_rules() const {
        std::vector<DeviceQuery> all;
        const auto ask = [&](auto change) {
            DeviceQuery query = everything();
            query.revoked = DeviceQuery::Revoked::without;
            change(query);
            all.push_back(std::move(query));
        };
        for (const char* rule : {"often", "seldom"}) {
            for (const auto& standings : {std::vector{Standing::fail}, std::vector{Standing::fail, Standing::waived},
                                          std::vector{Standing::unknown}})
                ask([&](DeviceQuery& query) { query.with_rules.emplace(std::vector<std::string>{rule}, standings); });
            ask([&](DeviceQuery& query) {
                query.with_rules.emplace(std::vector<std::string>{rule}, std::vector{Standing::fail});
                query.revoked = DeviceQuery::Revoked::with;
            });
        }
        ask([&](DeviceQuery& query) {
            query.with_rules.emplace(std::vector<std::string>{"often"}, std::vector{Standing::fail});
            query.units = list({0, 1});
            query.version = "0.1";
        });
        return all;
    }
};

constexpr std::array sorts{"host_name", "unit", "status", "failed", "last_report_at", "last_seen_at", "agent_version"};

}  // namespace

TEST_CASE("pages of a long list are the parts of the whole, in every order and by every filter") {
    const LongList office;
    const DeviceList list{office.database};
    for (const DeviceQuery& query : office.questions()) {
        for (const char* sort : sorts) {
            for (const bool descending : {false, true}) {
                const DeviceOrder order{
                    sort, descending, {office.units[2], office.units[0], office.units[1], office.units[3]}};
                const std::vector<std::string> all = list.find(query, order, {}).ids;
                for (const std::size_t offset : {std::size_t{0}, std::size_t{37}, all.size() / 2, all.size()}) {
                    INFO(sort << descending << " at " << offset << " status " << query.status << " verdict "
                              << query.verdict << " words " << query.words.size());
                    const FoundIds page = list.find(query, order, {offset, 50});
                    REQUIRE(page.total == all.size());
                    const auto begin = std::min(all.size(), offset);
                    const auto end = std::min(all.size(), offset + 50);
                    REQUIRE(page.ids == std::vector(all.begin() + static_cast<std::ptrdiff_t>(begin),
                                                    all.begin() + static_cast<std::ptrdiff_t>(end)));
                }
            }
        }
    }
}

TEST_CASE("pages of those that fail some rules are the parts of the whole") {
    const LongList office;
    const DeviceList list{office.database};
    for (const DeviceQuery& query : office.questions_about_rules()) {
        for (const char* sort : {"host_name", "status", "failed"}) {
            INFO(sort << query.with_rules->rules << query.with_rules->places);
            const std::vector<std::string> all = list.find(query, {sort, false, {}}, {}).ids;
            const FoundIds page = list.find(query, {sort, false, {}}, {37, 50});
            REQUIRE(page.total == all.size());
            const auto part = [&](std::size_t place) {
                return all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), place));
            };
            REQUIRE(page.ids == std::vector(part(37), part(87)));
        }
    }
}

TEST_CASE("what a PC is searched by follows its name and its accounts") {
    ViewsOffice office;
    const std::int64_t unit = office.unit_at("Sở A");
    const std::string pc = office.reporting_pc("MÁY-Đ1", unit, with_profile(passing(office.now), "bình.lê", 1, 0));
    const auto text = [&] {
        auto row = office.database.reader().query("SELECT search FROM devices WHERE device_id = $1", pc);
        REQUIRE(row.next());
        return row.text(0);
    };
    CHECK(text().starts_with("may-d1\n"));
    CHECK(text().find("\nbinh.le") != std::string::npos);
    office.report(pc, passing(office.now));
    CHECK(text().find("binh.le") == std::string::npos);
    CHECK(text().find("\nan.nguyen\n") != std::string::npos);
}

TEST_CASE("a database of an older program gets what lists need", "[sqlite]") {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "central.db";
    {
        SQLite::Database older{file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE};
        for (std::size_t step = 0; step < 15; ++step) older.exec(std::string{sql::schema_steps()[step]});
        older.exec(
            "PRAGMA user_version = 15; INSERT INTO units(id, name, position) VALUES (1, 'A', 0); "
            "INSERT INTO devices(device_id, unit_id, host_name, agent_version, public_key_sha256, enrolled_at, "
            "last_seen_at, holds_until) VALUES ('d', 1, 'PC-A', '1', 'k', 1, 1, 99), ('e', 1, 'PC-B', '1', 'l', 1, 1, "
            "99); "
            "INSERT INTO reports VALUES (7, 'd', 'r', 'schedule', 1234, 1, 1, 'f', 'c', 'pass', x'7b7d', NULL, NULL); "
            "UPDATE devices SET newest_report = 7 WHERE device_id = 'd'; "
            "INSERT INTO antivirus_products VALUES ('d', 'Bkav Pro', 'on', 0, NULL, ''), ('e', 'Bkav Pro', 'on', 0, 5, "
            "'')");
    }
    const sql::Database database{file};
    auto rows = database.reader().query("SELECT search, newest_taken_at, holds_until FROM devices ORDER BY device_id");
    REQUIRE(rows.next());
    CHECK(rows.text(0) == "pc-a\n");
    CHECK(rows.integer(1) == 1234);
    CHECK(rows.integer(2) == 0);  // judged again soon: then its accounts are there, too
    REQUIRE(rows.next());
    CHECK(rows.text(0) == "pc-b\n");
    CHECK(rows.integer(1) < -1'000'000'000'000);
    auto counts = database.reader().query("SELECT dated, devices FROM antivirus_counts ORDER BY dated");
    REQUIRE(counts.next());
    CHECK(counts.integer(1) == 1);
    REQUIRE(counts.next());
    CHECK(counts.integer(1) == 1);
    CHECK_FALSE(counts.next());
}

TEST_CASE("PCs by antivirus product are counted as products and PCs change") {
    ViewsOffice office;
    const std::int64_t one = office.unit_at("Sở A");
    const std::int64_t two = office.unit_at("Sở B");
    const std::string pc = office.add_pc("PC-1", one);
    office.add_pc("PC-2", one);
    const auto counts = [&] {
        std::vector<std::string> all;
        auto rows = office.database.reader().query(
            "SELECT unit_id, product, with_windows, dated, devices FROM antivirus_counts ORDER BY 1, 2, 3, 4");
        while (rows.next())
            all.push_back((rows.integer(0) == one ? "A " : "B ") + rows.text(1) + " " +
                          std::to_string(rows.integer(2)) + std::to_string(rows.integer(3)) + " " +
                          std::to_string(rows.integer(4)));
        return all;
    };
    const auto has = [&](const std::vector<AntivirusProduct>& products) {
        sql::Writer writer = office.database.writer();
        sql::Transaction transaction{writer};
        replace_antivirus(writer, pc, 1, products);
        transaction.commit();
    };
    using Counts = std::vector<std::string>;
    has({{"Bkav", "on", false, start, ""}, {"Defender", "off", true, {}, "x"}});
    CHECK(counts() == Counts{"A Bkav 01 1", "A Defender 10 1"});
    has({{"Bkav", "on", false, {}, "none"}, {"Defender", "off", true, {}, "x"}});
    CHECK(counts() == Counts{"A Bkav 00 1", "A Defender 10 1"});
    Devices{office.database}.move({pc}, two, by_test);
    CHECK(counts() == Counts{"B Bkav 00 1", "B Defender 10 1"});
    Enrolments{office.database}.revoke_device(pc, office.now);
    CHECK(counts().empty());
    has({{"Bkav", "on", false, start, ""}});
    CHECK(counts().empty());
}
