// What Windows lists as antivirus products are registrations: some are of products that are gone, and one product may
// have several.
#pragma once

#include <chrono>

#include "collectors/antivirus/products.h"
#include "collectors/machine/wmi.h"

namespace wardwatch {

/// As it is listed, an entry for each registration. Throws PortError when there is no answer.
ProductList ask_security_center(const SecurityCenter& security_center, std::chrono::seconds limit);
ProductList ask_wmi(const Wmi& wmi, std::chrono::seconds limit);

/// Recognises the vendors; moves what is only left of a product to `leftovers`; makes one product of the registrations
/// of one program, judged by the one that says most, with what they contradict each other in.
void tidy_registrations(const Machine& machine, const ServiceList& services, ProductList& list);

}  // namespace wardwatch
