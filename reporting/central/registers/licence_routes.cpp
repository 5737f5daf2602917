// The people's API: antivirus licences, and the PCs that they are for.
#include <algorithm>

#include "reporting/central/registers/licence_json.h"
#include "reporting/central/registers/licences.h"
#include "reporting/central/registers/registers_json.h"
#include "reporting/central/registers/routes.h"
#include "reporting/central/registers/web_routes.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

using nlohmann::json;

namespace {

Licence licence_of_call(const ApiContext& context, const Call& call) {
    const std::string& text = call.arguments.at(0);
    for (const Licence& licence : Licences{context.database}.all()) {
        if (std::to_string(licence.id) == text) return licence;
    }
    throw ApiError(404, "licence_unknown", "There is no licence with this number.");
}

void read_licence(JsonObject& body, Licence& licence) {
    if (body.has("product")) licence.product = body.text("product", {1, 200});
    if (body.has("key_reference")) licence.key_reference = body.text("key_reference", {1, 200});
    if (body.has("note")) licence.note = body.text("note", {0, 500});
    if (body.has("seats")) licence.seats = body.integer("seats");
    if (body.has("expires_on")) licence.expires_on = body.text("expires_on", {10, 10});
    if (body.has("unit_id")) {
        licence.unit_id.reset();
        if (!body.member("unit_id").is_null()) licence.unit_id = body.integer("unit_id");
    }
    body.refuse_others();
    if (licence.product.empty() || licence.key_reference.empty()) throw JsonError("product, key_reference: missing");
    if (licence.seats < 1 || licence.seats > 1'000'000) throw JsonError("seats: expected 1 to 1000000");
    if (!is_day(licence.expires_on)) throw JsonError("expires_on: expected a day like 2027-03-31");
}

HttpResponse store_licence(const ApiContext& context, const Call& call, Licence licence) {
    read_body(call, [&](JsonObject& body) { read_licence(body, licence); });
    const bool is_new = licence.id == 0;
    Licences licences{context.database};
    try {
        if (is_new) {
            licence.id = licences.add(licence);
        } else {
            licences.change(licence);
        }
    } catch (const StoreError& error) {
        throw ApiError(409, "licence_refused", error.what());
    }
    for (const LicenceUse& use : licence_uses(context.view(call))) {
        if (use.licence.id == licence.id) return json_response(is_new ? 201 : 200, licence_json(use));
    }
    throw ApiError(404, "licence_unknown", "The licence was removed meanwhile.");
}

HttpResponse import_licences(const ApiContext& context, const Call& call) {
    const bool preview = query_flag(call, "preview");
    const LicenceImport import = read_licences(import_body(call), Units{context.database}.all());
    ImportCounts counts;
    if (import.problems.empty()) counts = Licences{context.database}.import(import.lines, preview);
    return json_response(200, import_json(preview, import.lines.size(), counts, import.problems));
}

}  // namespace

std::vector<Route> licence_routes(const ApiContext& context) {
    return {
        {"GET", "/api/v1/licences",
         [&context](const Call& call) {
             return json_response(200, licences_json(licence_uses(context.view(call), query_number(call, "ending"))));
         },
         Right::read, "listLicences"},
        {"POST", "/api/v1/licences", [&context](const Call& call) { return store_licence(context, call, {}); },
         Right::administer, "addLicence", Body::object},
        {"POST", "/api/v1/licences/import", [&context](const Call& call) { return import_licences(context, call); },
         Right::administer, "importLicences", Body::bytes},
        {"GET", "/api/v1/licences/devices-without-date",
         [&context](const Call& call) {
             const View view = context.view(call);
             const std::int64_t offset = std::max<std::int64_t>(0, query_number(call, "offset").value_or(0));
             const std::int64_t limit = std::clamp<std::int64_t>(query_number(call, "limit").value_or(100), 1, 1000);
             return json_response(
                 200, undated_products_json(view, products_without_date(view, offset, limit), offset, limit));
         },
         Right::read, "listDevicesWithoutLicenceDate"},
        {"PATCH", "/api/v1/licences/{}",
         [&context](const Call& call) { return store_licence(context, call, licence_of_call(context, call)); },
         Right::administer, "changeLicence", Body::object},
        {"DELETE", "/api/v1/licences/{}",
         [&context](const Call& call) {
             const Licence licence = licence_of_call(context, call);
             Licences{context.database}.remove(licence.id);
             return json_response(200, {{"removed", licence.id}});
         },
         Right::administer, "removeLicence"},
    };
}

}  // namespace wardwatch
