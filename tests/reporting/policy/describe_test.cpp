#include "reporting/policy/describe.h"

#include <catch2/catch_test_macros.hpp>
#include <stdexcept>

#include "embedded/reasons.h"
#include "tests/reporting/policy/reports.h"

using namespace wardwatch;
using enum Language;

namespace {

Description described(const Report& report, const char* rule, const char* instance, Language language) {
    for (const Verdict& verdict : judge(baseline(), report, test_now)) {
        if (verdict.rule_id == rule && verdict.instance == instance)
            return describe(baseline(), verdict, test_now, language);
    }
    throw std::runtime_error(std::string("no verdict of rule ") + rule + " on " + instance);
}

}  // namespace

TEST_CASE("an instant is a date with its age") {
    const auto text = [](Instant instant, Language language) {
        return fact_text(baseline(), {"test.at", "", instant, "test"}, test_now, language);
    };
    CHECK(text(parse_instant("2026-07-01T23:00:00Z"), en) == "2026-07-02 (143 days ago)");
    CHECK(text(parse_instant("2026-07-01T23:00:00Z"), vi) == "02/07/2026 (143 ngày trước)");
    // The day in Vietnam begins at 17:00 UTC.
    CHECK(text(parse_instant("2026-11-21T16:59:59Z"), en) == "2026-11-21 (1 day ago)");
    CHECK(text(parse_instant("2026-11-21T17:00:00Z"), en) == "2026-11-22 (today)");
    CHECK(text(test_now, en) == "2026-11-22 (today)");
    CHECK(text(test_now, vi) == "22/11/2026 (hôm nay)");
    CHECK(text(parse_instant("2026-12-22T00:00:00Z"), en) == "2026-12-22 (in 30 days)");
    CHECK(text(parse_instant("2026-12-22T00:00:00Z"), vi) == "22/12/2026 (còn 30 ngày)");
}

TEST_CASE("values in people's words") {
    const auto text = [](Value value, Language language) {
        return fact_text(baseline(), {"test.field", "", std::move(value), "test"}, test_now, language);
    };
    CHECK(text(true, vi) == "có");
    CHECK(text(false, vi) == "không");
    CHECK(text(true, en) == "yes");
    CHECK(text(false, en) == "no");
    CHECK(text(std::int64_t{-7}, en) == "-7");
    CHECK(text(std::string("Windows 10 Pro"), vi) == "Windows 10 Pro");
    CHECK(text(Unknown{in_words("busy")}, vi) ==
          "chưa xác định: trình duyệt đang ghi dữ liệu; đóng trình duyệt rồi quét lại");
    CHECK(text(Unknown{in_words("busy")}, en) == "unknown: the browser is writing; close it and scan again");
    CHECK(text(Unknown{in_words("WMI exists on Windows only")}, vi) == "chưa xác định: chỉ đọc được trên Windows");
    CHECK(text(Unknown{in_words("error 5")}, vi) == "chưa xác định: lỗi 5");
}

TEST_CASE("a fact may have words of its own") {
    const auto text = [](const char* id, Value value) {
        return fact_text(baseline(), {id, "", value, "test"}, test_now, en);
    };
    CHECK(text("antivirus.state", std::string("off")) == "off");
    CHECK(text("browser_policy.password_manager", std::string("off")) == "off by policy");
    CHECK(text("accounts.ever_logged_on", false) == "never logged on");
    CHECK(text("accounts.locked_out", false) == "no");
    CHECK(text("antivirus.products", std::int64_t{0}) == "no product");
    CHECK(text("browser_credentials.saved", std::int64_t{0}) == "0");
}

TEST_CASE("labels") {
    CHECK(label_of(baseline(), "browser_credentials.saved", vi) == "Mật khẩu đã lưu");
    CHECK(label_of(baseline(), "browser_credentials.saved", en) == "Saved passwords");
    CHECK(label_of(baseline(), "new.fact", vi) == "new.fact");
}

TEST_CASE("a failed rule says what, what is asked for and how to fix it") {
    const Report report = with(compliant(), "accounts.password_changed_at", "an.nguyen", days_before(144));
    const Description in_vietnamese = described(report, "password-age", "an.nguyen", vi);
    CHECK(in_vietnamese.title == "Mật khẩu của tài khoản an.nguyen được đổi định kỳ");
    CHECK(in_vietnamese.clause == "1a");
    CHECK(in_vietnamese.observed == "01/07/2026 (144 ngày trước)");
    CHECK(in_vietnamese.required == "đã đổi trong 90 ngày gần đây");
    CHECK(in_vietnamese.remedy ==
          "Đăng nhập bằng tài khoản an.nguyen, nhấn Ctrl+Alt+Delete, chọn Đổi mật khẩu rồi đặt mật khẩu mới. Tài khoản "
          "của một phần mềm (postgres, sao lưu…): đổi cả trong phần mềm đó, hoặc đề nghị miễn áp dụng.");
    const Description in_english = described(report, "password-age", "an.nguyen", en);
    CHECK(in_english.observed == "2026-07-01 (144 days ago)");
    CHECK(in_english.required == "changed within the last 90 days");
}

