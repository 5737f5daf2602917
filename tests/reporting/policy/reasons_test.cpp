// Why facts are unknown, in both languages.
#include "reporting/policy/reasons.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <iterator>

#include "embedded/reasons.h"

using namespace wardwatch;

namespace {

std::string vi(std::string_view sentence) { return reason_text(baseline(), sentence, Language::vi); }
/// "failed_call(call=NetUserEnum, number=…)"; what is no reason as it is.
std::string told(const Reason& reason) {
    if (reason.code.empty()) return reason.text;
    std::string parameters;
    for (const NamedReason& each : reason.parameters)
        parameters += (parameters.empty() ? "" : ", ") + each.name + "=" + told(each.reason);
    return reason.code + "(" + parameters + ")";
}

std::string en(std::string_view sentence) { return reason_text(baseline(), sentence, Language::en); }

}  // namespace

TEST_CASE("a sentence without a code is told apart: a code with parameters") {
    const std::optional<Reason> timed_out = reason_of("timed out after 20 s");
    REQUIRE(timed_out.has_value());
    CHECK(told(*timed_out) == "timed_out(seconds=20)");

    const std::optional<Reason> call =
        reason_of("NetUserEnum failed with error 5 (access denied: run as administrator)");
    REQUIRE(call.has_value());
    CHECK(told(*call) ==
          "failed_call(call=NetUserEnum, number=windows_error_number(number=5), meaning=access_denied())");

    CHECK_FALSE(reason_of("the moon is in the way").has_value());
    CHECK_FALSE(reason_of("timed out after  s").has_value());
}

TEST_CASE("each code of the table comes back out of its sentence, and has words that are not the sentence") {
    for (const ReasonSentence& each : reason_sentences) {
        CAPTURE(each.code);
        Reason reason{std::string(each.code), {}, {}};
        std::string_view rest = each.sentence;
        for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
            const std::string name(rest.substr(open + 1, rest.find('}', open) - open - 1));
            reason.parameters.push_back({name, in_words("the " + name)});
            rest.remove_prefix(rest.find('}', open) + 1);
        }
        const std::string sentence = sentence_of(reason);
        CHECK(sentence.find_first_of("{}") == std::string::npos);
        const std::optional<Reason> again = reason_of(sentence);
        REQUIRE(again.has_value());
        CHECK(told(*again) == told(reason));
        CHECK(*again == reason);
        for (const Language language : {Language::vi, Language::en}) {
            const std::string words = reason_text(baseline(), reason, language);
            CHECK(words == reason_text(baseline(), sentence, language));
            for (const NamedReason& parameter : reason.parameters)
                CHECK(words.find(parameter.reason.text) != std::string::npos);
        }
        constexpr std::string_view same_in_each_language[] = {"two", "three", "somewhere"};
        if (std::ranges::find(same_in_each_language, each.code) == std::end(same_in_each_language))
            CHECK(reason_text(baseline(), reason, Language::vi) != sentence);
    }
}

TEST_CASE("a code says what its sentence cannot be told apart for") {
    const Reason names = reasons::service_may_protect("A of B", "C; D of E");
    CHECK(reason_text(baseline(), names, Language::en) ==
          "the service A of B of C; D of E runs, and whether it protects this PC is not known here; look in its own "
          "window");
    CHECK(en(sentence_of(names)) == sentence_of(names));
}

TEST_CASE("a code of a newer version is shown as its sentence, and so are parameters that are not known here") {
    CHECK(reason_text(baseline(), {"moon_in_the_way", {}, "the moon is in the way"}, Language::vi) ==
          "the moon is in the way");
    CHECK(reason_text(baseline(), {"timed_out", {{"minutes", in_words("2")}}, "timed out after 2 min"}, Language::vi) ==
          "timed out after 2 min");
}

