// Why facts are unknown, in both languages.
#include "reporting/policy/reasons.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;

namespace {

std::string vi(std::string_view sentence) { return reason_text(baseline(), sentence, Language::vi); }
std::string en(std::string_view sentence) { return reason_text(baseline(), sentence, Language::en); }

}  // namespace

TEST_CASE("a reason is a code with parameters, taken out of the agent's sentence") {
    const std::optional<Reason> timed_out = reason_of("timed out after 20 s");
    REQUIRE(timed_out.has_value());
    CHECK(timed_out->code == "timed_out");
    CHECK(timed_out->parameters == std::map<std::string, std::string>{{"seconds", "20"}});

    const std::optional<Reason> call =
        reason_of("NetUserEnum failed with error 5 (access denied: run as administrator)");
    REQUIRE(call.has_value());
    CHECK(call->code == "failed_call");
    CHECK(call->parameters.at("call") == "NetUserEnum");
    CHECK(call->parameters.at("code") == "error 5");
    CHECK(call->parameters.at("meaning") == "access denied: run as administrator");

    CHECK_FALSE(reason_of("the moon is in the way").has_value());
    CHECK_FALSE(reason_of("timed out after  s").has_value());
}

TEST_CASE("reasons in words, with those that stand within them") {
    CHECK(vi("Security Center: timed out after 20 s; WMI: this PC has no such WMI namespace") ==
          "Trung tâm bảo mật Windows: không trả lời sau 20 giây; WMI: máy này không có không gian tên WMI đó");
    CHECK(vi("NetUserModalsGet level 0 failed with error 5 (access denied: run as administrator); NetUserModalsGet "
             "level 3 failed with error 5 (access denied: run as administrator); SamConnect failed with status "
             "0xc0000022 (access denied: run as administrator)") ==
          "không có quyền: chạy với quyền quản trị (NetUserModalsGet level 0: lỗi 5); không có quyền: chạy với quyền "
          "quản trị (NetUserModalsGet level 3: lỗi 5); không có quyền: chạy với quyền quản trị (SamConnect: mã "
          "0xc0000022)");
    CHECK(vi("Windows says on, but the service AVP.KES.21.15 is stopped") ==
          "Windows báo đang bật, nhưng dịch vụ AVP.KES.21.15 đã dừng; khởi động dịch vụ hoặc cài lại phần mềm");
    CHECK(en("Windows says on, but the service AVP.KES.21.15 is stopped") ==
          "Windows says on, but the service AVP.KES.21.15 is stopped; start it, or install the product again");
    CHECK(vi("key4.db: corrupt") == "không đọc được key4.db của Firefox: tệp kho mật khẩu bị hỏng");
}

TEST_CASE("a sentence of another version is shown as it is") {
    CHECK(vi("the moon is in the way") == "the moon is in the way");
    CHECK(en("the moon is in the way") == "the moon is in the way");
}

TEST_CASE("what a product or a person is called is not taken apart") {
    CHECK(vi("Windows says on, but the service {seconds} is stopped") ==
          "Windows báo đang bật, nhưng dịch vụ {seconds} đã dừng; khởi động dịch vụ hoặc cài lại phần mềm");
}
