// Where signed heads of the audit log go beside syslog.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace wardwatch {

struct HeadOptions {
    std::filesystem::path file;     ///< lines are added to it; best on another machine. Empty: none
    std::vector<std::string> mail;  ///< addresses, once a day
};

}  // namespace wardwatch
