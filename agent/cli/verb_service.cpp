// `wardwatch service`: runs and registers it; `configure` and `purge` are the installer's.
#include "agent/cli/cli.h"
#include "agent/data_folder/protected_files.h"
#include "agent/enrolment/enrolment_key.h"
#include "agent/log/event_log.h"
#include "agent/service/service.h"
#include "agent/system/console.h"

namespace wardwatch {
namespace {

// In a data folder that the installation made, so that a rollback removes that one and no other.
constexpr const char* new_folder_mark = "made_by_this_installation";

// What the MSI cannot do itself, before the first start of the service.
void configure(const Invocation& invocation, const std::string& token) {
    const bool is_new = !std::filesystem::exists(invocation.data);
    if (!is_new) std::filesystem::remove(invocation.data / new_folder_mark);
    protect_folder(invocation.data);
    if (is_new) write_file(invocation.data / new_folder_mark, "");
    if (!token.empty()) keep_enrolment_token(token);
    configure_service(invocation.data);
}

// The MSI removes all else.
void purge(const Invocation& invocation, const ServiceArguments& arguments) {
    forget_enrolment_token();
    const std::filesystem::path mark = invocation.data / new_folder_mark;
    const bool whole = !arguments.keep_data && (!arguments.only_new || std::filesystem::exists(mark));
    if (!whole) {
        std::filesystem::remove(mark);
    } else if (!remove_folder(invocation.data)) {
        throw std::runtime_error(utf8(invocation.data) + ": " +
                                 invocation.say("không xoá được hết; hãy tự xoá thư mục này",
                                                "not all of it could be deleted; delete this folder by hand"));
    }
}

}  // namespace

Exit verb_service(const Invocation& invocation, const ServiceArguments& arguments, RunService run) {
    if (arguments.action == "run") {
        run(invocation.data);
    } else if (arguments.action == "configure") {
        try {
            configure(invocation, arguments.token);
        } catch (const std::exception& error) {
            write_event(Event::error, {error.what()});  // the installer shows no more than a number
            throw;
        }
    } else if (arguments.action == "purge") {
        purge(invocation, arguments);
    } else if (arguments.action == "install") {
        protect_folder(invocation.data);
        install_service(invocation.data);
        print(invocation.json
                  ? "{\"installed\": true}\n"
                  : invocation.say("Đã cài dịch vụ Wardwatch; chạy ngay: `net start Wardwatch`.\n",
                                   "The service Wardwatch is installed; to start it now: `net start Wardwatch`.\n"));
    } else {
        const bool removed = remove_service();
        const char* const document = removed ? "{\"removed\": true}\n" : "{\"removed\": false}\n";
        print(invocation.json ? document
              : removed       ? invocation.say("Đã gỡ dịch vụ.\n", "The service was removed.\n")
                        : invocation.say("Không có dịch vụ nào để gỡ.\n", "There was no service to remove.\n"));
    }
    return Exit::ok;
}

}  // namespace wardwatch
