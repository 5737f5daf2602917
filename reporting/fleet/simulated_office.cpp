#include "reporting/fleet/simulated_office.h"

namespace wardwatch {

namespace {

constexpr std::string_view mark = " (mô phỏng)";

struct Named {
    std::string_view name;
    std::string_view short_name;
};

constexpr Named wards[] = {
    {"An Khánh", "ANKHANH"},
    {"Bạch Đàn", "BACHDAN"},
    {"Bến Sông", "BENSONG"},
    {"Cầu Đá", "CAUDA"},
    {"Chợ Mới", "CHOMOI"},
    {"Đông Hồ", "DONGHO"},
    {"Gia Thịnh", "GIATHINH"},
    {"Hàng Lụa", "HANGLUA"},
    {"Hồ Sen", "HOSEN"},
    {"Kim Ngân", "KIMNGAN"},
    {"La Thành Nam", "LATHANH"},
    {"Minh Châu", "MINHCHAU"},
    {"Ngọc Lâm Bắc", "NGOCLAM"},
    {"Ô Đông", "ODONG"},
    {"Phúc Hòa", "PHUCHOA"},
    {"Quảng Lạc", "QUANGLAC"},
    {"Sơn Tây Hạ", "SONTAYHA"},
    {"Tân Mai Đông", "TANMAI"},
    {"Thanh Nhàn Thượng", "THANHNHAN"},
    {"Vĩnh Hưng Tây", "VINHHUNG"},
    {"Yên Hòa Trung", "YENHOA"},
};

constexpr Named rooms[] = {
    {"Văn phòng HĐND và UBND", "VP"},
    {"Phòng Kinh tế, Hạ tầng và Đô thị", "KT"},
    {"Trung tâm Phục vụ hành chính công", "HCC"},
};

constexpr Named departments[] = {
    {"Văn phòng UBND", "VPUB"},
    {"Phòng Nội vụ", "NOIVU"},
    {"Phòng Tư pháp", "TUPHAP"},
    {"Phòng Tài chính - Kế hoạch", "TAICHINH"},
    {"Phòng Văn hóa và Thông tin", "VHTT"},
    {"Phòng Giáo dục và Đào tạo", "GDDT"},
    {"Phòng Y tế", "YTE"},
    {"Phòng Tài nguyên và Môi trường", "TNMT"},
    {"Phòng Quản lý đô thị", "QLDT"},
    {"Thanh tra", "THANHTRA"},
    {"Ban Quản lý dự án", "BQLDA"},
    {"Ban Tiếp công dân", "TIEPDAN"},
};

struct FamilyName {
    std::string_view written;
    std::string_view plain;
};

}  // namespace

// FNV-1a over the topic, then SplitMix64: small, and the same everywhere, which <random>'s distributions are not.
Dice::Dice(std::uint64_t seed, std::string_view topic) : state_(14695981039346656037ULL ^ seed) {
    for (const char c : topic) state_ = (state_ ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    next();
}

std::uint64_t Dice::next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
}

std::int64_t Dice::between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(most - least + 1));
}

const std::vector<SimulatedUnit>& simulated_units() {
    static const std::vector<SimulatedUnit> units = [] {
        std::vector<SimulatedUnit> made;
        made.reserve(std::size(wards) * std::size(rooms) + std::size(departments));
        for (const Named& room : rooms) {
            for (const Named& ward : wards) {
                made.push_back({"Phường " + std::string{ward.name} + std::string{mark} + "/" + std::string{room.name},
                                std::string{ward.short_name}});
            }
        }
        for (const Named& department : departments)
            made.push_back({std::string{department.name} + std::string{mark}, std::string{department.short_name}});
        return made;
    }();
    return units;
}

std::string simulated_units_csv() {
    std::string csv = "path\n";
    // Wards with all their rooms first, so that they stand in this order in the tree.
    for (std::size_t ward = 0; ward < std::size(wards); ++ward) {
        for (std::size_t room = 0; room < std::size(rooms); ++room)
            csv += "\"" + simulated_units()[room * std::size(wards) + ward].path + "\"\n";
    }
    for (std::size_t i = std::size(wards) * std::size(rooms); i < simulated_units().size(); ++i)
        csv += "\"" + simulated_units()[i].path + "\"\n";
    return csv;
}

std::string simulated_account(Dice& dice) {
    static const std::vector<FamilyName> families{{"Nguyễn", "nguyen"}, {"Trần", "tran"},   {"Lê", "le"},
                                                  {"Phạm", "pham"},     {"Hoàng", "hoang"}, {"Vũ", "vu"},
                                                  {"Đặng", "dang"},     {"Bùi", "bui"},     {"Đỗ", "do"}};
    static const std::vector<FamilyName> given{
        {"An", "an"},       {"Bình", "binh"}, {"Chi", "chi"},     {"Dũng", "dung"},
        {"Giang", "giang"}, {"Hà", "ha"},     {"Hương", "huong"}, {"Khánh", "khanh"},
        {"Lan", "lan"},     {"Minh", "minh"}, {"Nga", "nga"},     {"Phúc", "phuc"},
        {"Quân", "quan"},   {"Sơn", "son"},   {"Thảo", "thao"},   {"Yến", "yen"}};
    const FamilyName family = dice.pick(families);
    const FamilyName name = dice.pick(given);
    if (dice.chance(15)) return std::string{family.written} + " Thị " + std::string{name.written};
    return std::string{name.plain} + "." + std::string{family.plain};
}

}  // namespace wardwatch
