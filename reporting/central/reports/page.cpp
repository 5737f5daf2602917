// The printed report's parts, one function each.
#include "reporting/central/reports/page.h"

#include <openssl/evp.h>

#include <array>
#include <cmath>
#include <span>

#include "embedded/report_page_css.h"
#include "reporting/central/formats/html.h"

namespace wardwatch {
namespace {

using html::element, html::escaped, html::headings, html::number, html::table_of, html::text_cell;

class PageWriter {
public:
    PageWriter(const ComplianceReport& report, const ReportPageWords& words)
        : report_(report), words_(words), vi_(report.language == Language::vi) {}

    std::string write() const {
        const std::string subject = subject_line();
        return "<!DOCTYPE html>\n<html lang=\"" + std::string{vi_ ? "vi" : "en"} +
               "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
               "initial-scale=1\">\n<title>" +
               escaped(say("Báo cáo: ", "Report ") + subject + ", " + period()) + "</title>\n<style>" +
               std::string{embedded::report_page_css} + "</style>\n</head>\n<body>\n" + head() + title(subject) +
               results() + unit_table() + changes() + registers() + proposals() + foot() + appendix() +
               "</body>\n</html>\n";
    }

private:
    std::string say(const char* vi, const char* en) const { return vi_ ? vi : en; }
    std::string day(const std::string& text) const { return day_words_of(text, report_.language); }
    std::string part(const char* vi, const char* en) const { return element("h2", "part", say(vi, en)); }
    static std::string or_dots(const std::string& text, const char* dots) {
        return text.empty() ? dots : escaped(text);
    }

    std::string period() const {
        return say("từ ngày ", "from ") + day(report_.period.from) + say(" đến ngày ", " to ") + day(report_.period.to);
    }

    std::string subject_line() const {
        return say("Kết quả thực hiện quy định về bảo đảm an toàn thông tin mạng",
                   "on how the rules on network and information security were followed");
    }

    std::string head() const {
        const std::string& issuer = !words_.issuer.empty() ? words_.issuer : report_.unit_name;
        std::string left;
        if (!words_.superior.empty()) left += element("p", "upper", escaped(words_.superior));
        left += element("p", "upper strong rule", or_dots(issuer, "…………………………"));
        left += element("p", "", say("Số: ", "No.: ") + or_dots(words_.number, "……") + "/BC-……");
        std::string right;
        right += element("p", "strong", say("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM"));
        right += element("p", "strong motto", say("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"));
        right += element("p", "date", or_dots(words_.place, "……………") + ", " + signing_date());
        return "<div class=\"head\"><div>\n" + left + "</div><div>\n" + right + "</div></div>\n";
    }

    std::string signing_date() const {
        const std::string& today = report_.today;
        if (!vi_) return today;
        // Days below 10 and the months 1 and 2 have a zero in front, as the decree asks.
        const std::string month =
            today.substr(5, 2) > "02" ? std::to_string(std::stoi(today.substr(5, 2))) : today.substr(5, 2);
        return "ngày " + today.substr(8, 2) + " tháng " + month + " năm " + today.substr(0, 4);
    }

    std::string title(const std::string& subject) const {
        std::string body =
            element("h1", "", say("BÁO CÁO", "REPORT")) + element("h2", "rule", escaped(subject) + "<br>" + period());
        if (!vi_) body += element("p", "draft", "English working copy; the Vietnamese text is the one that is signed.");
        return element("div", "title", body);
    }

    std::string share(const StandingCounts& pcs) const {
        const std::optional<double> value = pcs.compliant_share();
        if (!value) return "–";
        const long tenths = std::lround(*value * 1000);
        return std::to_string(tenths / 10) + (vi_ ? "," : ".") + std::to_string(tenths % 10) + "%";
    }

