#include "tests/reporting/central/random_office.h"

#include "reporting/central/devices/store.h"
#include "reporting/central/enrolment/store.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/judging/waiver_store.h"
#include "reporting/central/units/store.h"

namespace wardwatch::test {

using std::chrono::days;

RandomOffice::RandomOffice(std::size_t most_pcs)
    : most_pcs_(most_pcs), other_unit_(Units{office.database}.add("Phường Khác", std::nullopt, by_test)) {}

void RandomOffice::add_waiver(const Pc& pc) {
    Waiver waiver;
    waiver.rule = up_to(1) == 0 ? "password-age" : "password-length";
    if (up_to(1) == 0)
        waiver.device_id = pc.device_id;
    else
        waiver.unit_id = up_to(1) == 0 ? other_unit_ : office.unit;
    waiver.reason = waiver.approved_by = "test";
    waiver.created_at = office.now;
    waiver.ends_at = start_of_day(add_days(office_day(office.now), 1 + up_to(6)));
    Waivers{office.database}.add(waiver);
}

void RandomOffice::something_happens() {
    if (pcs_.size() < most_pcs_)
        pcs_.push_back(up_to(2) == 0 ? office.enrolled_pc() : office.pc_with_password(up_to(120)));
    const Pc& pc = pcs_[random_() % pcs_.size()];
    const bool revoked = office.device(pc).revoked_at.has_value();
    switch (revoked ? -1 : up_to(7)) {
        case 0:
            Devices{office.database}.move({pc.device_id}, up_to(1) == 0 ? other_unit_ : office.unit,
                                          {"test", office.now});
            break;
        case 1:
            add_waiver(pc);
            break;
        case 2:
            if (up_to(5) == 0) Enrolments{office.database}.revoke_device(pc.device_id, office.now);
            break;
        case -1:
            break;
        default:
            office.send(pc, changed(good_facts(office.now - days{up_to(120)}, office.now),
                                    "password_policy.minimum_length", std::int64_t{up_to(1) == 0 ? 6 : 14}));
    }
}

}  // namespace wardwatch::test
