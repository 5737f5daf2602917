// Reports that arrive: each is stored, judged, and ends the scan that asked for it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "reporting/central/commands/store.h"
#include "reporting/central/devices/antivirus_store.h"
#include "reporting/central/devices/store.h"
#include "reporting/central/judging/judging.h"
#include "reporting/central/judging/verdict_store.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

struct NewReport {
    std::string device_id;
    std::string report_id;
    std::string agent_version;
    std::string trigger;
    Instant taken_at;
    Instant received_at;
    std::string facts_hash;
    std::string body;  ///< the bytes that arrived
    std::vector<AntivirusProduct> antivirus;
    std::string checks = {};  ///< of which it tells something, in their order, separated by spaces
};

enum class ReportOutcome { stored, known, differs };

struct Arrival {
    NewReport report;
    Judgement judgement;
};

/// What is stored of a report that arrived as `body`, with its judgement.
Arrival arrival_of(const Report& report, std::string body, Instant received, const PolicyInForce& policy);

/// A contact, and when it was.
struct ContactAt {
    std::string device_id;
    Contact contact;
    Instant at;
};

/// May be used from any thread; each function is one transaction.
class Arrivals {
public:
    explicit Arrivals(sql::Database database) : database_(std::move(database)) {}

    /// Stores a report and, when it is the device's newest, its judgement: both or neither. Newest is by the time it
    /// was taken, but never later than it was received: a PC whose clock runs years ahead cannot hide its later
    /// reports.
    ReportOutcome add(const NewReport& report, const Judgement& judgement);
    /// In one transaction, the contacts and deliveries first: all or none. The outcomes are in the reports' order.
    /// Without a report a power cut may take back what was written.
    std::vector<ReportOutcome> add_all(std::span<const Arrival> arrivals, std::span<const ContactAt> contacts,
                                       std::span<const CommandDelivery> deliveries);

private:
    sql::Database database_;
};

}  // namespace wardwatch
