// Prints reports as the agent writes them, one a line, for schema_test.py.
#include <iostream>
#include <nlohmann/json.hpp>

#include "reporting/wire/report_json.h"
#include "tests/reporting/wire/every_value.h"

int main() {
    using namespace wardwatch;
    for (const int format : {1, newest_report_format}) {
        for (const Report& report : {report_of({}), every_value(), hostile_values()})
            std::cout << report_text(report, format) << '\n';
    }
}
