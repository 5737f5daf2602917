// Columns and sheets of what leaves as CSV and XLSX.
#include "reporting/central/reports/exports.h"
#include "reporting/central/devices/store.h"

#include <algorithm>
#include <map>

#include "reporting/central/formats/csv.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/formats/spreadsheet.h"
#include "reporting/central/notes/store.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

namespace {

/// Chooses between two words.
class Say {
public:
    explicit Say(Language language) : vi_(language == Language::vi) {}
    std::string operator()(const char* vi, const char* en) const { return vi_ ? vi : en; }

private:
    bool vi_;
};

/// "22/11/2026 10:04", which a Vietnamese Excel takes for a date.
std::string csv_moment(const std::optional<Instant>& instant) {
    if (!instant) return "";
    const std::string text = office_clock(*instant);
    return written_day(text.substr(0, 10)) + " " + text.substr(11, 5);
}

SheetCell moment_cell(const std::optional<Instant>& instant) { return instant ? SheetCell{*instant} : SheetCell{}; }

SheetCell share_cell(const UnitFigures& figures) {
    const std::optional<double> share = figures.pcs.compliant_share();
    return share ? SheetCell{ShareCell{*share}} : SheetCell{};
}

StateCell state_cell(Standing standing, Language language) { return {standing_label(standing, language), standing}; }

std::vector<SheetColumn> device_columns(Language language) {
    const Say say{language};
    return {{say("Máy", "PC"), 24},
            {say("Đơn vị", "Unit"), 40},
            {say("Trạng thái", "Status"), 15},
            {say("Nội dung không đạt", "Rules failed"), 11},
            {say("Trong đó nghiêm trọng", "Of these grave"), 12},
            {standing_label(Standing::unknown, language), 10},
            {say("Phiên bản", "Version"), 11},
            {say("Ghi danh", "Enrolled"), 18},
            {say("Báo cáo gần nhất", "Newest report"), 18},
            {say("Liên lạc gần nhất", "Last seen"), 18},
            {say("Người sử dụng", "Owner"), 24},
            {say("Phòng", "Room"), 14},
            {say("Điện thoại", "Telephone"), 16},
            {say("Ghi chú mới nhất", "Newest note"), 40}};
}

std::vector<std::string> above_table(const ComplianceReport& report, const std::string& title) {
    const Say say{report.language};
    const std::string unit = report.unit.empty() ? say("Tất cả đơn vị", "All units") : report.unit;
    return {title, unit,
            say("Từ ", "From ") + day_words_of(report.period.from, report.language) + say(" đến ", " to ") +
                day_words_of(report.period.to, report.language) + say("; số liệu ngày ", "; figures of ") +
                day_words_of(report.day, report.language)};
}

std::vector<SheetCell> summary_cells(const ComplianceReport& report, const std::string& name,
                                     const UnitFigures& figures, const std::optional<UnitFigures>& before) {
    std::vector<SheetCell> cells{name, figures.pcs.all()};
    for (const Standing standing : standings_of_pcs) cells.emplace_back(figures.pcs.of(standing));
    cells.push_back(share_cell(figures));
    cells.push_back(before ? share_cell(*before) : SheetCell{});
    for (const auto& [clause, text] : report.clauses) {
        const auto found = figures.clauses.find(clause);
        cells.push_back(found == figures.clauses.end() ? SheetCell{} : SheetCell{found->second.of(Standing::fail)});
    }
    return cells;
}

void add_summary(Spreadsheet& book, const ComplianceReport& report) {
    const Say say{report.language};
    std::vector<SheetColumn> columns{{say("Đơn vị", "Unit"), 40},
                                     {say("Số máy", "PCs"), 10},
                                     {standing_label(Standing::pass, report.language), 10},
                                     {standing_label(Standing::fail, report.language), 12},
                                     {standing_label(Standing::unknown, report.language), 10},
                                     {standing_label(Standing::silent, report.language), 13},
                                     {say("Tỷ lệ đạt", "Share that passes"), 11},
                                     {say("Tỷ lệ đạt đầu kỳ", "Share before the period"), 13}};
    for (const auto& [clause, text] : report.clauses) columns.push_back({say("Không đạt ", "Fails ") + clause, 12});
    book.begin_sheet(say("Tổng hợp", "Summary"), above_table(report, say("Tổng hợp tuân thủ", "Compliance, summary")),
                     columns);
    for (const ReportRow& row : report.rows) book.add_row(summary_cells(report, row.name, row.figures, row.before));
    book.add_row(summary_cells(report, say("Cộng", "Sum"), report.sum, report.before), true);
}

void add_registers(Spreadsheet& book, const ComplianceReport& report) {
    const Say say{report.language};
    book.begin_sheet(say("Tài khoản web", "Web accounts"),
                     above_table(report, say("Tài khoản các hệ thống web", "Accounts of web systems")),
                     {{say("Đơn vị", "Unit"), 40},
                      {say("Tài khoản", "Accounts"), 12},
                      {say("Quá hạn đổi mật khẩu", "Password overdue"), 14},
                      {say("Chưa đổi lần nào", "Never changed"), 14},
                      {say("Không còn dùng", "Unused"), 14},
                      {say("Không rõ ngày", "Date unknown"), 14},
                      {say("Đề nghị thu hồi", "To be revoked"), 14},
                      {say("Đã bàn giao", "Handed back"), 14}});
    const auto add = [&](const std::string& name, AccountCounts counts, bool bold) {
        std::vector<SheetCell> cells{name};
        for (const char* count :
             {"accounts", "overdue", "never_changed", "unused", "unknown_date", "requested", "handed_back"})
            cells.emplace_back(counts[count]);
        book.add_row(cells, bold);
    };
    for (const ReportRow& row : report.rows) add(row.name, row.accounts, false);
    add(say("Cộng", "Sum"), report.accounts, true);

    book.begin_sheet(say("Bản quyền", "Licences"),
                     above_table(report, say("Bản quyền hết hạn trong 90 ngày", "Licences that end within 90 days")),
                     {{say("Sản phẩm", "Product"), 30},
                      {say("Số hợp đồng", "Key reference"), 24},
                      {say("Đơn vị", "Unit"), 40},
                      {say("Số lượng", "Seats"), 10},
                      {say("Máy đang dùng", "PCs using it"), 12},
                      {say("Hết hạn", "Ends on"), 14},
                      {say("Còn (ngày)", "Days left"), 10}});
    for (const LicenceUse& use : report.licences)
        book.add_row({use.licence.product, use.licence.key_reference,
                      use.unit.empty() ? say("Toàn cơ quan", "Whole office") : use.unit, use.licence.seats,
                      use.devices_using, DayCell{use.licence.expires_on}, use.days_left});
}

void add_clause(Spreadsheet& book, const ComplianceReport& report, const std::string& clause,
                const std::string& wording) {
    const Say say{report.language};
    book.begin_sheet(say("Điểm ", "Clause ") + clause,
                     above_table(report, say("Điểm ", "Clause ") + clause + ": " + wording),
                     {{say("Đơn vị", "Unit"), 36},
                      {say("Máy", "PC"), 22},
                      {say("Kết quả", "Result"), 13},
                      {say("Nội dung", "Rule"), 44},
                      {say("Thực tế", "Observed"), 30},
                      {say("Yêu cầu", "Required"), 30},
                      {say("Từ ngày", "Since"), 18},
                      {say("Cách khắc phục", "Remedy"), 60}});
    for (const ReportedPc& pc : report.pcs) {
        for (const RuleFinding& finding : pc.findings) {
            if (finding.clause != clause) continue;
            book.add_row({std::string{pc.unit}, pc.device.host_name, state_cell(finding.standing, report.language),
                          std::string{finding.title}, std::string{finding.observed}, std::string{finding.required},
                          moment_cell(finding.since), std::string{finding.remedy}});
        }
    }
}

void add_unit(Spreadsheet& book, const ComplianceReport& report, std::size_t row) {
    const Say say{report.language};
    std::vector<SheetColumn> columns{
        {say("Máy", "PC"), 24}, {say("Đơn vị", "Unit"), 40}, {say("Trạng thái", "Status"), 15}};
    for (const auto& [clause, text] : report.clauses) columns.push_back({say("Điểm ", "Clause ") + clause, 13});
    columns.push_back({say("Báo cáo gần nhất", "Newest report"), 18});
    columns.push_back({say("Phiên bản", "Version"), 11});
    book.begin_sheet(report.rows[row].name, above_table(report, report.rows[row].name), columns);
    for (const ReportedPc& pc : report.pcs) {
        if (pc.row != row) continue;
        std::vector<SheetCell> cells{pc.device.host_name, std::string{pc.unit}, state_cell(pc.status, report.language)};
        for (const auto& [clause, text] : report.clauses) {
            const auto found = pc.clauses.find(clause);
            cells.push_back(found == pc.clauses.end() ? SheetCell{}
                                                      : SheetCell{state_cell(found->second, report.language)});
        }
        cells.push_back(moment_cell(pc.device.last_report_at));
        cells.emplace_back(pc.device.agent_version);
        book.add_row(cells);
    }
}

}  // namespace

