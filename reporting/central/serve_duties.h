// What a running centre does beside answering: counts its requests, renews its certificates, tells others, forgets.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/http/listener.h"
#include "reporting/central/intake/agent_api.h"
#include "reporting/central/integration/mail.h"
#include "reporting/central/operation/metrics.h"

namespace wardwatch {

/// Counts each request of the listener and logs those that failed here (5xx) or took longer than `slow`, without their
/// query. The meter outlives the handler.
Handler metered(std::string listener, RequestMeter& meter, Log log, std::chrono::milliseconds slow, Handler handler);

/// The CA and the server's certificate of a running centre. Thread safe.
class ServedCertificates {
public:
    ServedCertificates(DataFolder folder, std::vector<std::string> names, Instant now);

    KeyAndCertificate authority() const;
    KeyAndCertificate server() const;
    Instant authority_ends() const;
    Instant server_ends() const;
    /// Makes anew what comes to its end. True when something changed.
    bool renew(Instant now);

private:
    const DataFolder folder_;
    const std::vector<std::string> names_;
    mutable std::mutex mutex_;
    KeyAndCertificate authority_;
    KeyAndCertificate server_;
};

}  // namespace wardwatch
