// The service's settings: what they are to be, and which differ.
#include "agent/service/service_settings.h"

namespace wardwatch {

using namespace std::chrono_literals;

ServiceSettings wanted_service_settings() {
    ServiceSettings wanted;
    wanted.description =
        "Checks passwords, saved browser credentials and antivirus by the office's rules and reports to its centre. "
        "Kiểm tra mật khẩu, thông tin đăng nhập lưu trong trình duyệt và phần mềm diệt vi-rút.";
    wanted.delayed_start = true;
    wanted.restart = RestartActions{{1min, 1min, 5min}, 24h};
    wanted.restart_after_exit_code = true;
    // All that the work needs beyond what everybody has is SYSTEM's access to files and keys, which needs no privilege:
    // nothing is backed up or restored, impersonated, debugged, loaded or shut down. SeChangeNotifyPrivilege lets a
    // path be walked whose upper folders are closed. From the next start of the service on Windows takes the others
    // away.
    wanted.privileges = {"SeChangeNotifyPrivilege"};
    wanted.own_sid = true;
    return wanted;
}

const char* name_of(ServiceSetting setting) {
    switch (setting) {
        case ServiceSetting::description:
            return "description";
        case ServiceSetting::delayed_start:
            return "delayed start";
        case ServiceSetting::restart:
            return "restart after a failure";
        case ServiceSetting::restart_after_exit_code:
            return "restart after an exit code";
        case ServiceSetting::privileges:
            return "privileges";
        case ServiceSetting::own_sid:
            break;
    }
    return "SID of its own";
}

std::vector<ServiceSetting> changed_settings(const ServiceSettings& found) {
    const ServiceSettings wanted = wanted_service_settings();
    std::vector<ServiceSetting> changed;
    const auto compare = [&](ServiceSetting setting, const auto& is, const auto& should_be) {
        if (is && is != should_be) changed.push_back(setting);
    };
    compare(ServiceSetting::description, found.description, wanted.description);
    compare(ServiceSetting::delayed_start, found.delayed_start, wanted.delayed_start);
    compare(ServiceSetting::restart, found.restart, wanted.restart);
    compare(ServiceSetting::restart_after_exit_code, found.restart_after_exit_code, wanted.restart_after_exit_code);
    compare(ServiceSetting::privileges, found.privileges, wanted.privileges);
    compare(ServiceSetting::own_sid, found.own_sid, wanted.own_sid);
    return changed;
}

}  // namespace wardwatch
