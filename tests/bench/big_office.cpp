// Fills a centre's database with simulated PCs and their reports, without TLS and without a centre, by the same stores:
// 100,000 PCs with a report a month take minutes instead of hours. Prints how many bytes of JSON the reports have.
//     wardwatch-big-office CENTRAL.DB PCS REPORTS    the reports of each lie evenly in the last year
// The units are the simulated office's and are made where they are not there.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "reporting/central/enrolment/store.h"
#include "reporting/central/formats/report_reader.h"
#include "reporting/central/intake/arrival_store.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/sql/changed_by.h"
#include "reporting/central/units/store.h"
#include "reporting/fleet/report_bodies.h"
#include "reporting/fleet/simulated_office.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"

using namespace wardwatch;

namespace {

constexpr const char* agent_version = "0.1.0-simulated";
constexpr std::int64_t pcs_at_once = 25;

class BigOffice {
public:
    BigOffice(const std::string& file, int reports)
        : database_(std::filesystem::path{file}), reports_(reports), policy_(built_in_policy()) {
        for (const SimulatedUnit& unit : simulated_units()) tokens_.push_back(token_of(unit.path));
    }

    /// All bytes of all reports as JSON.
    std::uint64_t bytes() const { return bytes_; }

    void add(std::int64_t count) {
        std::vector<Arrival> ready = made(0, count);
        for (std::int64_t first = 0; first < count; first += pcs_at_once) {
            enrol(first, std::min(count, first + pcs_at_once));
            std::vector<Arrival> next;
            // One processor makes reports while the other one stores those before.
            std::thread maker{[&] { next = made(first + pcs_at_once, count); }};
            store(ready);
            maker.join();
            ready = std::move(next);
        }
    }

private:
    static std::string device_of(std::int64_t number) {
        const std::string hash = sha256_hex("PC " + std::to_string(number));
        return hash.substr(0, 8) + "-" + hash.substr(8, 4) + "-4" + hash.substr(13, 3) + "-8" + hash.substr(17, 3) +
               "-" + hash.substr(20, 12);
    }

    std::string token_of(const std::string& path) {
        std::optional<std::int64_t> parent;
        std::string rest = path;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find('/'), rest.size());
            parent = unit_named(rest.substr(0, end), parent);
            rest.erase(0, end + 1);
        }
        const std::string token = random_hex(16);
        Enrolments{database_}.add_token(sha256_hex(token), parent.value(), 10'000'000, now_,
                                        now_ + std::chrono::days{1});
        return token;
    }

    std::int64_t unit_named(const std::string& name, std::optional<std::int64_t> parent) {
        for (const Unit& unit : Units{database_}.all()) {
            if (unit.name == name && unit.parent_id == parent) return unit.id;
        }
        return Units{database_}.add(name, parent, {"bench", now_});
    }

    void enrol(std::int64_t first, std::int64_t end) {
        for (std::int64_t number = first; number < end; ++number) {
            const SimulatedPc pc = make_simulated_pc(number);
            const EnrolmentClaim claim{sha256_hex(tokens_[pc.unit]), device_of(number),
                                       sha256_hex("key " + std::to_string(number)), pc.host_name, agent_version};
            if (Enrolments{database_}.enrol(claim, began_) == EnrolmentOutcome::accepted) {
                const std::string fingerprint = sha256_hex("certificate " + std::to_string(number));
                Enrolments{database_}.add_certificate(
                    claim.device_id, {fingerprint, fingerprint.substr(0, 40), now_ + std::chrono::days{300}}, began_);
            }
        }
    }

    std::vector<Arrival> made(std::int64_t first, std::int64_t count) {
        std::vector<Arrival> arrivals;
        for (std::int64_t number = first; number < std::min(count, first + pcs_at_once); ++number) {
            const SimulatedPc pc = make_simulated_pc(number);
            for (int report = 0; report < reports_; ++report) {
                const Instant at = time_of(pc, report);
                std::string body =
                    bodies_.body(pc, device_of(number), {static_cast<std::uint64_t>(report), 0, at}, "simulated");
                bytes_ += body.size();
                arrivals.push_back(arrival(std::move(body), at + std::chrono::seconds{1}));
            }
        }
        return arrivals;
    }

    /// The newest within the last day, but of a silent PC; the others a part of the year apart.
    Instant time_of(const SimulatedPc& pc, int report) const {
        return simulated_report_time(pc, 0, 1, now_) -
               std::chrono::seconds{std::chrono::days{365}} * (reports_ - 1 - report) / reports_;
    }

    Arrival arrival(std::string body, Instant received) const {
        const Report report = report_from_agent(body);
        return arrival_of(report, std::move(body), received, policy_);
    }

    void store(const std::vector<Arrival>& arrivals) { Arrivals{database_}.add_all(arrivals, {}, {}); }

    const Instant now_ = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const Instant began_ = now_ - std::chrono::days{365};
    sql::Database database_;
    const int reports_;
    const PolicyInForce policy_;
    std::vector<std::string> tokens_;
    ReportBodies bodies_{1, began_, agent_version, 0};
    std::uint64_t bytes_ = 0;
};

}  // namespace

int main(int count, char** words) {
    try {
        if (count != 4) throw std::runtime_error("wardwatch-big-office CENTRAL.DB PCS REPORTS");
        BigOffice office{words[1], std::atoi(words[3])};
        office.add(std::atoll(words[2]));
        std::cout << office.bytes() << '\n';
        return 0;
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
