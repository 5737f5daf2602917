// The routes that change units, and what happened to them.
#include "reporting/central/units/routes.h"

#include "reporting/central/api/paging.h"
#include "reporting/central/units/changes_view.h"
#include "reporting/central/units/import.h"
#include "reporting/central/units/names.h"
#include "reporting/central/units/store.h"
#include "reporting/central/units/tree.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace {

using nlohmann::json;

/// The unit of this number; 404 unit_unknown for one that is not seen or was merged.
const Unit& unit_of(const UnitTree& tree, std::int64_t id) {
    const Unit* unit = tree.find(id);
    if (unit == nullptr || unit->id != id)
        throw ApiError(404, "unit_unknown", "There is no unit with this number; GET /api/v1/units has all.");
    return *unit;
}

const Unit& unit_of(const UnitTree& tree, const std::string& text) {
    const bool number = !text.empty() && text.size() < 18 && text.find_first_not_of("0123456789") == std::string::npos;
    return unit_of(tree, number ? std::stoll(text) : 0);
}

/// The members of a request that changes the tree; `name` is looked at here.
struct UnitRequest {
    std::optional<std::string> name;
    std::optional<std::optional<std::int64_t>> parent_id;
    std::optional<std::int64_t> into;
};

std::optional<std::int64_t> number_or_null(JsonObject& body, const char* member) {
    return body.member(member).is_null() ? std::nullopt : std::optional{body.integer(member)};
}

UnitRequest read_request(const Call& call, bool merge) {
    const json object = body_object(call);
    UnitRequest request;
    try {
        JsonObject body{object, ""};
        if (merge) {
            request.into = body.integer("into");
        } else {
            if (body.has("name")) request.name = body.text("name", {1, 200});
            if (body.has("parent_id")) request.parent_id = number_or_null(body, "parent_id");
        }
        body.refuse_others();
    } catch (const JsonError& error) {
        throw ApiError(400, "bad_request", error.what());
    }
    if (!request.name) return request;
    if (const std::optional<Text> problem = unit_name_problem(*request.name))
        throw ApiError(400, "bad_request", "A unit cannot be called \"" + *request.name + "\": " + problem->en + ".");
    return request;
}

/// Refuses to put `levels` levels below this unit, when the tree becomes too deep.
void require_levels(const UnitTree& tree, std::optional<std::int64_t> parent_id, std::size_t levels) {
    if ((parent_id ? tree.line(*parent_id).size() : 0) + levels <= unit_levels_limit) return;
    throw ApiError(400, "bad_request", "Units go at most 50 levels deep: choose a place further up.");
}

std::size_t height_of(const UnitTree& tree, std::int64_t unit_id) {
    const std::size_t above = tree.line(unit_id).size() - 1;
    std::size_t height = 1;
    for (const std::int64_t id : tree.unit_and_below(unit_id)) height = std::max(height, tree.line(id).size() - above);
    return height;
}

/// What the store refuses of a unit that is there: the name is taken, or it would lie below itself.
template <class Act>
auto or_conflict(const Act& act) {
    try {
        return act();
    } catch (const StoreError& error) {
        throw ApiError(409, "unit_conflict", error.what());
    }
}

HttpResponse unit_response(const UnitNeighbours& neighbours, unsigned status, const View& view, std::int64_t id) {
    const std::optional<json> unit = neighbours.shown(view, id);
    if (!unit) throw ApiError(404, "unit_unknown", "The unit was merged in the meantime.");
    return json_response(status, *unit);
}

HttpResponse add_unit(const ApiContext& context, const UnitNeighbours& neighbours, const Call& call) {
    const UnitTree tree{context.database, call.scope};
    const UnitRequest request = read_request(call, false);
    if (!request.name) throw ApiError(400, "bad_request", "Say the new unit's \"name\".");
    const std::optional<std::int64_t> parent_id = request.parent_id.value_or(std::nullopt);
    if (parent_id) unit_of(tree, *parent_id);
    require_levels(tree, parent_id, 1);
    const std::int64_t id = or_conflict([&] {
        return Units{context.database}.add(*request.name, parent_id, {call.person.name, call.now});
    });
    return unit_response(neighbours, 201, context.view(call), id);
}

