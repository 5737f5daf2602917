// Check: the antivirus products of this PC, their state, definitions and licences. Windows lists the products (Security
// Center, else WMI; Windows Server has neither, so that the services tell there); Defender tells about itself; the
// vendors' own keys and files tell dates. Where two sources contradict each other, that is a fact, too.

#include <algorithm>

#include "collectors/antivirus/evidence.h"
#include "collectors/core/collector.h"
#include "collectors/machine/product_state.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

struct Told {
    Value value;
    std::string source;
};

// On a server only its service says that Defender is on, which runs in passive mode, too: its own word decides.
Told server_defender_state(const DefenderStatus& defender) {
    if (const auto idle = is_idle(defender)) return {std::string(*idle ? "off" : "on"), "wmi"};
    const auto* why = std::get_if<Unknown>(&defender.real_time_protection);
    return {*why, "wmi"};
}

// Why Windows is not believed that the product is on; empty when it is.
std::optional<Reason> doubt_about_on(const ListedProduct& product, const Evidence& evidence) {
    const std::string service = evidence.service ? evidence.service->state : "";
    if (evidence.defender && is_idle(*evidence.defender).value_or(false)) return reasons::on_but_defender_idle();
    if (service == "stopped") return reasons::service_is_stopped(evidence.service->name);
    if (service == "running") return std::nullopt;
    if (product.program_there == false) return reasons::on_but_program_gone();
    // A program that stayed when the scanner went (an agent that manages): nothing of it can look at files. Where the
    // vendor has renamed its service, the driver still does.
    const bool scans = product.program_there == true && evidence.driver_runs;
    if (service == "not_installed" && !scans) return reasons::on_but_no_service();
    if (product.on_and_not_on) return reasons::on_but_listed_twice();
    return std::nullopt;
}

// Nor is it believed that Defender, alone on the PC, is off against its own word.
Told state_of(const ProductList& list, const ListedProduct& product, const Evidence& evidence) {
    if (!product.state) return {Unknown{product.state_unknown}, list.source};
    if (product.state == AntivirusState::on) {
        if (list.source == "service" && evidence.defender) return server_defender_state(*evidence.defender);
        if (const auto doubt = doubt_about_on(product, evidence)) return {Unknown{*doubt}, list.source};
    }
    const bool protects = evidence.defender && is_idle(*evidence.defender) == false;
    if (product.state == AntivirusState::off && protects) {
        return {Unknown{reasons::off_but_defender_protects()}, list.source};
    }
    return {state_word(*product.state), list.source};
}

// Empty on a server, unless Defender says it itself: nobody else judges definitions there.
std::optional<Told> definitions_current(const ProductList& list, const ListedProduct& product,
                                        const Evidence& evidence) {
    if (product.definitions_current && evidence.definitions_disagree) {
        const std::string day = day_text(std::get<Instant>(evidence.definitions->value));
        return Told{Unknown{*product.definitions_current ? reasons::date_against_current(day)
                                                         : reasons::date_against_out_of_date(day)},
                    list.source};
    }
    if (product.definitions_current) return Told{*product.definitions_current, list.source};
    if (list.source != "service") return Told{Unknown{product.definitions_unknown}, list.source};
    if (!evidence.defender) return std::nullopt;
    const auto* out_of_date = std::get_if<bool>(&evidence.defender->definitions_out_of_date);
    return out_of_date ? std::optional(Told{!*out_of_date, "wmi"}) : std::nullopt;
}

// A count of days gives another date when it is asked at another hour, so the date that was told first stays. A count
// of no days says that the licence has ended, not that it did so today.
Instant steady(const std::string& product, Instant counted, const ScanOptions& options) {
    constexpr std::chrono::days day{1};
    for (const Fact& fact : options.previous) {
        if (fact.id != "antivirus.licence_expires_at" || fact.instance != product) continue;
        const auto* before = std::get_if<Instant>(&fact.value);
        if (before == nullptr) continue;
        const bool ended = counted <= options.now && *before <= counted;
        if (ended || (*before >= counted - day && *before <= counted + day)) return *before;
    }
    return counted;
}

Told vendor_licence(const ListedProduct& product, const Evidence& evidence, const ScanOptions& options) {
    const VendorDate& found = *evidence.licence;
    const auto* date = std::get_if<Instant>(&found.value);
    if (date == nullptr || !found.counted) return {found.value, found.source};
    if (evidence.service && evidence.service->state != "running") {
        return {Unknown{reasons::licence_counted_while_running()}, found.source};
    }
    return {steady(product.name, *date, options), found.source};
}

// 0 days are also what a product tells that counts none. Where the vendor's own date is no more than a day away, or
// over, it agrees.
Told licence_of_no_days(const ListedProduct& product, const Evidence& evidence, const ScanOptions& options) {
    const auto* own = evidence.licence ? std::get_if<Instant>(&evidence.licence->value) : nullptr;
    if (own != nullptr && *own <= options.now + std::chrono::days{1}) return vendor_licence(product, evidence, options);
    return {Unknown{own ? reasons::no_days_but_a_date(day_text(*own)) : reasons::no_days_left_and_not_ended()}, "wsc"};
}