    std::string results() const {
        const StandingCounts& pcs = report_.sum.pcs;
        const auto bold = [](const std::string& text) { return "<b>" + text + "</b>"; };
        const auto count = [&](Standing each) {
            return bold(std::to_string(pcs.of(each))) + say(" máy ", " ") + standing_text(each, report_.language);
        };
        const std::string where = report_.unit.empty() ? say("tất cả các đơn vị", "all units") : escaped(report_.unit);
        std::string body = part("I. KẾT QUẢ CHUNG", "I. RESULTS");
        body += element(
            "p", "",
            say("Đến ngày ", "On ") + day(report_.day) + say(", tại ", ", ") + where + say(" có ", " had ") +
                bold(std::to_string(pcs.all())) +
                say(" máy tính được giám sát, trong đó: ", " monitored PCs, of which ") + count(Standing::pass) + ", " +
                count(Standing::fail) + ", " + count(Standing::unknown) + say(" và ", " and ") +
                count(Standing::silent) +
                say(". Tỷ lệ đạt trên số máy đánh giá được: ", ". Of the PCs that could be judged, these pass: ") +
                bold(share(pcs)) + ".");
        body += element(
            "p", "", say("Số máy không đạt theo từng điểm của công văn:", "PCs that fail, by the dispatch's clauses:"));
        std::string rows;
        for (const auto& [clause, text] : report_.clauses)
            rows += "<tr>" + text_cell(clause, "c") + text_cell(text) +
                    number_cells(report_.sum.on(clause), standings_on_clauses) + "</tr>\n";
        return body + table_of(say("Đơn vị tính: máy", "Unit: PCs"),
                               headings({say("Điểm", "Clause"), say("Nội dung", "Wording"), word(Standing::pass),
                                         word(Standing::fail), word(Standing::unknown), word(Standing::waived)}),
                               rows);
    }

    static std::string number_cells(const StandingCounts& counts, std::span<const Standing> standings) {
        std::string cells;
        for (const Standing standing : standings) cells += number(counts.of(standing));
        return cells;
    }

    std::string word(Standing standing) const { return standing_label(standing, report_.language); }

    std::string figures_cells(const UnitFigures& figures) const {
        std::string cells = number(figures.pcs.all()) + number_cells(figures.pcs, standings_of_pcs) +
                            element("td", "n", share(figures.pcs));
        for (const auto& [clause, text] : report_.clauses) cells += number(figures.on(clause).of(Standing::fail));
        return cells;
    }

    std::string unit_headings() const {
        std::string first;
        for (const std::string& name :
             {say("STT", "No."), say("Đơn vị", "Unit"), say("Số máy", "PCs"), word(Standing::pass),
              word(Standing::fail), word(Standing::unknown), word(Standing::silent), say("Tỷ lệ đạt", "Share")})
            first += "<th scope=\"col\" rowspan=\"2\">" + escaped(name) + "</th>";
        std::string second;
        for (const auto& [clause, text] : report_.clauses) second += "<th scope=\"col\">" + escaped(clause) + "</th>";
        first += "<th scope=\"colgroup\" colspan=\"" + std::to_string(report_.clauses.size()) + "\">" +
                 say("Không đạt theo điểm", "Fail by clause") + "</th>";
        return "<thead><tr>" + first + "</tr>\n<tr>" + second + "</tr></thead>\n";
    }

    std::string unit_table() const {
        std::string rows;
        for (std::size_t i = 0; i < report_.rows.size(); ++i) {
            const ReportRow& row = report_.rows[i];
            rows += "<tr>" + element("td", "c", std::to_string(i + 1)) + text_cell(row.name, "unit") +
                    figures_cells(row.figures) + "</tr>\n";
        }
        rows += "<tr class=\"sum\"><td></td>" + text_cell(say("Cộng", "Sum")) + figures_cells(report_.sum) + "</tr>\n";
        return part("II. KẾT QUẢ THEO ĐƠN VỊ", "II. RESULTS BY UNIT") +
               table_of(say("Đơn vị tính: máy", "Unit: PCs"), unit_headings(), rows);
    }

