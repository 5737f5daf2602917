// JSON and words of accounts and systems.
#include "reporting/central/registers/registers_json.h"
#include "reporting/central/api/json.h"
#include "reporting/central/formats/office_time.h"
#include "reporting/central/units/store.h"

#include <algorithm>

namespace wardwatch {

using nlohmann::json;

namespace {

constexpr std::size_t problems_told = 1000;
constexpr std::int64_t everything = 1'000'000'000;

/// "22/11/2026", the words for never and unknown, as an import takes them.
std::string import_day(const std::optional<std::string>& day, Language language) {
    const bool vi = language == Language::vi;
    if (!day) return "";
    if (day->empty()) return vi ? "chưa" : "never";
    return written_day(*day);
}

Text problem_words(const std::string& problem) {
    if (problem == "overdue") return {"quá hạn đổi mật khẩu", "password overdue"};
    if (problem == "never_changed") return {"chưa đổi mật khẩu lần nào", "password never changed"};
    if (problem == "unused") return {"không còn dùng", "unused"};
    return {"không rõ ngày", "date unknown"};
}

Text revocation_words(const std::string& state) {
    if (state == "requested") return {"đề nghị thu hồi", "revocation asked for"};
    if (state == "handed_back") return {"đã bàn giao danh sách", "handed back"};
    if (state == "revoked") return {"đã thu hồi", "revoked"};
    if (state == "kept") return {"giữ lại", "kept"};
    return {"", ""};
}

void add_account_counts(AccountCounts& sum, const AccountCounts& more) {
    for (const auto& [name, count] : more) sum[name] += count;
}

AccountCounts no_counts() {
    AccountCounts counts;
    for (const char* name :
         {"accounts", "disabled", "overdue", "never_changed", "unused", "unknown_date", "requested", "handed_back"})
        counts[name] = 0;
    return counts;
}

}  // namespace

std::optional<std::set<std::int64_t>> units_shown(const View& view, std::optional<std::int64_t> unit) {
    if (!unit && view.scope.everything()) return std::nullopt;
    std::set<std::int64_t> shown;
    std::set<std::int64_t> below;
    if (unit) below = Units{view.database}.and_below(*unit);
    for (const Unit& one : Units{view.database}.all()) {
        if (view.scope.holds(one.id) && (!unit || below.contains(one.id))) shown.insert(one.id);
    }
    return shown;
}

AccountLimits account_limits(const View& view) {
    const auto days = [&](const char* name, std::int64_t otherwise) {
        const auto found = view.policy.parameters.find(name);
        return found == view.policy.parameters.end() ? otherwise : found->second;
    };
    return {days("max_password_age_days", 90), days("max_unused_days", 90), office_day(view.now)};
}

std::vector<ShownSystem> shown_systems(const View& view, const WebRegister& registered) {
    const std::map<std::int64_t, std::string> paths = Units{view.database}.paths();
    const AccountLimits limits = account_limits(view);
    std::vector<ShownSystem> shown;
    for (WebSystem& system : registered.systems()) {
        AccountFilter filter;
        filter.system_id = system.id;
        filter.units = units_shown(view, std::nullopt);
        AccountCounts counts = no_counts();
        for (const auto& [unit_id, of_unit] : registered.counts(filter, limits)) add_account_counts(counts, of_unit);
        // Whose accounts it has is seen by who sees them; whose system it is, by who sees that unit.
        const bool own = system.owner_unit_id && view.scope.holds(*system.owner_unit_id);
        if (!view.scope.everything() && !own && counts["accounts"] == 0) continue;
        if (!view.scope.everything() && !own) system.owner_unit_id.reset();
        std::optional<std::string> owner_unit;
        if (system.owner_unit_id) owner_unit = paths.at(*system.owner_unit_id);
        shown.push_back({std::move(system), std::move(owner_unit), std::move(counts)});
    }
    return shown;
}

json to_json(const ShownSystem& shown) {
    const WebSystem& system = shown.system;
    return {{"id", system.id},
            {"name", system.name},
            {"host", system.host},
            {"owner_unit_id", or_null(system.owner_unit_id)},
            {"owner_unit", or_null(shown.owner_unit)},
            {"max_password_age_days", or_null(system.max_password_age_days)},
            {"unused_after_days", or_null(system.unused_after_days)},
            {"imported_at", or_null(system.imported_at)},
            {"imported_by", system.imported_by},
            {"counts", shown.counts}};
}

json web_systems_json(const std::vector<ShownSystem>& systems, const AccountLimits& limits) {
    json list = json::array();
    for (const ShownSystem& shown : systems) list.push_back(to_json(shown));
    return {{"systems", std::move(list)},
            {"max_password_age_days", limits.max_password_age_days},
            {"unused_after_days", limits.max_unused_days}};
}

json web_account_json(const WebAccount& account, const std::string& unit) {
    const auto day = [](const std::optional<std::string>& text) {
        return text && !text->empty() ? json(*text) : json();
    };
    const WebAccountLine& line = account.line;
    return {{"id", account.id},
            {"system_id", account.system_id},
            {"system", account.system},
            {"account", line.account},
            {"owner", line.owner},
            {"unit_id", line.unit_id},
            {"unit", unit},
            {"password_changed_on", day(line.password_changed_on)},
            {"password_never_changed", line.password_changed_on == ""},
            {"last_login_on", day(line.last_login_on)},
            {"never_logged_in", line.last_login_on == ""},
            {"status", account.gone    ? "gone"
                       : line.disabled ? "disabled"
                                       : "active"},
            {"problems", account.problems},
            {"revocation",
             {{"state", account.revocation},
              {"by", account.revocation_by},
              {"at", or_null(account.revocation_at)},
              {"note", account.revocation_note}}}};
}

json web_accounts_json(const View& view, const WebRegister& registered, const AccountFilter& filter) {
    const std::map<std::int64_t, std::string> paths = Units{view.database}.paths();
    const AccountLimits limits = account_limits(view);
    std::int64_t total = 0;
    json list = json::array();
    for (const WebAccount& account : registered.accounts(filter, limits, total))
        list.push_back(web_account_json(account, paths.at(account.line.unit_id)));
    AccountCounts counts = no_counts();
    json units = json::array();
    for (const auto& [unit_id, of_unit] : registered.counts(filter, limits)) {
        add_account_counts(counts, of_unit);
        json entry = of_unit;
        entry["unit_id"] = unit_id;
        entry["unit"] = paths.at(unit_id);
        units.push_back(std::move(entry));
    }
    return {{"accounts", std::move(list)}, {"total", total},   {"offset", filter.offset},
            {"limit", filter.limit},       {"counts", counts}, {"units", std::move(units)}};
}

std::string web_accounts_csv(const View& view, const WebRegister& registered, AccountFilter filter, Language language) {
    const std::map<std::int64_t, std::string> paths = Units{view.database}.paths();
    const bool vi = language == Language::vi;
    std::string csv{byte_order_mark};
    csv += vi ? csv_line({"Hệ thống", "Tài khoản", "Người dùng", "Đơn vị", "Ngày đổi mật khẩu", "Đăng nhập lần cuối",
                          "Trạng thái", "Vấn đề", "Thu hồi", "Người cập nhật", "Ngày cập nhật", "Ghi chú"})
              : csv_line({"System", "Account", "Owner", "Unit", "Password changed", "Last login", "Status", "Problems",
                          "Revocation", "Set by", "Set on", "Note"});
    filter.offset = 0;
    filter.limit = everything;
    std::int64_t total = 0;
    for (const WebAccount& account : registered.accounts(filter, account_limits(view), total)) {
        std::string problems;
        for (const std::string& problem : account.problems)
            problems += (problems.empty() ? "" : "; ") + problem_words(problem).in(language);
        const char* status = account.gone            ? (vi ? "không còn" : "gone")
                             : account.line.disabled ? (vi ? "Khóa" : "disabled")
                                                     : (vi ? "Hoạt động" : "active");
        const std::optional<std::string> set_on =
            account.revocation_at ? std::optional{office_day(*account.revocation_at)} : std::nullopt;
        csv += inert_csv_line({account.system, account.line.account, account.line.owner, paths.at(account.line.unit_id),
                               import_day(account.line.password_changed_on, language),
                               import_day(account.line.last_login_on, language), status, problems,
                               revocation_words(account.revocation).in(language), account.revocation_by,
                               import_day(set_on, language), account.revocation_note});
    }
    return csv;
}

json problems_json(const std::vector<CsvProblem>& problems) {
    json list = json::array();
    for (std::size_t i = 0; i < std::min(problems.size(), problems_told); ++i) {
        const CsvProblem& problem = problems[i];
        list.push_back({{"line", problem.line},
                        {"column", problem.column},
                        {"problem", {{"vi", problem.reason.vi}, {"en", problem.reason.en}}}});
    }
    return list;
}

json import_json(bool preview, std::size_t lines, const ImportCounts& counts, const std::vector<CsvProblem>& problems) {
    return {{"preview", preview},
            {"stored", !preview && problems.empty()},
            {"lines", lines},
            {"added", counts.added},
            {"changed", counts.changed},
            {"unchanged", counts.unchanged},
            {"gone", counts.gone},
            {"added_names", counts.added_names},
            {"gone_names", counts.gone_names},
            {"errors", problems_json(problems)},
            {"errors_total", problems.size()}};
}

}  // namespace wardwatch
