// The antivirus products of each PC's newest report, read out of it once, in the centre's database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/core/report.h"
#include "reporting/central/api/roles.h"
#include "reporting/central/sql/database.h"

namespace wardwatch {

struct AntivirusProduct {
    std::string name;
    std::string state;          ///< "on", "off", "snoozed", "expired"; empty: not known
    bool with_windows = false;  ///< it needs no licence of its own
    std::optional<Instant> licence_expires_at;
    std::string licence_reason;  ///< why there is no date
    bool operator==(const AntivirusProduct&) const = default;
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

/// PCs of one unit that have the same product, revoked ones left out: kept as products and PCs change.
struct AntivirusCount {
    std::int64_t unit_id = 0;
    std::string product;
    bool with_windows = false;
    bool dated = false;  ///< the end of its licence is known
    std::int64_t devices = 0;
};

/// May be used from any thread; each function is one transaction.
class AntivirusProducts {
public:
    explicit AntivirusProducts(sql::Database database) : database_(std::move(database)) {}

    std::vector<AntivirusCount> counts() const;
    /// Those with a licence of which no end is known, by host name: so many, behind so many others. `total`, about how
    /// many there are, says how they are found soonest.
    std::vector<AntivirusOnPc> without_date(const Scope& scope, std::int64_t offset, std::int64_t limit,
                                            std::int64_t total) const;
    /// Reads some of the newest reports of which an older program stored no products. True when there may be more.
    bool catch_up();

private:
    sql::Database database_;
};

}  // namespace wardwatch
