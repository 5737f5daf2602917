// `wardwatch enroll`: makes this PC known to the centre and keeps its address.
#include <nlohmann/json.hpp>

#include "agent/cli/cli.h"
#include "agent/data_folder/protected_files.h"
#include "agent/enrolment/enrolment.h"
#include "agent/enrolment/identity.h"
#include "agent/settings/config.h"
#include "agent/system/console.h"
#include "reporting/policy/terminal_table.h"
#include "reporting/tls/pki.h"

namespace wardwatch {
namespace {

std::string trimmed(std::string text) {
    constexpr const char* space = " \t\r\n";
    text.erase(text.find_last_not_of(space) + 1);
    return text.erase(0, text.find_first_not_of(space));
}

std::string read_token(const Invocation& invocation, const EnrolArguments& arguments) {
    if (!arguments.token.empty() && !arguments.token_file.empty())
        throw UsageError(invocation.say("chỉ dùng --token hoặc --token-file", "give either --token or --token-file"));
    std::string token = arguments.token == "-" ? read_input() : arguments.token;
    if (!arguments.token_file.empty()) {
        const std::optional<std::string> text = read_file(utf8_path(arguments.token_file));
        if (!text)
            throw UsageError(arguments.token_file + ": " + invocation.say("không có tệp này", "there is no such file"));
        token = *text;
    }
    token = trimmed(std::move(token));
    if (token.empty())
        throw UsageError(invocation.say("thiếu mã đăng ký: --token T, --token - hoặc --token-file FILE",
                                        "the token is missing: --token T, --token - or --token-file FILE"));
    return token;
}

// What the administrator gave, else what the settings say.
EnrolArguments complete(const Invocation& invocation, const Config& config, EnrolArguments arguments) {
    if (arguments.url.empty()) arguments.url = config.collector_url;
    if (arguments.url.empty())
        throw UsageError(invocation.say("thiếu địa chỉ trung tâm: --url", "the centre's address is missing: --url"));
    if (arguments.ca_sha256.empty()) arguments.ca_sha256 = config.ca_sha256;
    const std::string fingerprint = normal_fingerprint(arguments.ca_sha256);
    if (fingerprint.empty())
        throw UsageError(invocation.say("--ca-sha256 phải là 64 chữ số thập lục phân (dấu vân tay CA của trung tâm)",
                                        "--ca-sha256 must be the 64 hex digits of the centre's CA fingerprint"));
    arguments.ca_sha256 = fingerprint;
    arguments.token = read_token(invocation, arguments);
    return arguments;
}

// The registry and Group Policy are stronger than config.json, where an enrolment writes its centre.
void warn_when_hidden(const Invocation& invocation, const std::string& url) {
    const std::string used = load_config(invocation.data).config.collector_url;
    if (used != url)
        print_error(
            invocation.say("Lưu ý: registry hoặc chính sách đặt collector_url khác, dịch vụ sẽ gọi ",
                           "Note: the registry or a policy sets another collector_url, the service will call ") +
            used + "\n");
}

}  // namespace

Exit verb_enroll(const Invocation& invocation, const EnrolArguments& given) {
    const EnrolArguments arguments = complete(invocation, load_config(invocation.data).config, given);
    protect_folder(invocation.data);
    std::string device_id;
    try {
        device_id = enrol(invocation.data, {arguments.url, arguments.ca_sha256, arguments.token});
    } catch (const std::invalid_argument& error) {
        throw UsageError(error.what());
    }
    warn_when_hidden(invocation, arguments.url);
    const std::string ends =
        format_instant(inspect_certificate(IdentityFiles(invocation.data).certificate()).not_after);
    if (invocation.json)
        print(nlohmann::json{{"device_id", device_id}, {"collector_url", arguments.url}, {"certificate_ends_at", ends}}
                  .dump(2) +
              "\n");
    else
        print(table({{invocation.say("Đã đăng ký", "Enrolled"), device_id},
                     {invocation.say("Trung tâm", "Centre"), arguments.url},
                     {invocation.say("Chứng thư hết hạn", "Certificate ends"), ends}}));
    return Exit::ok;
}

}  // namespace wardwatch
