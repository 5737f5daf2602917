// The office's antivirus licences, and what the PCs' newest reports say about the products that they are for.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/registers/registers_json.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

struct Licence {
    std::int64_t id = 0;
    std::string product;        ///< as the product calls itself on the PC, or how that begins: "Kaspersky Endpoint"
    std::string key_reference;  ///< where the key is found (contract, file number); never the key
    std::int64_t seats = 0;
    std::string expires_on;               ///< "2027-03-31", the last day
    std::optional<std::int64_t> unit_id;  ///< with the units below it; empty: the whole office
    std::string note;
};

struct LicenceImport {
    std::vector<Licence> lines;
    std::vector<CsvProblem> problems;  ///< when there is one, nothing is to be imported
};

/// Reads product, key_reference, seats, expires_on (required), unit, note.
LicenceImport read_licences(std::string_view bytes, const std::vector<Unit>& units);

/// An antivirus product on a PC that is not revoked, as its newest report has it.
struct AntivirusOnPc {
    std::string device_id;
    std::string host_name;
    std::int64_t unit_id = 0;
    std::string product;
    std::string state;          ///< "on", "off", "snoozed", "expired"; empty: not known
    bool with_windows = false;  ///< it needs no licence of its own
    std::optional<Instant> licence_expires_at;
    std::string licence_reason;  ///< why there is no date
};

class Licences {
public:
    explicit Licences(sql::Database database) : database_(std::move(database)) {}

    /// Those that end first come first.
    std::vector<Licence> all() const;
    std::optional<Licence> licence(std::int64_t id) const;
    /// Throws StoreError when there is a licence with this product and key reference. Returns its id.
    std::int64_t add(const Licence& licence);
    void change(const Licence& licence);
    bool remove(std::int64_t id);
    /// Adds and changes licences, known by product and key reference; those that are not in the lines stay.
    ImportCounts import(const std::vector<Licence>& lines, bool try_only);

    /// By host name. Reports that came since the last call are read first, a few at a time.
    std::vector<AntivirusOnPc> antivirus();

private:
    bool read_some_reports();

    sql::Database database_;
};

/// The licences of the viewer's units; `ending`: only those that end within so many days, or ended.
nlohmann::json licences_json(const View& view, Licences& licences, std::optional<std::int64_t> ending = std::nullopt);
/// PCs whose product stores no date of its licence, with the licence that covers them (null: none does).
nlohmann::json devices_without_date_json(const View& view, Licences& licences, std::int64_t offset, std::int64_t limit);

/// Within the caller's transaction. Licences of the unit are of the one that has its place.
void licences_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch
