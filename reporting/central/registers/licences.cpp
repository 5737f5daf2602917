// Licences as rows that are imported, and as JSON beside what PCs report.
#include "reporting/central/registers/licences.h"
#include "reporting/central/devices/antivirus_store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/central/units/name_index.h"
#include "reporting/central/units/store.h"

#include <algorithm>
#include <charconv>

namespace wardwatch {

namespace {

std::vector<ImportColumn> licence_columns() {
    return {
        {"product", {"phan mem", "ten phan mem", "ten san pham", "software"}, {"Sản phẩm", "Product"}, true},
        {"key_reference",
         {"so hop dong", "ma ban quyen", "tham chieu khoa", "hop dong", "key", "contract", "reference"},
         {"Số hợp đồng hoặc mã tra cứu khóa", "Key reference"},
         true},
        {"seats", {"so may", "so luong may", "quantity"}, {"Số lượng", "Seats"}, true},
        {"expires_on", {"het han", "han dung", "thoi han", "expiry", "expires"}, {"Ngày hết hạn", "Expires on"}, true},
        {"unit", {"phong ban", "co quan"}, {"Đơn vị", "Unit"}},
        {"note", {"notes"}, {"Ghi chú", "Note"}},
    };
}

using SeenLicences = std::set<std::pair<std::string, std::string>>;  ///< product, key reference

void read_licence_row(const ImportTable& table, std::size_t row, const UnitNames& units, SeenLicences& seen,
                      LicenceImport& import) {
    const auto say = [&](std::string_view column, const Text& reason) {
        import.problems.push_back(table.problem(row, column, reason));
    };
    if (const std::optional<CsvProblem> problem = table.row_problem(row)) {
        import.problems.push_back(*problem);
        return;
    }
    Licence licence;
    licence.product = table.cell(row, "product");
    licence.key_reference = table.cell(row, "key_reference");
    licence.note = table.cell(row, "note");
    for (const auto& [column, text] :
         {std::pair{"product", &licence.product}, {"key_reference", &licence.key_reference}}) {
        if (text->empty()) say(column, {"ô trống; hãy điền", "the cell is empty; fill it in"});
    }
    const std::string seats = table.cell(row, "seats");
    const auto [end, error] = std::from_chars(seats.data(), seats.data() + seats.size(), licence.seats);
    if (error != std::errc{} || end != seats.data() + seats.size() || licence.seats < 1 || licence.seats > 1'000'000)
        say("seats", {"\"" + seats + "\" không phải là số máy; hãy ghi một số nguyên như 50",
                      "\"" + seats + "\" is no number of PCs; write a whole number like 50"});
    const std::string expires = table.cell(row, "expires_on");
    const ImportedDay day = imported_day(expires);
    if (day.kind != ImportedDay::day)
        say("expires_on", {"\"" + expires + "\" không phải là ngày; hãy ghi ngày/tháng/năm như 31/12/2026",
                           "\"" + expires + "\" is no date; write day/month/year like 31/12/2026"});
    licence.expires_on = day.day_text;
    if (const std::string unit = table.cell(row, "unit"); !unit.empty()) {
        Text reason;
        licence.unit_id = units.find(unit, reason);
        if (!licence.unit_id) say("unit", reason);
    }
    if (!seen.emplace(licence.product, licence.key_reference).second)
        say("key_reference", {"sản phẩm với mã này đã có ở một dòng trên; hãy gộp lại",
                              "this product with this reference stands in a line above already; join the lines"});
    import.lines.push_back(std::move(licence));
}

/// "Kaspersky Endpoint" is for "Kaspersky Endpoint Security", "Bkav" not for "Bkavian".
bool is_for(const std::string& folded_licence, const std::string& folded_product) {
    return folded_product.starts_with(folded_licence) &&
           (folded_product.size() == folded_licence.size() || folded_product[folded_licence.size()] == ' ');
}

/// The units with which a licence covers a PC: the PC's and those above it.
std::vector<std::int64_t> line_above(const std::map<std::int64_t, std::optional<std::int64_t>>& parents,
                                     std::int64_t unit_id) {
    std::vector<std::int64_t> line;
    for (std::optional<std::int64_t> id = unit_id; id;) {
        line.push_back(*id);
        const auto found = parents.find(*id);
        id = found == parents.end() ? std::nullopt : found->second;
    }
    return line;
}

std::map<std::int64_t, std::optional<std::int64_t>> parents_of_units(const sql::Database& database) {
    std::map<std::int64_t, std::optional<std::int64_t>> parents;
    for (const Unit& unit : Units{database}.all()) parents[unit.id] = unit.parent_id;
    return parents;
}

/// Licences with what is computed once for all PCs.
class Cover {
public:
    explicit Cover(const View& view)
        : all_(Licences{view.database}.all()), parents_(parents_of_units(view.database)), today_(office_day(view.now)) {
        for (const Licence& licence : all_) products_.push_back(fold_words(licence.product));
    }

