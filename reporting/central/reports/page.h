// The printed report: one HTML page of A4 sheets in the form of a Vietnamese administrative report (Nghị định
// 30/2020/NĐ-CP), with nothing from elsewhere and no script.
#pragma once

#include <string>
#include <vector>

#include "reporting/central/reports/compliance.h"

namespace wardwatch {

/// What only the office knows. What is empty is left to be written by hand: dots.
struct ReportPageWords {
    std::string superior;  ///< the body above the one that reports: "UBND THÀNH PHỐ HÀ NỘI"
    std::string issuer;    ///< the body that reports; empty: the reported unit
    std::string number;    ///< "45"
    std::string place;     ///< "Hà Nội"
    std::string title;     ///< the signer's position: "CHÁNH VĂN PHÒNG"
    std::string signer;    ///< the signer's name
    std::vector<std::string> recipients;
};

/// In the report's language; the English one says that it is a working copy.
std::string report_page(const ComplianceReport& report, const ReportPageWords& words);

/// The Content-Security-Policy under which the page is shown: its own style sheet, known by its hash, and nothing else.
std::string report_page_policy();

}  // namespace wardwatch