TEST_CASE("reasons in words, with those that stand within them") {
    CHECK(vi("Security Center: timed out after 20 s; WMI: this PC has no such WMI namespace") ==
          "Trung tâm bảo mật Windows: không trả lời sau 20 giây (khởi động lại máy rồi quét lại); WMI: máy này không "
          "có vùng WMI cần đọc; nếu phần mềm liên quan đã cài thì sửa hoặc cài lại");
    CHECK(vi("NetUserModalsGet level 0 failed with error 5 (access denied: run as administrator); NetUserModalsGet "
             "level 3 failed with error 5 (access denied: run as administrator); SamConnect failed with status "
             "0xc0000022 (access denied: run as administrator)") ==
          "không có quyền, hãy chạy với quyền quản trị (NetUserModalsGet level 0: lỗi 5); không có quyền, hãy chạy "
          "với quyền quản trị (NetUserModalsGet level 3: lỗi 5); không có quyền, hãy chạy với quyền quản trị "
          "(SamConnect: mã 0xc0000022)");
    CHECK(vi("opening HKLM\\SOFTWARE failed with error 5 (access denied: run as administrator)") ==
          "không có quyền, hãy chạy với quyền quản trị (mở HKLM\\SOFTWARE: lỗi 5)");
    CHECK(vi("Windows says current, but the product's own date is 2026-10-19") ==
          "Windows báo mẫu nhận diện mới, nhưng phần mềm ghi ngày 19/10/2026; mở phần mềm và cập nhật");
    CHECK(en("Windows says current, but the product's own date is 2026-10-19") ==
          "Windows says current, but the product's own date is 2026-10-19; open the product and update it");
    CHECK(vi("Windows says on, but the service AVP.KES.21.15 is stopped") ==
          "Windows báo đang bật, nhưng dịch vụ AVP.KES.21.15 đã dừng; khởi động dịch vụ hoặc cài lại phần mềm");
    CHECK(en("Windows says on, but the service AVP.KES.21.15 is stopped") ==
          "Windows says on, but the service AVP.KES.21.15 is stopped; start it, or install the product again");
    CHECK(vi("key4.db: corrupt") ==
          "không đọc được tệp key4.db của Firefox: tệp kho mật khẩu bị hỏng; mở trình duyệt để xem, hoặc xóa hồ sơ "
          "không dùng");
}

TEST_CASE("whether somebody can do something about a reason") {
    CHECK(can_be_mended(reasons::timed_out(20)));
    CHECK_FALSE(can_be_mended(reasons::not_kept_on_linux()));
    CHECK_FALSE(can_be_mended(in_words("not kept on Linux")));
    CHECK(can_be_mended(in_words("the moon is in the way")));
    // One of several is enough; and a failed call is what it means.
    CHECK_FALSE(
        can_be_mended(reasons::security_center_and_wmi(reasons::no_security_center(), reasons::not_read_on_linux())));
    CHECK(can_be_mended(reasons::security_center_and_wmi(reasons::no_security_center(), reasons::timed_out(20))));
    CHECK_FALSE(can_be_mended(
        reasons::failed_call("NetUserGetInfo", reasons::windows_error_number(124), reasons::no_information_level())));
    CHECK(can_be_mended(
        reasons::failed_call("NetUserGetInfo", reasons::windows_error_number(5), reasons::access_denied())));
}

TEST_CASE("why an update was not installed, in the reader's language") {
    const Text words = reason_words(
        "Windows Installer ended with code 1625 (a policy of this PC forbids the installation); Windows Installer's "
        "log is update.log in the data folder");
    CHECK(words.vi ==
          "Windows Installer kết thúc với mã 1625 (chính sách của máy không cho cài đặt); xem nhật ký update.log "
          "trong thư mục dữ liệu của phần mềm trên máy đó");
    CHECK(words.en ==
          "Windows Installer ended with code 1625 (a policy of this PC forbids the installation); Windows Installer's "
          "log is update.log in the data folder");
    CHECK(reason_words("503: the moon is in the way").vi == "503: the moon is in the way");
    CHECK(reason_words("").vi.empty());
}

TEST_CASE("a code of a newer version within a known one is shown as the sentence that came with them") {
    const Reason inner{"moon_in_the_way", {}, {}};
    Reason outer = reasons::folder_not_listed(inner);
    outer.text = "a folder cannot be listed: the moon is in the way";
    CHECK(reason_text(baseline(), outer, Language::vi) == "không xem được một thư mục: the moon is in the way");
}

TEST_CASE("a sentence of another version is shown as it is") {
    CHECK(vi("the moon is in the way") == "the moon is in the way");
    CHECK(en("the moon is in the way") == "the moon is in the way");
}

TEST_CASE("what a product or a person is called is not taken apart") {
    CHECK(vi("Windows says on, but the service {seconds} is stopped") ==
          "Windows báo đang bật, nhưng dịch vụ {seconds} đã dừng; khởi động dịch vụ hoặc cài lại phần mềm");
}
