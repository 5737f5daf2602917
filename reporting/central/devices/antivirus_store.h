// The antivirus products of each PC's newest report, read out of it once, in the centre's database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/core/report.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

struct AntivirusProduct {
    std::string name;
    std::string state;          ///< "on", "off", "snoozed", "expired"; empty: not known
    bool with_windows = false;  ///< it needs no licence of its own
    std::optional<Instant> licence_expires_at;
    std::string licence_reason;  ///< why there is no date
};

/// By name. What the report does not tell stays empty.
std::vector<AntivirusProduct> antivirus_of(const Report& report);

/// Within the caller's transaction: `report` is the row of the PC's newest report, and these are its products.
void replace_antivirus(sql::Writer& writer, const std::string& device_id, std::int64_t report,
                       const std::vector<AntivirusProduct>& products);

/// A product on a PC that is not revoked.
struct AntivirusOnPc {
    std::string device_id;
    std::string host_name;
    std::int64_t unit_id = 0;
    AntivirusProduct product;
};

/// May be used from any thread; each function is one transaction.
class AntivirusProducts {
public:
    explicit AntivirusProducts(sql::Database database) : database_(std::move(database)) {}

    /// By host name.
    std::vector<AntivirusOnPc> all() const;
    /// Reads some of the newest reports of which an older program stored no products. True when there may be more.
    bool catch_up();

private:
    sql::Database database_;
};

}  // namespace wardwatch