    std::string changes() const {
        std::string body = part("III. BIẾN ĐỘNG TRONG KỲ", "III. CHANGES IN THE PERIOD");
        if (report_.before) {
            const StandingCounts& before = report_.before->pcs;
            body += element("p", "",
                            say("Trước kỳ báo cáo (ngày ", "Before the period (") + day(report_.before_day) +
                                say("): ", "): ") + std::to_string(before.all()) + say(" máy, ", " PCs, ") +
                                std::to_string(before.of(Standing::pass)) + say(" đạt, ", " pass, ") +
                                std::to_string(before.of(Standing::fail)) +
                                say(" không đạt, tỷ lệ đạt ", " fail, share that passes ") + share(before) +
                                say("; nay: ", "; now: ") + share(report_.sum.pcs) + ".");
        } else {
            body += element("p", "",
                            say("Chưa có số liệu của ngày trước kỳ báo cáo để so sánh.",
                                "There are no figures of the day before the period to compare with."));
        }
        return body + element("p", "",
                              say("Trong kỳ có ", "In the period ") + std::to_string(report_.got_worse) +
                                  say(" nội dung chuyển sang không đạt và ", " checks began to fail and ") +
                                  std::to_string(report_.got_better) +
                                  say(" nội dung không đạt đã được khắc phục.", " failures ended."));
    }

    std::string registers() const {
        std::string rows;
        const auto add = [&](const std::string& name, const AccountCounts& counts, bool sum) {
            const auto cell = [&](const char* count) {
                const auto found = counts.find(count);
                return number(found == counts.end() ? 0 : found->second);
            };
            rows += std::string{sum ? "<tr class=\"sum\">" : "<tr>"} + text_cell(name) + cell("accounts") +
                    cell("overdue") + cell("never_changed") + cell("unused") + cell("unknown_date") +
                    cell("requested") + cell("handed_back") + "</tr>\n";
        };
        for (const ReportRow& row : report_.rows) {
            if (!row.accounts.empty()) add(row.name, row.accounts, false);
        }
        add(say("Cộng", "Sum"), report_.accounts, true);
        std::string body = part("IV. TÀI KHOẢN CÁC HỆ THỐNG VÀ BẢN QUYỀN PHẦN MỀM", "IV. WEB ACCOUNTS AND LICENCES");
        body += table_of(
            say("Đơn vị tính: tài khoản", "Unit: accounts"),
            headings({say("Đơn vị", "Unit"), say("Tài khoản", "Accounts"),
                      say("Quá hạn đổi mật khẩu", "Password overdue"), say("Chưa đổi lần nào", "Never changed"),
                      say("Không còn dùng", "Unused"), say("Không rõ ngày", "Date unknown"),
                      say("Đề nghị thu hồi", "To be revoked"), say("Đã bàn giao", "Handed back")}),
            rows);
        return body + licences();
    }

    std::string licences() const {
        if (report_.licences.empty())
            return element("p", "",
                           say("Không có bản quyền phần mềm phòng, chống mã độc nào hết hạn trong 90 ngày tới.",
                               "No antivirus licence ends within the next 90 days."));
        std::string rows;
        for (const LicenceUse& use : report_.licences)
            rows += "<tr>" + text_cell(use.licence.product) + text_cell(use.licence.key_reference) +
                    text_cell(use.unit.empty() ? say("Toàn cơ quan", "Whole office") : use.unit) +
                    number(use.licence.seats) + number(use.devices_using) +
                    text_cell(day(use.licence.expires_on), "c") + number(use.days_left) + "</tr>\n";
        return table_of(say("Bản quyền hết hạn trong 90 ngày", "Licences that end within 90 days"),
                        headings({say("Sản phẩm", "Product"), say("Số hợp đồng", "Key reference"),
                                  say("Đơn vị", "Unit"), say("Số lượng", "Seats"), say("Máy đang dùng", "PCs using it"),
                                  say("Hết hạn", "Ends on"), say("Còn (ngày)", "Days left")}),
                        rows);
    }

