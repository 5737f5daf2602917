// Identifiers of antivirus products, where Security Center's interface is too old to tell them. A pure function of
// plain records, so that it is tested on both systems.
#pragma once

#include <vector>

#include "collectors/machine/security_center.h"
#include "collectors/machine/wmi.h"

namespace wardwatch {

/// `rows`: of WMI's AntiVirusProduct, which lists the same registrations. A product without an identifier gets that of
/// the row with its name; where a name stands for two products or rows, nobody can tell which is which, and it stays
/// empty.
void add_identifiers(std::vector<AntivirusProduct>& products, const std::vector<WmiRow>& rows);

}  // namespace wardwatch
