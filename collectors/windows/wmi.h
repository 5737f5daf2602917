// The WMI port of a Windows PC.
#pragma once

#include "collectors/machine/wmi.h"

namespace wardwatch {

class WindowsWmi : public Wmi {
public:
    std::vector<WmiRow> query(std::string_view name_space, std::string_view wql,
                              std::chrono::seconds limit) const override;
};

}  // namespace wardwatch
