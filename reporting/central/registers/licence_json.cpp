// Members as the OpenAPI document has them.
#include "reporting/central/registers/licence_json.h"

#include "reporting/central/api/json.h"
#include "reporting/central/formats/office_time.h"

namespace wardwatch {

using nlohmann::json;

namespace {

json days_left_within(std::int64_t days_left) {
    if (days_left < 0) return 0;
    for (const int limit : {30, 60, 90}) {
        if (days_left <= limit) return limit;
    }
    return nullptr;
}

}  // namespace

json licence_json(const LicenceUse& use) {
    const Licence& licence = use.licence;
    return {{"id", licence.id},
            {"product", licence.product},
            {"key_reference", licence.key_reference},
            {"seats", licence.seats},
            {"expires_on", licence.expires_on},
            {"unit_id", or_null(licence.unit_id)},
            {"unit", licence.unit_id ? json(use.unit) : json()},
            {"note", licence.note},
            {"days_left", use.days_left},
            {"ends_within", days_left_within(use.days_left)},
            {"devices_using", use.devices_using},
            {"seats_missing", use.seats_missing()},
            {"devices_without_date", use.devices_without_date}};
}

json licences_json(const std::vector<LicenceUse>& uses) {
    json list = json::array();
    for (const LicenceUse& use : uses) list.push_back(licence_json(use));
    return {{"licences", std::move(list)}};
}

json undated_products_json(const View& view, const UndatedProducts& found, std::int64_t offset, std::int64_t limit) {
    json list = json::array();
    for (const UndatedProduct& one : found.page) {
        json licence;
        if (one.licence)
            licence = {{"id", one.licence->id},
                       {"product", one.licence->product},
                       {"expires_on", one.licence->expires_on},
                       {"days_left", days_between(office_day(view.now), one.licence->expires_on)}};
        list.push_back({{"device_id", one.on.device_id},
                        {"host_name", one.on.host_name},
                        {"unit_id", one.on.unit_id},
                        {"unit", one.unit},
                        {"product", one.on.product.name},
                        {"state", one.on.product.state},
                        {"reason", one.on.product.licence_reason},
                        {"licence", std::move(licence)}});
    }
    return {{"devices", std::move(list)}, {"total", found.total}, {"offset", offset}, {"limit", limit}};
}

}  // namespace wardwatch
