#include "collectors/antivirus/vendor_dates.h"

#include <algorithm>

#include "collectors/antivirus/vendor_places.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

struct Dates {
    std::vector<Instant> dates;
    std::optional<Reason> unreadable;  ///< why something that stands there is no date: the first reason
};

Dates dates_in(const PlaceFindings& findings, DateForm form, Instant now) {
    Dates found;
    found.unreadable = findings.unreadable;
    const auto fail = [&](Reason reason) {
        if (!found.unreadable) found.unreadable = std::move(reason);
    };
    if (!findings.without.empty()) fail(reasons::no_date_in(findings.without));
    for (const PlaceText& text : findings.texts) {
        try {
            if (const auto date = read_date(form, text.text, now)) found.dates.push_back(*date);
        } catch (const PortError& error) {
            fail(reasons::somewhere(text.where, error.reason()));
        }
    }
    return found;
}

std::string source_name(Medium medium) {
    return medium == Medium::registry ? "registry" : medium == Medium::file ? "file" : "wmi";
}

bool is_word(std::string_view text) {
    constexpr std::size_t longest_word = 20;
    return text.size() <= longest_word && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
           });
}

}  // namespace

std::optional<VendorDate> read_vendor_date(const Machine& machine, std::span<const VendorPlace> places, Instant now,
                                           std::chrono::seconds limit) {
    std::optional<VendorDate> unreadable;
    for (const VendorPlace& place : places) {
        const Dates found = dates_in(read_place(machine, place, limit), place.form, now);
        const std::string source = source_name(place.medium);
        if (!found.dates.empty()) {
            const Instant latest = *std::max_element(found.dates.begin(), found.dates.end());
            return VendorDate{latest, source, place.form == DateForm::days_left};
        }
        if (found.unreadable && !unreadable) {
            unreadable = VendorDate{Unknown{*found.unreadable}, source, false};
        }
    }
    return unreadable;
}

std::optional<VendorWord> read_vendor_word(const Machine& machine, const VendorPlace& place,
                                           std::chrono::seconds limit) {
    const PlaceFindings findings = read_place(machine, place, limit);
    const std::string source = source_name(place.medium);
    if (!findings.texts.empty()) {
        const PlaceText& first = findings.texts.front();
        if (is_word(first.text)) return VendorWord{first.text, source};
        return VendorWord{Unknown{reasons::somewhere(first.where, reasons::licence_state_is_no_word())}, source};
    }
    if (!findings.unreadable) return std::nullopt;
    return VendorWord{Unknown{*findings.unreadable}, source};
}

}  // namespace wardwatch
