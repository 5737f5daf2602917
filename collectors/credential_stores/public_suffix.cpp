#include "collectors/credential_stores/public_suffix.h"

#include <algorithm>
#include <array>

namespace wardwatch {
namespace {

// publicsuffix.org, section "vn", 2025, without gov.vn.
constexpr std::array<std::string_view, 78> below_vn = {
    "ac",
    "ai",
    "biz",
    "com",
    "edu",
    "health",
    "id",
    "info",
    "int",
    "io",
    "name",
    "net",
    "org",
    "pro",
    "angiang",
    "bacgiang",
    "backan",
    "baclieu",
    "bacninh",
    "baria-vungtau",
    "bentre",
    "binhdinh",
    "binhduong",
    "binhphuoc",
    "binhthuan",
    "camau",
    "cantho",
    "caobang",
    "daklak",
    "daknong",
    "danang",
    "dienbien",
    "dongnai",
    "dongthap",
    "gialai",
    "hagiang",
    "haiduong",
    "haiphong",
    "hanam",
    "hanoi",
    "hatinh",
    "haugiang",
    "hoabinh",
    "hue",
    "hungyen",
    "khanhhoa",
    "kiengiang",
    "kontum",
    "laichau",
    "lamdong",
    "langson",
    "laocai",
    "longan",
    "namdinh",
    "nghean",
    "ninhbinh",
    "ninhthuan",
    "phutho",
    "phuyen",
    "quangbinh",
    "quangnam",
    "quangngai",
    "quangninh",
    "quangtri",
    "soctrang",
    "sonla",
    "tayninh",
    "thaibinh",
    "thainguyen",
    "thanhhoa",
    "thanhphohochiminh",
    "thuathienhue",
    "tiengiang",
    "travinh",
    "tuyenquang",
    "vinhlong",
    "vinhphuc",
    "yenbai",
};
constexpr std::array<std::string_view, 8> elsewhere = {"ac", "co", "com", "edu", "gov", "net", "or", "org"};

}  // namespace

bool is_public_suffix(std::string_view host) {
    const std::size_t dot = host.find('.');
    if (dot == std::string_view::npos) return true;
    const std::string_view first = host.substr(0, dot);
    const std::string_view rest = host.substr(dot + 1);
    if (rest == "vn") return std::find(below_vn.begin(), below_vn.end(), first) != below_vn.end();
    return rest.size() == 2 && std::find(elsewhere.begin(), elsewhere.end(), first) != elsewhere.end();
}

}  // namespace wardwatch