Told licence_end(const ProductList& list, const ListedProduct& product, const Evidence& evidence,
                 const ScanOptions& options) {
    if (evidence.listed_licence) {
        const auto* exact = evidence.licence ? std::get_if<Instant>(&evidence.licence->value) : nullptr;
        const bool both_over = exact && *evidence.listed_licence <= options.now && *exact <= options.now;
        if (both_over && !evidence.licence->counted) return {*exact, evidence.licence->source};
        return {steady(product.name, *evidence.listed_licence, options), list.source};
    }
    if (product.days_until_expired == 0U) return licence_of_no_days(product, evidence, options);
    if (evidence.licence) return vendor_licence(product, evidence, options);
    if (!product.days_until_expired) return {Unknown{list.no_licence_date}, list.source};
    return {Unknown{reasons::no_such_day(*product.days_until_expired)}, list.source};
}

std::string joined(const std::vector<std::string>& contradictions) {
    std::string text;
    for (const std::string& one : contradictions) text += (text.empty() ? "" : "; ") + one;
    return text.empty() ? "none" : text;
}

void add_product(Facts& facts, const ProductList& list, const ListedProduct& product, const Evidence& evidence,
                 const ScanOptions& options) {
    const auto add = [&](const char* id, Told told) {
        facts.push_back({id, product.name, std::move(told.value), std::move(told.source)});
    };
    add("antivirus.state", state_of(list, product, evidence));
    if (auto current = definitions_current(list, product, evidence)) add("antivirus.definitions_current", *current);
    add("antivirus.licensed_with_windows", {product.windows_own, list.source});
    if (!product.windows_own) add("antivirus.licence_expires_at", licence_end(list, product, evidence, options));
    if (evidence.licence_status) {
        add("antivirus.licence_status", {evidence.licence_status->value, evidence.licence_status->source});
    }
    if (evidence.definitions) {
        add("antivirus.definitions_updated_at", {evidence.definitions->value, evidence.definitions->source});
    } else if (list.source == "service") {
        add("antivirus.definitions_updated_at", {Unknown{reasons::no_definitions_date()}, list.source});
    }
    if (evidence.service) add("antivirus.service_state", {evidence.service->state, "service"});
    if (evidence.leftover) add("antivirus.leftover", {*evidence.leftover, evidence.service ? "service" : "file"});
    if (evidence.comparisons > 0) add("antivirus.sources_disagree", {joined(evidence.contradictions), list.source});
    if (!evidence.defender) return;
    add("antivirus.running_mode", {evidence.defender->running_mode, "wmi"});
    add("antivirus.real_time_protection", {evidence.defender->real_time_protection, "wmi"});
    add("antivirus.tamper_protected", {evidence.defender->tamper_protected, "wmi"});
    add("antivirus.product_version", {evidence.defender->product_version, "wmi"});
}

// Beside a Defender that is on, a product of a server that is silent is unknown: else the rule on definitions would
// take Defender's for those of the whole PC.
void add_silent_definitions(Facts& facts, const ProductList& list) {
    const auto is_on = [&](const ListedProduct& product) {
        return std::any_of(facts.begin(), facts.end(), [&](const Fact& fact) {
            return fact.id == "antivirus.state" && fact.instance == product.name &&
                   fact.value == Value(std::string("on"));
        });
    };
    const bool defender = std::any_of(list.products.begin(), list.products.end(), [&](const ListedProduct& product) {
        return product.windows_own && is_on(product);
    });
    if (list.source != "service" || !defender) return;
    for (const ListedProduct& product : list.products) {
        if (product.windows_own || !is_on(product)) continue;
        facts.push_back(
            {"antivirus.definitions_current", product.name, Unknown{reasons::definitions_not_told()}, "service"});
    }
}

// Defender comes with every Windows Server, so that its service is there without anybody having chosen it.
bool counts(const ProductList& list, const ListedProduct& product) {
    return list.source != "service" || !product.windows_own || product.state == AntivirusState::on;
}

}  // namespace

Facts collect_antivirus(const Machine& machine, const ScanOptions& options) {
    const ServiceList services = read_services(machine.services);
    const ProductList list = list_products(machine, services, options.call_limit);
    Facts facts;
    for (const ListedProduct& product : list.products) {
        add_product(facts, list, product, gather_evidence(machine, list, product, services, options), options);
    }
    add_silent_definitions(facts, list);
    for (const ListedProduct& product : list.leftovers) {
        const bool by_service = product.vendor != nullptr && !product.vendor->services.empty();
        facts.push_back({"antivirus.leftover", product.name, true, by_service ? "service" : "file"});
    }
    for (const std::string& title : forgotten_vendors(machine.registry, list, services)) {
        facts.push_back({"antivirus.leftover", title, true, "registry"});
    }
    const auto count = std::count_if(list.products.begin(), list.products.end(),
                                     [&](const ListedProduct& product) { return counts(list, product); });
    const std::optional<Reason> gap = why_incomplete(list, services);
    facts.push_back({"antivirus.products", "", gap ? Value(Unknown{*gap}) : Value(std::int64_t{count}), list.source});
    return facts;
}

}  // namespace wardwatch
