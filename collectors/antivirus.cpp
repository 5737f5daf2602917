// Check: the antivirus products of this PC, their state, definitions and licences. Windows lists the products (Security
// Center, else WMI; Windows Server has neither, so the services tell there); Defender tells about itself; the vendors'
// own keys and files tell dates. Where two sources contradict each other, that is a fact, too.

#include <exception>

#include "collectors/antivirus/evidence.h"
#include "collectors/core/collector.h"

namespace wardwatch {
namespace {

std::string state_word(AntivirusState state) {
    switch (state) {
        case AntivirusState::on:
            return "on";
        case AntivirusState::off:
            return "off";
        case AntivirusState::snoozed:
            return "snoozed";
        case AntivirusState::expired:
            return "expired";
    }
    throw PortError("Security Center reports a product state that this program does not know");
}

struct Told {
    Value value;
    std::string source;
};

// That a product is on is not believed against its own service or Defender's own word. On a server only its service
// says that Defender is on, so there its own word decides.
Told state_of(const ProductList& list, const ListedProduct& product, const Evidence& evidence) {
    if (!product.state) return {Unknown{product.unreadable}, list.source};
    const bool on = product.state == AntivirusState::on;
    const auto idle = on && evidence.defender ? is_idle(*evidence.defender) : std::nullopt;
    if (idle && list.source == "service") return {std::string(*idle ? "off" : "on"), "wmi"};
    if (idle.value_or(false)) {
        return {Unknown{"Windows says on, but Microsoft Defender says that it does not protect"}, list.source};
    }
    if (on && evidence.service && evidence.service->state == "stopped") {
        return {Unknown{"Windows says on, but the service " + evidence.service->name + " is stopped"}, list.source};
    }
    return {state_word(*product.state), list.source};
}

// Empty on a server, unless Defender says it itself: nobody else judges definitions there.
std::optional<Told> definitions_current(const ProductList& list, const ListedProduct& product,
                                        const Evidence& evidence) {
    if (product.definitions_current) return Told{*product.definitions_current, list.source};
    if (list.source != "service") return Told{Unknown{product.unreadable}, list.source};
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
        return {Unknown{"the product counts the days of its licence only while its service runs"}, found.source};
    }
    return {steady(product.name, *date, options), found.source};
}

Told licence_end(const ProductList& list, const ListedProduct& product, const Evidence& evidence,
                 const ScanOptions& options) {
    if (evidence.listed_licence) {
        const auto* exact = evidence.licence ? std::get_if<Instant>(&evidence.licence->value) : nullptr;
        const bool both_over = exact && *evidence.listed_licence <= options.now && *exact <= options.now;
        if (both_over && !evidence.licence->counted) return {*exact, evidence.licence->source};
        return {steady(product.name, *evidence.listed_licence, options), list.source};
    }
    if (evidence.licence) return vendor_licence(product, evidence, options);
    if (!product.days_until_expired) return {Unknown{list.no_licence_date}, list.source};
    return {Unknown{"the product reports " + std::to_string(*product.days_until_expired) +
                    " days until its licence ends, which is no date"},
            list.source};
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
        add("antivirus.definitions_updated_at",
            {Unknown{"the product stores no date of its definitions that is known here"}, list.source});
    }
    if (evidence.service) add("antivirus.service_state", {evidence.service->state, "service"});
    if (evidence.service && !product.windows_own) add("antivirus.leftover", {evidence.leftover, "service"});
    if (evidence.comparisons > 0) add("antivirus.sources_disagree", {joined(evidence.contradictions), list.source});
    if (!evidence.defender) return;
    add("antivirus.running_mode", {evidence.defender->running_mode, "wmi"});
    add("antivirus.real_time_protection", {evidence.defender->real_time_protection, "wmi"});
    add("antivirus.tamper_protected", {evidence.defender->tamper_protected, "wmi"});
    add("antivirus.product_version", {evidence.defender->product_version, "wmi"});
}

}  // namespace

Facts collect_antivirus(const Machine& machine, const ScanOptions& options) {
    const ServiceList services = read_services(machine.services);
    const ProductList list = list_products(machine, services, options.call_limit);
    Facts facts;
    std::int64_t count = 0;
    for (const ListedProduct& product : list.products) {
        const Evidence evidence = gather_evidence(machine, list, product, services, options);
        if (evidence.leftover == Value(true)) {
            facts.push_back({"antivirus.leftover", product.name, true, "service"});
            continue;
        }
        ++count;
        add_product(facts, list, product, evidence, options);
    }
    for (const std::string& title : forgotten_vendors(machine.registry, list, services)) {
        facts.push_back({"antivirus.leftover", title, true, "registry"});
    }
    const std::string gap = why_incomplete(list, services);
    facts.push_back({"antivirus.products", "", gap.empty() ? Value(count) : Value(Unknown{gap}), list.source});
    return facts;
}

}  // namespace wardwatch
