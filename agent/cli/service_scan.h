// `wardwatch scan` by the running service.
#pragma once

#include <string>

#include "agent/cli/cli.h"

namespace wardwatch {

struct ServiceScan {
    bool asked = false;       ///< false: scan here, there is no service to ask
    std::string report_json;  ///< as stored; empty with --no-wait
};

/// Asks the service on this data folder and, unless told otherwise, waits for the report; progress goes to standard
/// error. Throws std::runtime_error with what to do: the service failed meanwhile, or was asked for explicitly but
/// cannot be.
ServiceScan scan_by_service(const Invocation& invocation, const ScanArguments& arguments);

}  // namespace wardwatch
