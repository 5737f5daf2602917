// Which digests are sent to whom.
#pragma once

#include <string>
#include <vector>

namespace wardwatch {

/// News by mail: new failures, fixes, silent PCs.
struct DigestOptions {
    std::vector<std::string> to;
    bool weekly = false;   ///< Mondays; else each day. From 07:00 on, the office's time
    std::string unit;      ///< path or number, with the units below; empty: all
    bool english = false;  ///< else Vietnamese
    std::string page;      ///< "https://trungtam.phuong.example:8444": for the link; may be empty
};

}  // namespace wardwatch
