#include "reporting/fleet/report_bodies.h"

#include <nlohmann/json.hpp>

#include "reporting/fleet/simulated_office.h"
#include "reporting/tls/pki.h"
#include "reporting/wire/report_json.h"

namespace wardwatch {

ReportBodies::ReportBodies(std::uint64_t seed, Instant began, std::string agent_version, std::int64_t pool)
    : seed_(seed), began_(began), agent_version_(std::move(agent_version)), pool_(pool) {}

std::string ReportBodies::report_id(std::int64_t number, std::uint64_t serial) const {
    Dice dice{seed_, "report " + std::to_string(number) + " " + std::to_string(serial)};
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string id = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    std::uint64_t bits = 0;
    int left = 0;
    for (char& c : id) {
        if (c != 'x') continue;
        if (left == 0) {
            bits = dice.next();
            left = 16;
        }
        c = digits[bits & 15];
        bits >>= 4;
        --left;
    }
    return id;
}

const ReportBodies::Made& ReportBodies::made(const SimulatedPc& pc, const DraftReport& draft) {
    const bool own = pool_ == 0;
    const std::pair key{own ? pc.number : pc.number % pool_, draft.variant};
    if (const auto found = shared_.find(key); !own && found != shared_.end()) return found->second;
    const SimulatedPc whose = own ? pc : make_simulated_pc(key.first);
    const Instant at = own ? draft.taken_at : began_ + std::chrono::days{30} * draft.variant;
    nlohmann::json facts = nlohmann::json::array();
    nlohmann::json with_reasons = nlohmann::json::array();
    for (const Fact& fact : simulated_facts(whose, began_, at, agent_version_)) {
        facts.push_back(to_json(fact));
        with_reasons.push_back(to_json(fact, format_with_reasons));
    }
    Made& place = own ? own_ : shared_[key];
    place.facts = facts.dump();
    place.facts_with_reasons = with_reasons.dump();
    place.deflated_facts = DeflatedMiddle{place.facts_with_reasons};
    place.hash = sha256_hex(place.facts);
    return place;
}

// As to_json() writes it; nothing of it can need an escape.
ReportBodies::Ends ReportBodies::ends(const SimulatedPc& pc, const std::string& device_id, const DraftReport& draft,
                                      const char* trigger, int format) const {
    Ends ends;
    ends.head = R"({"agent_version":")" + agent_version_ + R"(","device_id":")" + device_id + R"(","facts":)";
    ends.tail = R"(,"format":)" + std::to_string(format) + R"(,"report_id":")" + report_id(pc.number, draft.serial);
    ends.tail.append(R"(","taken_at":")").append(format_instant(draft.taken_at)).append(R"(","trigger":")");
    ends.tail.append(trigger).append("\"}");
    return ends;
}

std::string ReportBodies::body(const SimulatedPc& pc, const std::string& device_id, const DraftReport& draft,
                               const char* trigger, int format) {
    const Ends around = ends(pc, device_id, draft, trigger, format);
    const Made& facts = made(pc, draft);
    return around.head + (format == format_with_reasons ? facts.facts_with_reasons : facts.facts) + around.tail;
}

std::string ReportBodies::deflated_body(const SimulatedPc& pc, const std::string& device_id, const DraftReport& draft,
                                        const char* trigger, int format) {
    if (format != format_with_reasons) return deflated(body(pc, device_id, draft, trigger, format));
    const Ends around = ends(pc, device_id, draft, trigger, format);
    return made(pc, draft).deflated_facts.between(around.head, around.tail);
}

std::string ReportBodies::facts_hash(const SimulatedPc& pc, const DraftReport& draft) { return made(pc, draft).hash; }

}  // namespace wardwatch