HttpResponse change_unit(const ApiContext& context, const UnitNeighbours& neighbours, const Call& call) {
    const UnitTree tree{context.database, call.scope};
    const Unit& unit = unit_of(tree, call.arguments.at(0));
    const UnitRequest request = read_request(call, false);
    if (!request.name && !request.parent_id)
        throw ApiError(400, "bad_request",
                       "Say what is to change: \"name\", \"parent_id\" (null: to the top), or both.");
    // A form sends both, also what is as it was.
    UnitEdit edit{request.name, request.parent_id};
    if (edit.name == unit.name) edit.name.reset();
    if (edit.parent_id && *edit.parent_id == unit.parent_id) edit.parent_id.reset();
    if (edit.parent_id && *edit.parent_id) unit_of(tree, **edit.parent_id);
    if (edit.parent_id) require_levels(tree, *edit.parent_id, height_of(tree, unit.id));
    if (edit.name || edit.parent_id)
        or_conflict([&] {
            Units{context.database}.change(unit.id, edit, {call.person.name, call.now}, neighbours.followers);
        });
    return unit_response(neighbours, 200, context.view(call), unit.id);
}

HttpResponse merge_unit(const ApiContext& context, const UnitNeighbours& neighbours, const Call& call) {
    const UnitTree tree{context.database, call.scope};
    const Unit& from = unit_of(tree, call.arguments.at(0));
    const Unit& into = unit_of(tree, read_request(call, true).into.value());
    const MergedUnits done = or_conflict([&] {
        return Units{context.database}.merge(from.id, into.id, {call.person.name, call.now}, neighbours.followers);
    });
    return json_response(200, {{"into", into.id},
                               {"path", UnitTree{context.database, call.scope}.path(into.id)},
                               {"units", done.units},
                               {"devices", done.devices},
                               {"tokens", done.tokens},
                               {"offers", done.offers},
                               {"offers_withdrawn", done.withdrawn}});
}

HttpResponse list_unit_changes(const ApiContext& context, const UnitNeighbours& /*neighbours*/, const Call& call) {
    const Page page = page_of(call);
    const json all = unit_changes_json(context.database, call.scope, query_number(call, "unit"));
    json answer = page_json(page, all.size());
    answer["changes"] = json::array();
    for (std::size_t i = page.offset; i < std::min(page.offset + page.limit, all.size()); ++i)
        answer["changes"].push_back(all[i]);
    return json_response(200, answer);
}

UnitImport read_import(const std::string& bytes) {
    if (bytes.size() > unit_csv_limit) throw ApiError(413, "too_large", "The file is larger than 5 MB: split it.");
    try {
        return read_unit_csv(bytes);
    } catch (const CsvError& error) {
        return {{}, {error.problem()}};
    }
}

HttpResponse import_units(const ApiContext& context, const UnitNeighbours& /*neighbours*/, const Call& call) {
    const auto asked = call.query.find("preview");
    const bool preview = asked != call.query.end() && asked->second == "true";
    const UnitImport import = read_import(call.request.body);
    json errors = json::array();
    for (const CsvProblem& problem : import.problems)
        errors.push_back({{"line", problem.line}, {"problem", {{"vi", problem.reason.vi}, {"en", problem.reason.en}}}});
    std::vector<std::string> added;
    if (errors.empty())
        added = or_conflict([&] {
            return Units{context.database}.add_paths(import.paths, {call.person.name, call.now}, preview);
        });
    return json_response(200, {{"preview", preview},
                               {"imported", !preview && errors.empty()},
                               {"lines", import.paths.size() + import.problems.size()},
                               {"added", added},
                               {"errors", std::move(errors)}});
}

}  // namespace

std::vector<Route> unit_routes(const ApiContext& context, const UnitNeighbours& neighbours) {
    const auto with = [&](HttpResponse (*act)(const ApiContext&, const UnitNeighbours&, const Call&)) {
        return [&context, neighbours, act](const Call& call) { return act(context, neighbours, call); };
    };
    return {
        {"GET", "/api/v1/units/changes", with(list_unit_changes), Right::read, "listUnitChanges"},
        {"POST", "/api/v1/units", with(add_unit), Right::administer, "addUnit", Body::object},
        {"POST", "/api/v1/units/import", with(import_units), Right::administer, "importUnits", Body::bytes},
        {"PATCH", "/api/v1/units/{}", with(change_unit), Right::administer, "changeUnit", Body::object},
        {"POST", "/api/v1/units/{}/merge", with(merge_unit), Right::administer, "mergeUnit", Body::object},
    };
}

}  // namespace wardwatch