    std::string proposals() const {
        return part("V. KIẾN NGHỊ", "V. PROPOSALS") +
               element(
                   "p", "",
                   say("Đề nghị thủ trưởng các đơn vị có máy không đạt (Phụ lục kèm theo) chỉ đạo khắc phục; đơn vị "
                       "quản lý hệ thống thu hồi các tài khoản đã bàn giao.",
                       "The heads of the units whose PCs fail (appendix) are asked to have them mended; who runs the "
                       "systems is asked to revoke the accounts that were handed back.")) +
               element("p", "", "………………………………………………………………………………");
    }

    std::string foot() const {
        std::string to = element("p", "", say("Nơi nhận:", "Recipients:"));
        for (const std::string& recipient : words_.recipients) to += element("p", "", "- " + escaped(recipient) + ";");
        if (words_.recipients.empty())
            to += element("p", "", say("- Như trên;", "- As above;")) + element("p", "", "- ……………………;");
        to += element("p", "", say("- Lưu: VT, ……", "- Archive."));
        const std::string sign =
            element("p", "strong upper", or_dots(words_.title, vi_ ? "THỦ TRƯỞNG CƠ QUAN" : "HEAD OF THE OFFICE")) +
            element("div", "space", "") + element("p", "strong", or_dots(words_.signer, "………………………………"));
        return "<div class=\"foot\">" + element("div", "to-whom", to) + element("div", "sign", sign) + "</div>\n";
    }

    std::string appendix() const {
        std::string rows;
        std::int64_t count = 0;
        for (const ReportedPc& pc : report_.pcs) {
            if (pc.status != Standing::fail) continue;
            std::string failing;
            for (const RuleFinding& finding : pc.findings) {
                if (finding.standing != Standing::fail) continue;
                failing += element("div", "",
                                   "<b>" + escaped(finding.clause) + "</b> " + escaped(finding.title) +
                                       (finding.observed.empty() ? "" : ": " + escaped(finding.observed)));
            }
            rows += "<tr>" + element("td", "c", std::to_string(++count)) + text_cell(pc.unit, "long") +
                    text_cell(pc.device.host_name, pc.device.host_name.size() <= 24 ? "host" : "long") +
                    element("td", "long", failing) + "</tr>\n";
        }
        const std::string note = say("(Kèm theo Báo cáo số ", "(To report no. ") + or_dots(words_.number, "……") +
                                 "/BC-…… " + say("ngày ", "of ") + day(report_.today) + ")";
        std::string body = element("h1", "", say("PHỤ LỤC", "APPENDIX")) +
                           element("h2", "", say("Danh sách máy tính không đạt", "PCs that fail")) +
                           element("p", "note", note);
        if (count == 0) {
            body += element("p", "", say("Không có máy nào không đạt.", "No PC fails."));
        } else {
            body += table_of(say("Tổng số: ", "In all: ") + std::to_string(count),
                             headings({say("STT", "No."), say("Đơn vị", "Unit"), say("Máy", "PC"),
                                       say("Nội dung không đạt", "What fails")}),
                             rows);
        }
        return element("section", "appendix", body);
    }

    const ComplianceReport& report_;
    const ReportPageWords& words_;
    bool vi_;
};

}  // namespace

std::string report_page(const ComplianceReport& report, const ReportPageWords& words) {
    return PageWriter{report, words}.write();
}

std::string report_page_policy() {
    const std::string_view css = embedded::report_page_css;
    std::array<unsigned char, 32> digest{};
    EVP_Digest(css.data(), css.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    std::array<unsigned char, 48> base64{};
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
    const std::string hash(base64.begin(), base64.begin() + length);
    return "default-src 'none'; style-src 'sha256-" + hash +
           "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace wardwatch
