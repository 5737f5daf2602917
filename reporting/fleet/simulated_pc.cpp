#include "reporting/fleet/simulated_pc.h"

#include <algorithm>
#include <tuple>

#include "embedded/reasons.h"
#include "reporting/fleet/simulated_office.h"

namespace wardwatch {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

/// Facts of one PC at one time.
class Story {
public:
    Story(const SimulatedPc& pc, Instant began, Instant at) : pc_(pc), began_(began), at_(at) {}

    Facts facts(const std::string& agent_version) {
        host(agent_version);
        password_policy();
        antivirus();
        people();
        std::sort(facts_.begin(), facts_.end(),
                  [](const Fact& a, const Fact& b) { return std::tie(a.id, a.instance) < std::tie(b.id, b.instance); });
        return std::move(facts_);
    }

private:
    Dice dice(std::string_view topic) const { return {static_cast<std::uint64_t>(pc_.number), topic}; }

    void add(const std::string& id, const std::string& instance, Value value, const char* source) {
        const bool unknown = is_unknown(value);
        facts_.push_back({id, instance, std::move(value), unknown ? "" : source});
    }

    /// From when on the dispatch is followed in this matter: somewhere in the year, for some only after it.
    Instant followed_from(std::string_view topic) const {
        return began_ + days{dice(std::string{topic} + " followed").between(20, 430)};
    }
    bool followed(std::string_view topic) const { return at_ >= followed_from(topic); }

    void host(const std::string& agent_version) {
        struct System {
            std::string name;
            std::string version;
            std::int64_t build;
        };
        static const std::vector<System> systems{{"Windows 10 Pro 22H2", "10.0.19045.5011", 19045},
                                                 {"Windows 10 Pro 22H2", "10.0.19045.4894", 19045},
                                                 {"Windows 11 Pro 23H2", "10.0.22631.4460", 22631},
                                                 {"Windows 11 Pro 24H2", "10.0.26100.2314", 26100},
                                                 {"Windows 7 Professional Service Pack 1", "6.1.7601", 7601}};
        Dice luck = dice("system");
        const System& system = luck.pick(systems);
        add("host.name", "", pc_.host_name, "system");
        add("host.os_name", "", system.name, "system");
        add("host.os_version", "", system.version, "system");
        add("host.os_build", "", system.build, "system");
        const bool domain = luck.chance(35);
        add("host.membership", "", std::string{domain ? "domain" : "workgroup"}, "system");
        add("host.membership_name", "", std::string{domain ? "MOPHONG" : "WORKGROUP"}, "system");
        add("host.time_zone", "", std::string{"SE Asia Standard Time"}, "system");
        add("host.agent_version", "", agent_version, "agent");
        add("host.windows_activated", "", luck.chance(88) || followed("activation"), "wmi");
    }

    void password_policy() {
        const bool strict = followed("password policy");
        add("password_policy.minimum_length", "", std::int64_t{strict ? 12 : dice("length").between(0, 8)}, "netapi");
        add("password_policy.complexity", "", strict || dice("complexity").chance(40), "sam");
        add("password_policy.reversible_encryption", "", false, "sam");
        add("password_policy.passwords_expire", "", strict || dice("expire").chance(60), "netapi");
        if (strict || dice("expire").chance(60))
            add("password_policy.maximum_age_days", "", std::int64_t{strict ? 90 : 180}, "netapi");
        add("password_policy.minimum_age_days", "", std::int64_t{0}, "netapi");
        add("password_policy.history_length", "", std::int64_t{strict ? 5 : 0}, "netapi");
        add("password_policy.lockout_threshold", "", std::int64_t{strict ? 5 : 0}, "netapi");
    }

