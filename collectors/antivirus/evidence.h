// What all sources say about one antivirus product, and where they contradict each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/antivirus/defender.h"
#include "collectors/antivirus/products.h"
#include "collectors/antivirus/vendor_dates.h"
#include "collectors/core/collector.h"

namespace wardwatch {

/// Sources that were not asked, or hold nothing, are empty.
struct Evidence {
    std::optional<VendorService> service;    ///< empty: the vendor's services, or the PC's, are not known
    bool driver_runs = false;                ///< one of the vendor's in Windows' group of antivirus drivers
    std::optional<Value> leftover;           ///< false or Unknown; empty: nothing tells
    std::optional<DefenderStatus> defender;  ///< asked only when Defender is on, or alone
    std::optional<VendorDate> definitions;
    bool definitions_disagree = false;  ///< who lists the product and its own date tell different things
    std::optional<VendorDate> licence;
    std::optional<VendorWord> licence_status;
    std::optional<Instant> listed_licence;  ///< from the days that Security Center counts; of 0 days only where it says
                                            ///< that the licence has ended
    int comparisons = 0;                    ///< how often two sources could be compared
    std::vector<std::string> contradictions = {};  ///< "licence: wsc=2027-06-10, registry=2027-01-01"
};

/// Asks them. Never throws for what a source does.
Evidence gather_evidence(const Machine& machine, const ProductList& list, const ListedProduct& product,
                         const ServiceList& services, const ScanOptions& options);

/// Titles of vendors whose keys are still on the PC although no service and no registered product of theirs is.
std::vector<std::string> forgotten_vendors(const Registry& registry, const ProductList& list,
                                           const ServiceList& services);

}  // namespace wardwatch
