// The list of a web system's accounts, read line by line.
#include <algorithm>

#include "collectors/core/ascii.h"
#include "reporting/central/formats/text_fold.h"
#include "reporting/central/registers/web_register.h"
#include "reporting/central/units/name_index.h"
#include "reporting/central/units/store.h"

namespace wardwatch {

namespace {

std::vector<ImportColumn> account_columns() {
    return {
        {"account",
         {"ten dang nhap", "ten tai khoan", "ma tai khoan", "user", "username", "user name", "login"},
         {"Tài khoản", "Account"},
         true},
        {"owner",
         {"ho ten", "ho va ten", "nguoi su dung", "chu tai khoan", "full name", "name"},
         {"Người dùng", "Owner"}},
        {"unit", {"phong ban", "co quan", "department"}, {"Đơn vị", "Unit"}},
        {"password_changed",
         {"ngay doi mk", "doi mat khau lan cuoi", "lan doi mat khau cuoi", "last password change", "password changed"},
         {"Ngày đổi mật khẩu", "Password changed"}},
        {"last_login",
         {"dang nhap gan nhat", "lan dang nhap cuoi", "ngay dang nhap cuoi", "last logon"},
         {"Đăng nhập lần cuối", "Last login"}},
        {"status", {"tinh trang", "state"}, {"Trạng thái", "Status"}},
    };
}

bool one_of(const std::string& text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

/// Nothing for a word that is not known.
std::optional<bool> is_disabled(const std::string& status) {
    const std::string word = fold_words(status);
    if (one_of(word, {"", "hoat dong", "dang hoat dong", "dang su dung", "su dung", "mo", "kich hoat", "da kich hoat",
                      "active", "enabled", "1", "true"}))
        return false;
    if (one_of(word, {"khoa", "da khoa", "bi khoa", "dang khoa", "tam khoa", "ngung hoat dong", "ngung su dung",
                      "khong hoat dong", "vo hieu hoa", "da thu hoi", "thu hoi", "disabled", "locked", "inactive",
                      "suspended", "revoked", "0", "false"}))
        return true;
    return std::nullopt;
}

class AccountReader {
public:
    AccountReader(const ImportTable& table, const UnitNames& units, std::optional<std::int64_t> owner_unit,
                  const std::string& today)
        : table_(table), units_(units), owner_unit_(owner_unit), today_(today) {}

    WebAccountImport read() {
        import_.lines.reserve(table_.size());
        for (std::size_t row = 0; row < table_.size(); ++row) read_row(row);
        return std::move(import_);
    }

private:
    void say(std::size_t row, std::string_view column, const Text& reason) {
        import_.problems.push_back(table_.problem(row, column, reason));
    }

    void read_row(std::size_t row) {
        if (const std::optional<CsvProblem> problem = table_.row_problem(row)) {
            import_.problems.push_back(*problem);
            return;
        }
        WebAccountLine line;
        line.account = table_.cell(row, "account");
        line.owner = table_.cell(row, "owner");
        if (line.account.empty()) {
            say(row, "account", {"ô trống; hãy ghi tên đăng nhập", "the cell is empty; write the login name"});
        } else {
            require_new(row, line.account);
        }
        line.unit_id = unit_of(row);
        line.password_changed_on = day_of(row, "password_changed");
        line.last_login_on = day_of(row, "last_login");
        const std::string status = table_.cell(row, "status");
        const std::optional<bool> disabled = is_disabled(status);
        if (!disabled)
            say(row, "status",
                {"không hiểu \"" + status + "\"; hãy ghi \"Hoạt động\" hoặc \"Khóa\"",
                 "\"" + status + "\" is not understood; write \"active\" or \"disabled\""});
        line.disabled = disabled.value_or(false);
        import_.lines.push_back(std::move(line));
    }

    void require_new(std::size_t row, const std::string& account) {
        // As the database compares them.
        const auto [seen, is_new] = seen_.emplace(ascii_lower(account), table_.line(row));
        if (is_new) return;
        const std::string first = std::to_string(seen->second);
        say(row, "account",
            {"tài khoản \"" + account + "\" đã có ở dòng " + first + "; hãy bỏ một dòng",
             "the account \"" + account + "\" stands in line " + first + " already; take one out"});
    }

    std::int64_t unit_of(std::size_t row) {
        const std::string name = table_.cell(row, "unit");
        if (name.empty()) {
            if (!owner_unit_)
                say(row, "unit",
                    {"ô trống, và hệ thống này chưa có đơn vị chủ quản; hãy ghi tên đơn vị",
                     "the cell is empty, and this system has no unit of its own; write the unit's name"});
            return owner_unit_.value_or(0);
        }
        const auto known = units_found_.find(name);
        if (known != units_found_.end()) return known->second;
        Text reason;
        const std::optional<std::int64_t> unit = units_.find(name, reason);
        if (!unit) {
            say(row, "unit", reason);
            return 0;
        }
        units_found_.emplace(name, *unit);
        return *unit;
    }

    std::optional<std::string> day_of(std::size_t row, std::string_view column) {
        const std::string text = table_.cell(row, column);
        const ImportedDay day = imported_day(text);
        if (day.kind == ImportedDay::mistake) {
            say(row, column,
                {"\"" + text +
                     "\" không phải là ngày; hãy ghi ngày/tháng/năm như 22/11/2026, \"chưa\" nếu chưa lần nào, "
                     "hoặc để trống nếu không rõ",
                 "\"" + text +
                     "\" is no date; write day/month/year like 22/11/2026, \"never\" if it never happened, or "
                     "leave it empty if nobody knows"});
        } else if (day.kind == ImportedDay::day && day.day_text > today_) {
            say(row, column,
                {"ngày " + text + " ở tương lai; ngày đứng trước, tháng đứng sau",
                 text + " lies in the future; the day comes first, then the month"});
        }
        if (day.kind == ImportedDay::unknown) return std::nullopt;
        return day.day_text;
    }

    const ImportTable& table_;
    const UnitNames& units_;
    std::optional<std::int64_t> owner_unit_;
    std::string today_;
    std::map<std::string, std::size_t> seen_;
    std::map<std::string, std::int64_t> units_found_;
    WebAccountImport import_;
};

}  // namespace

WebAccountImport read_web_accounts(std::string_view bytes, const std::vector<Unit>& units,
                                   std::optional<std::int64_t> owner_unit, const std::string& today) {
    try {
        const ImportTable table{bytes, account_columns()};
        return AccountReader{table, UnitNames{units}, owner_unit, today}.read();
    } catch (const CsvError& error) {
        return {{}, {error.problem()}};
    }
}

}  // namespace wardwatch
