// The command line's view of the office.
#include "reporting/central/judging/office_view.h"

#include "reporting/central/cli/cli.h"

namespace wardwatch {

OfficeView::OfficeView(const sql::Database& of)
    : PolicyOfView{CurrentPolicy{of}}, View{of, current.get().policy, system_now(), silent_after_of(of)} {}

}  // namespace wardwatch
