// The agents' API: how a PC comes in, renews its certificate, and is known by it from then on.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "reporting/central/api/routes.h"
#include "reporting/central/devices/calling_device.h"
#include "reporting/central/enrolment/revocations.h"
#include "reporting/central/sql/database.h"
#include "reporting/tls/authority.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

/// The answer to whoever shows no certificate where one is needed.
ApiError certificate_required();

/// May be used from several threads at once. Outlives its routes.
class AgentEnrolment {
public:
    AgentEnrolment(sql::Database& database, Authority authority, std::chrono::days validity, Log log,
                   std::string hardware_key)
        : database_(database),
          revocations_(database),
          authority_(std::move(authority)),
          validity_(validity),
          log_(std::move(log)),
          hardware_key_(std::move(hardware_key)) {}

    /// From now on it signs, and is handed out.
    void replace_authority(Authority authority);
    std::vector<Route> routes() const;
    /// The PC that asks, by its certificate. Throws ApiError 401 or 403 where it showed none that is in force here. The
    /// database is asked once for a connection, and again after a revocation.
    Caller caller(const Call& call) const;

private:
    HttpResponse enrol(const Call& call) const;
    HttpResponse renew(const Call& call) const;
    void look_up(const CertificateInfo& certificate) const;
    Authority authority() const;
    std::string sign(const std::string& signing_request, const std::string& device_id, Instant now) const;
    HttpResponse hand_out(const std::string& certificate, const std::string& device_id, Instant now) const;

    sql::Database& database_;
    Revocations revocations_;
    mutable std::mutex authority_mutex_;
    Authority authority_;
    std::chrono::days validity_;
    Log log_;
    std::string hardware_key_;
};

}  // namespace wardwatch