    const std::vector<Licence>& all() const { return all_; }
    const std::string& today() const { return today_; }

    /// Places in all() of those that are for this product on PCs of this unit.
    std::vector<std::size_t> of(const std::string& name, std::int64_t unit_id) const {
        std::vector<std::size_t> covering;
        const std::string product = fold_words(name);
        const std::vector<std::int64_t> line = line_above(parents_, unit_id);
        for (std::size_t i = 0; i < all_.size(); ++i) {
            const auto& unit = all_[i].unit_id;
            const bool here = !unit || std::find(line.begin(), line.end(), *unit) != line.end();
            if (here && is_for(products_[i], product)) covering.push_back(i);
        }
        return covering;
    }

private:
    std::vector<Licence> all_;
    std::vector<std::string> products_;
    std::map<std::int64_t, std::optional<std::int64_t>> parents_;
    std::string today_;
};

}  // namespace

LicenceImport read_licences(std::string_view bytes, const std::vector<Unit>& units) {
    try {
        const ImportTable table{bytes, licence_columns()};
        const UnitNames names{units};
        LicenceImport import;
        SeenLicences seen;
        for (std::size_t row = 0; row < table.size(); ++row) read_licence_row(table, row, names, seen, import);
        return import;
    } catch (const CsvError& error) {
        return {{}, {error.problem()}};
    }
}

std::vector<LicenceUse> licence_uses(const View& view, std::optional<std::int64_t> ending) {
    const Cover cover{view};
    std::vector<LicenceUse> all(cover.all().size());
    for (const AntivirusCount& count : AntivirusProducts{view.database}.counts()) {
        if (count.with_windows) continue;
        for (const std::size_t i : cover.of(count.product, count.unit_id)) {
            all[i].devices_using += count.devices;
            if (!count.dated) all[i].devices_without_date += count.devices;
        }
    }
    const std::map<std::int64_t, std::string> paths = Units{view.database}.paths();
    std::vector<LicenceUse> shown;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Licence& licence = cover.all()[i];
        if (licence.unit_id ? !view.scope.holds(*licence.unit_id) : !view.scope.everything()) continue;
        LicenceUse& use = all[i];
        use.licence = licence;
        use.days_left = days_between(cover.today(), licence.expires_on);
        if (ending && use.days_left > *ending) continue;
        if (licence.unit_id) use.unit = paths.at(*licence.unit_id);
        shown.push_back(std::move(use));
    }
    return shown;
}

UndatedProducts products_without_date(const View& view, std::int64_t offset, std::int64_t limit) {
    const Cover cover{view};
    const std::map<std::int64_t, std::string> paths = Units{view.database}.paths();
    UndatedProducts found;
    const AntivirusProducts products{view.database};
    for (const AntivirusCount& count : products.counts()) {
        if (!count.with_windows && !count.dated && view.scope.holds(count.unit_id)) found.total += count.devices;
    }
    for (AntivirusOnPc& one : products.without_date(view.scope, offset, limit, found.total)) {
        std::optional<Licence> licence;
        // The last in the order of their ends.
        if (const std::vector<std::size_t> covering = cover.of(one.product.name, one.unit_id); !covering.empty())
            licence = cover.all()[covering.back()];
        std::string unit = paths.at(one.unit_id);
        found.page.push_back({std::move(one), std::move(unit), std::move(licence)});
    }
    return found;
}

}  // namespace wardwatch
