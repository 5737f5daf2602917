// The notice to the people who use a PC that is checked: what is read, what for, how long it is kept, who sees it. The
// one place of its text is notice_vi.txt and notice_en.txt; dots are for the office to fill in.
#pragma once

#include <string>
#include <string_view>

#include "reporting/policy/policy.h"

namespace wardwatch {

/// Plain text in lines of at most 120 columns that ends in a line break.
std::string_view staff_notice(Language language);

/// The same as a page to print: it needs no script, no network and no other file.
std::string staff_notice_page(Language language);

}  // namespace wardwatch