    void antivirus() {
        Dice luck = dice("antivirus");
        const std::int64_t kind = luck.between(1, 100);
        if (kind <= 4) {  // a check that failed as a whole
            return add("antivirus", "",
                       Unknown{reasons::security_center_and_wmi(
                           reasons::timed_out(20),
                           reasons::failed_call("SWbemServices", "0x80041003", reasons::access_denied()))},
                       "collector");
        }
        if (kind <= 8 && !followed("antivirus")) return add("antivirus.products", "", std::int64_t{0}, "wsc");
        const std::string product = kind <= 32   ? "Bkav Pro"
                                    : kind <= 58 ? "Kaspersky Endpoint Security"
                                    : kind <= 72 ? "ESET Endpoint Antivirus"
                                    : kind <= 77 ? "CMC Antivirus"
                                                 : "Microsoft Defender Antivirus";
        const bool defender = product.starts_with("Microsoft");
        add("antivirus.products", "", std::int64_t{1}, "wsc");
        add("antivirus.licensed_with_windows", product, defender, "wsc");
        // The definitions of some are old for a month now and then.
        Dice month = dice("definitions " + std::to_string((at_ - began_) / days{30}));
        add("antivirus.state", product, std::string{month.chance(2) ? "off" : "on"}, "wsc");
        add("antivirus.definitions_current", product, month.chance(93), "wsc");
        if (defender) return;
        if (luck.chance(12)) {
            return add("antivirus.licence_expires_at", product, Unknown{reasons::no_licence_date()}, "");
        }
        // For a year at a time; before the office follows the dispatch, renewed weeks too late.
        Instant ends = began_ - days{365} + days{luck.between(10, 360)};
        const days late{followed("licences") ? -10 : luck.between(5, 60)};
        while (ends + late < at_) ends += days{365};
        add("antivirus.licence_expires_at", product, std::chrono::floor<days>(ends), "wsc");
    }