TEST_CASE("a profile is told as people call it") {
    const char* saved = "browser_credentials.saved";
    CHECK(subject_text(saved, "minh.do/coccoc/Default", vi) == "Cốc Cốc của minh.do");
    CHECK(subject_text(saved, "minh.do/coccoc/Default", en) == "Cốc Cốc of minh.do");
    CHECK(subject_text(saved, "Lê Thị Chi/opera/.", vi) == "Opera của Lê Thị Chi");
    CHECK(subject_text(saved, "an.nguyen/edge/Profile 1", vi) == "Edge của an.nguyen (Profile 1)");
    CHECK(subject_text(saved, "an/firefox/moved:D:/Chung/ho so", vi) == "Firefox của an (moved:D:/Chung/ho so)");
    CHECK(subject_text(saved, "an/netscape/Default", en) == "netscape of an");
    CHECK(subject_text(saved, "an.nguyen", vi) == "an.nguyen");
    CHECK(subject_text(saved, "*/chrome/Default", vi) == "Chrome của mọi người dùng");
    CHECK(subject_text(saved, "an/firefox/?", vi) == "Firefox của an");
    CHECK(subject_text(saved, "an/?/?", vi) == "Các trình duyệt của an");
    CHECK(subject_text(saved, "</b>/chrome/Default", en) == "Chrome of </b>");
    CHECK(subject_text("browser_policy.password_manager", "coccoc", vi) == "Cốc Cốc");
    CHECK(subject_text("accounts.kind", "an/chrome/Default", vi) == "an/chrome/Default");
    CHECK(subject_text("", "", vi).empty());

    const Description description =
        described(with(compliant(), "browser_credentials.saved", "an.nguyen/chrome/Default", std::int64_t{3}),
                  "saved-credentials", "an.nguyen/chrome/Default", vi);
    CHECK(description.title == "Không lưu mật khẩu trong Chrome của an.nguyen");
    CHECK(description.subject == "Chrome của an.nguyen");
}

TEST_CASE("a remedy only where something is to be done") {
    CHECK(described(compliant(), "password-length", "", en).remedy.empty());
    CHECK(described(compliant(), "password-length", "", en).observed == "12");
    const Report short_passwords = with(compliant(), "password_policy.minimum_length", "", std::int64_t{8});
    CHECK(described(short_passwords, "password-length", "", en).remedy.find("/minpwlen:12") != std::string::npos);
    const Report closed = with(compliant(), "password_policy.minimum_length", "", Unknown{in_words("error 5")});
    CHECK(described(closed, "password-length", "", en).observed == "unknown: error 5");
    // Not the rule's own: nobody knows that anything is wrong.
    CHECK(described(closed, "password-length", "", en).remedy ==
          "Act on the reason that is told, then scan this PC again to know.");
    // Where the PC can never tell, nobody is sent to scan it again.
    const Report linux_pc =
        with(compliant(), "password_policy.minimum_length", "", Unknown{reasons::password_policy_on_windows_only()});
    CHECK(described(linux_pc, "password-length", "", en).remedy ==
          "Another scan tells no more: this cannot be read here. Look at the PC itself.");
}

TEST_CASE("a verdict without subject leaves its name open") {
    Report report = with(without_collector(compliant(), "antivirus"), "antivirus.products", "", std::int64_t{0});
    const Description description = described(report, "antivirus-on", "", vi);
    CHECK(description.observed == "không có sản phẩm nào");
    CHECK(description.remedy.find("(…)") != std::string::npos);
    report = with(compliant(), "antivirus.state", "Kaspersky", std::string("off"));
    CHECK(described(report, "antivirus-licence", "", en).observed == "none");
    CHECK(described(report, "antivirus-licence", "", vi).observed == "không có");
    report = with(without_collector(compliant(), "browser_credentials"), "browser_credentials.profiles", "",
                  std::int64_t{0});
    CHECK(described(report, "saved-credentials", "", en).observed == "no browser profile");
    report = without_collector(compliant(), "browser_policy");
    CHECK(described(report, "password-manager-off", "", en).observed == "unknown: not in the report");
}

TEST_CASE("names that look like placeholders stay as they are") {
    const std::string name = "{value}{instance}{x";
    Facts facts = without_collector(compliant(), "accounts").facts;
    add_account(facts, name, "local");
    CHECK(described(report_with(facts), "password-age", name.c_str(), en).title ==
          "The password of account " + name + " is changed in time");
}

TEST_CASE("a verdict of another policy is refused") {
    CHECK_THROWS_AS(describe(baseline(), {"no-such-rule", "", Status::pass, {}, {}}, test_now, en),
                    std::invalid_argument);
}
