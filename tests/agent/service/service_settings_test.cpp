// Which settings of the registered service are put back at its start.
#include "agent/service/service_settings.h"

#include <catch2/catch_test_macros.hpp>

using namespace wardwatch;
using namespace std::chrono_literals;

TEST_CASE("what Windows does not tell, and what is as wanted, is left alone") {
    CHECK(changed_settings({}).empty());
    CHECK(changed_settings(wanted_service_settings()).empty());
}

TEST_CASE("what a rolled-back upgrade leaves is all put back") {
    // As ServiceInstall makes it: none of these stands in the MSI's table.
    ServiceSettings bare;
    bare.description = "";
    bare.delayed_start = false;
    bare.restart = RestartActions{{}, 0s};
    bare.restart_after_exit_code = false;
    bare.privileges = std::vector<std::string>{};
    bare.own_sid = false;
    const std::vector<ServiceSetting> changed = changed_settings(bare);
    CHECK(changed == std::vector<ServiceSetting>(std::begin(all_service_settings), std::end(all_service_settings)));
    std::vector<std::string> names;
    for (const ServiceSetting each : changed) names.emplace_back(name_of(each));
    CHECK(names == std::vector<std::string>{"description", "delayed start", "restart after a failure",
                                            "restart after an exit code", "privileges", "SID of its own"});
}

TEST_CASE("one setting that differs is one that is put back") {
    ServiceSettings found = wanted_service_settings();
    SECTION("a privilege more") {
        found.privileges->push_back("SeDebugPrivilege");
        CHECK(changed_settings(found) == std::vector{ServiceSetting::privileges});
    }
    SECTION("a restart less") {
        found.restart->restart_after.pop_back();
        CHECK(changed_settings(found) == std::vector{ServiceSetting::restart});
    }
    SECTION("a shorter memory") {
        found.restart->forget_after = 1h;
        CHECK(changed_settings(found) == std::vector{ServiceSetting::restart});
    }
}