    void people() {
        Dice luck = dice("people");
        const std::int64_t many = luck.between(1, 3);
        std::vector<std::string> names;
        for (std::int64_t i = 0; i < many; ++i) {
            const std::string name = simulated_account(luck);
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
        for (const std::string& name : names) account(name, luck.chance(92));
        std::int64_t accounts = static_cast<std::int64_t>(names.size());
        // Somebody who left, and whose account is revoked some day.
        if (luck.chance(30) && !followed("unused accounts")) {
            account("thuc.tap", false);
            ++accounts;
        }
        add("accounts.enabled_human", "", accounts, "netapi");
        std::int64_t profiles = 0;
        static const std::vector<std::string> browsers{"chrome/Default", "edge/Default", "coccoc/Default",
                                                       "firefox/k3x9w2ab.default-release"};
        for (const std::string& name : names) {
            const std::size_t first = luck.next() % browsers.size();
            profile(name + "/" + browsers[first], luck);
            ++profiles;
            if (luck.chance(35)) {
                profile(name + "/" + browsers[(first + 1) % browsers.size()], luck);
                ++profiles;
            }
        }
        add("browser_credentials.profiles", "", profiles, "file");
        for (const char* browser : {"chrome", "edge"}) {
            add("browser_policy.password_manager", browser, std::string{followed("browser policy") ? "off" : "not_set"},
                "registry");
        }
    }

    /// The last time that this account's password was changed.
    Instant password_changed(const std::string& name) const {
        Dice luck = dice("password of " + name);
        const Instant first = began_ - days{luck.between(20, 500)};
        const Instant from = followed_from("passwords " + name);
        if (at_ < from) return first;
        // Most in time, some some days too late.
        const days period{luck.between(62, 96)};
        return from + (at_ - from) / period * period + hours{luck.between(0, 9)} - hours{9};
    }

    void account(const std::string& name, bool used) {
        add("accounts.kind", name, std::string{"local"}, "netapi");
        add("accounts.password_logon", name, true, "netapi");
        add("accounts.password_ever_set", name, true, "netapi");
        const Instant changed = password_changed(name);
        add("accounts.password_changed_at", name, changed, "netapi");
        add("accounts.password_expired", name, false, "netapi");
        add("accounts.password_not_required", name, !followed("blank passwords") && dice("blank " + name).chance(6),
            "netapi");
        add("accounts.password_never_expires", name, !followed("password policy"), "netapi");
        add("accounts.password_cannot_change", name, false, "netapi");
        add("accounts.locked_out", name, false, "netapi");
        add("accounts.ever_logged_on", name, true, "netapi");
        const Instant logon = used || followed("unused accounts")
                                  ? at_ - hours{dice("logon " + name).between(1, 60)}
                                  : began_ - days{dice("logon " + name).between(5, 200)};
        add("accounts.last_logon_at", name, std::max(logon, changed), "netapi");
    }

    /// Saved entries become fewer from the day on which people were told, and are gone some weeks later; a few PCs
    /// begin again.
    void profile(const std::string& instance, Dice& luck) {
        const std::int64_t saved_at_first = luck.between(1, 100) <= 25 ? 0 : luck.between(1, 45);
        const std::int64_t official_at_first = luck.chance(45) ? luck.between(0, 5) : 0;
        const days to_clean{luck.between(1, 60)};
        const Instant from = followed_from("saved passwords " + instance);
        std::int64_t left = 100;
        if (at_ >= from) left = std::max<std::int64_t>(0, 100 - 100 * ((at_ - from) / days{1}) / to_clean.count());
        std::int64_t saved = (saved_at_first * left + 99) / 100;
        const bool relapse = dice("relapse " + instance + std::to_string((at_ - began_) / days{45})).chance(4);
        if (relapse && saved == 0) saved = dice("again " + instance).between(1, 3);
        add("browser_credentials.store_status", instance, std::string{"ok"}, "file");
        add("browser_credentials.saved", instance, saved, "file");
        const std::int64_t official = std::min(saved, (official_at_first * left + 99) / 100);
        add("browser_credentials.official", instance, official, "file");
        if (official > 0) {
            add("browser_credentials.official_oldest_change_at", instance,
                began_ - days{dice("official " + instance).between(1, 300)}, "file");
        }
        add("browser_credentials.account_store_saved", instance, std::int64_t{0}, "file");
        add("browser_credentials.federated", instance, luck.between(0, 2), "file");
        add("browser_credentials.never_saved", instance, luck.between(0, 6), "file");
        if (saved > 0) {
            add("browser_credentials.newest_change_at", instance, std::min(at_, from) - days{luck.between(1, 90)},
                "file");
        }
    }

    const SimulatedPc& pc_;
    Instant began_;
    Instant at_;
    Facts facts_;
};

}  // namespace

SimulatedPc make_simulated_pc(std::int64_t number) {
    const std::vector<SimulatedUnit>& units = simulated_units();
    Dice dice{static_cast<std::uint64_t>(number), "pc"};
    SimulatedPc pc;
    pc.number = number;
    // Each unit has some before any has many; how many more differs from unit to unit.
    const auto count = static_cast<std::int64_t>(units.size());
    pc.unit = static_cast<std::size_t>(
        number < count ? number : std::min(dice.between(0, count - 1), dice.between(0, count + 20)));
    std::string digits = std::to_string(number + 1);
    if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
    pc.host_name = "MP-" + units[pc.unit].short_name + "-" + digits;
    pc.silent = dice.chance(6);
    pc.off = dice.chance(7);
    return pc;
}

Instant simulated_report_time(const SimulatedPc& pc, int month, int months, Instant now) {
    Dice dice{static_cast<std::uint64_t>(pc.number), "report " + std::to_string(month)};
    Instant newest = now - seconds{dice.between(60, 20 * 3600)};
    if (pc.silent) newest -= days{Dice{static_cast<std::uint64_t>(pc.number), "silent"}.between(8, 60)};
    return newest - days{30} * (months - 1 - month);
}

Facts simulated_facts(const SimulatedPc& pc, Instant began, Instant at, const std::string& agent_version) {
    return Story{pc, began, at}.facts(agent_version);
}

}  // namespace wardwatch
