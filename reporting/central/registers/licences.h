// The office's antivirus licences, and what the PCs' newest reports say about the products that they are for.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reporting/central/devices/antivirus_store.h"
#include "reporting/central/registers/web_register.h"
#include "reporting/central/units/store.h"
#include "reporting/central/views/listed_devices.h"

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

private:
    sql::Database database_;
};

/// A licence, and the PCs that it is for.
struct LicenceUse {
    Licence licence;
    std::string unit;            ///< path; empty: the whole office
    std::int64_t days_left = 0;  ///< negative: it has ended
    std::int64_t devices_using = 0;
    std::int64_t devices_without_date = 0;  ///< of these, those whose product stores no date of its licence

    std::int64_t seats_missing() const { return std::max<std::int64_t>(0, devices_using - licence.seats); }
};

/// Of the viewer's units, those that end first come first; `ending`: only those that end within so many days, or ended.
std::vector<LicenceUse> licence_uses(const View& view, std::optional<std::int64_t> ending = std::nullopt);

/// A product that stores no date of its licence, with the licence that covers it (empty: none does).
struct UndatedProduct {
    AntivirusOnPc on;
    std::string unit;  ///< path
    std::optional<Licence> licence;
};
struct UndatedProducts {
    std::vector<UndatedProduct> page;
    std::int64_t total = 0;
};
UndatedProducts products_without_date(const View& view, std::int64_t offset, std::int64_t limit);

/// Within the caller's transaction. Licences of the unit are of the one that has its place.
void licences_follow_merge(sql::Writer& writer, const UnitMerge& merge, MergedUnits& done);

}  // namespace wardwatch
