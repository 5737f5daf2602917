#include "agent/cli/cli.h"
#include "agent/run_agent.h"
#include "agent/service/console.h"
#include "agent/service/protected_files.h"
#include "agent/service/service.h"

namespace wardwatch {

Exit verb_service(const Invocation& invocation, const std::string& action) {
    if (action == "run") {
        run_service(
            [folder = invocation.data](const std::stop_token& stop, const std::shared_ptr<Wakeup>& wakeup,
                                       bool foreground) { return run_agent(folder, stop, wakeup, foreground); });
    }
    if (action == "install") {
        protect_folder(invocation.data);
        install_service(invocation.data);
        print(invocation.say("Đã cài dịch vụ Wardwatch; chạy ngay: `net start Wardwatch`.\n",
                             "The service Wardwatch is installed; to start it now: `net start Wardwatch`.\n"));
        return Exit::ok;
    }
    print(remove_service() ? invocation.say("Đã gỡ dịch vụ.\n", "The service was removed.\n")
                           : invocation.say("Không có dịch vụ nào để gỡ.\n", "There was no service to remove.\n"));
    return Exit::ok;
}

}  // namespace wardwatch