void ExportedDevices::each(const Tell& tell) const {
    constexpr std::ptrdiff_t at_once = 500;
    const std::map<std::int64_t, std::string> paths = Units{database_}.paths();
    for (auto first = device_ids_.begin(); first != device_ids_.end();) {
        const auto end = first + std::min(at_once, device_ids_.end() - first);
        const std::vector<std::string> ids{first, end};
        const auto written = Notes{database_}.describing(ids);
        for (const Device& device : Devices{database_}.some(ids)) {
            const auto found = written.find(device.device_id);
            // Nothing where nothing was written.
            tell(device, paths.at(device.unit_id), found == written.end() ? DeviceDescription{} : found->second);
        }
        first = end;
    }
}

std::string devices_csv(const View& view, const ExportedDevices& devices, Language language) {
    std::vector<std::string> headings;
    for (const SheetColumn& column : device_columns(language)) headings.push_back(column.heading);
    std::string csv = std::string{byte_order_mark} + inert_csv_line(headings);
    devices.each([&](const Device& device, const std::string& unit, const DeviceDescription& written) {
        csv += inert_csv_line({device.host_name, unit, standing_label(shown_standing(view, device), language),
                               std::to_string(device.failed), std::to_string(device.grave),
                               std::to_string(device.unknown), device.agent_version, csv_moment(device.enrolled_at),
                               csv_moment(device.last_report_at), csv_moment(device.last_seen_at), written.card.owner,
                               written.card.room, written.card.telephone, written.newest_note});
    });
    return csv;
}

std::string devices_xlsx(const View& view, const ExportedDevices& devices, Language language) {
    const Say say{language};
    Spreadsheet book;
    book.begin_sheet(say("Máy tính", "PCs"), {}, device_columns(language));
    devices.each([&](const Device& device, const std::string& unit, const DeviceDescription& written) {
        book.add_row({device.host_name, unit, state_cell(shown_standing(view, device), language), device.failed,
                      device.grave, device.unknown, device.agent_version, device.enrolled_at,
                      moment_cell(device.last_report_at), device.last_seen_at, written.card.owner, written.card.room,
                      written.card.telephone, written.newest_note});
    });
    return book.finish();
}

std::string compliance_csv(const ComplianceReport& report) {
    const Say say{report.language};
    const Language language = report.language;
    std::string csv =
        std::string{byte_order_mark} +
        inert_csv_line({say("Đơn vị", "Unit"), say("Điểm", "Clause"), say("Nội dung", "Wording"),
                        standing_label(Standing::pass, language), standing_label(Standing::fail, language),
                        standing_label(Standing::unknown, language), standing_label(Standing::waived, language),
                        say("Số máy của đơn vị", "PCs of the unit"), say("Trong đó mất liên lạc", "Of these silent"),
                        say("Ngày", "Day")});
    for (const ReportRow& row : report.rows) {
        for (const auto& [clause, text] : report.clauses) {
            const StandingCounts counts = row.figures.on(clause);
            std::vector<std::string> line{row.name, clause, text};
            for (const Standing standing : standings_on_clauses) line.push_back(std::to_string(counts.of(standing)));
            line.push_back(std::to_string(row.figures.pcs.all()));
            line.push_back(std::to_string(row.figures.pcs.of(Standing::silent)));
            line.push_back(day_words_of(report.day, language));
            csv += inert_csv_line(line);
        }
    }
    return csv;
}

std::string compliance_xlsx(const ComplianceReport& report) {
    Spreadsheet book;
    add_summary(book, report);
    for (const auto& [clause, text] : report.clauses) add_clause(book, report, clause, text);
    for (std::size_t row = 0; row < report.rows.size(); ++row) add_unit(book, report, row);
    add_registers(book, report);
    return book.finish();
}

}  // namespace wardwatch
