#include "collectors/core/windows_names.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "collectors/core/ascii.h"
#include "collectors/core/utf8.h"

namespace wardwatch {
namespace {

// Scripts in which the small letter follows its capital: from a capital to the last small letter.
struct Pairs {
    char32_t first;
    char32_t last;
};
constexpr std::array<Pairs, 17> pairs = {{{0x100, 0x12F},
                                          {0x132, 0x137},
                                          {0x139, 0x148},
                                          {0x14A, 0x177},
                                          {0x179, 0x17E},
                                          {0x1A0, 0x1A5},  // Ơ
                                          {0x1AF, 0x1B0},  // Ư
                                          {0x1CD, 0x1DC},
                                          {0x1DE, 0x1EF},
                                          {0x1F8, 0x21F},
                                          {0x222, 0x233},
                                          {0x370, 0x373},
                                          {0x460, 0x481},
                                          {0x48A, 0x4BF},
                                          {0x4D0, 0x52F},
                                          {0x1E00, 0x1E95},
                                          {0x1EA0, 0x1EFF}}};  // Ạ to Ỹ

// Scripts in which small letters stand at a distance from their capitals.
struct Block {
    char32_t first;
    char32_t last;
    char32_t distance;
};
constexpr std::array<Block, 8> blocks = {{{'a', 'z', 32},
                                          {0xE0, 0xF6, 32},
                                          {0xF8, 0xFE, 32},
                                          {0x3AD, 0x3AF, 37},
                                          {0x3B1, 0x3C1, 32},
                                          {0x3C3, 0x3CB, 32},
                                          {0x430, 0x44F, 32},
                                          {0x450, 0x45F, 80}}};

char32_t upper(char32_t letter) {
    for (const auto& [first, last, distance] : blocks) {
        if (letter >= first && letter <= last) return letter - distance;
    }
    for (const auto& [first, last] : pairs) {
        if (letter >= first && letter <= last) return (letter - first) % 2 == 1 ? letter - 1 : letter;
    }
    return letter == 0xFF ? 0x178 : letter;
}

// Linux: bytes that are no UTF-8 stay apart from every letter. Windows: units of UTF-16 stand for themselves.
std::u32string letters_of(const std::filesystem::path& path) {
    using Unit = std::make_unsigned_t<std::filesystem::path::value_type>;
    if constexpr (sizeof(Unit) == 1) {
        if (auto points = decode_utf8(path.string())) return *points;
    }
    constexpr char32_t beyond_unicode = sizeof(Unit) == 1 ? 0x110000 : 0;
    std::u32string units;
    for (const auto unit : path.native()) {
        const char32_t value = static_cast<Unit>(unit);
        units += value < 0x80 ? value : beyond_unicode + value;
    }
    return units;
}

}  // namespace

std::u32string folded_windows_path(const std::filesystem::path& path) {
    std::u32string letters = letters_of(path);
    std::replace(letters.begin(), letters.end(), U'\\', U'/');
    std::u32string folded;
    std::size_t root = 0;  // ".." goes no higher
    std::size_t at = 0;
    const auto take_part = [&](std::u32string part) {
        if (part.empty() || part == U".") return;
        if (part == U"..") {
            const std::size_t slash = folded.find_last_of(U'/');
            folded.resize(slash == std::u32string::npos || slash < root ? root : slash);
            return;
        }
        std::ranges::transform(part, part.begin(), upper);
        folded += U'/';
        folded += part;
        if (part.ends_with(U':') && root == 0) root = folded.size();
    };
    // "\\?\C:\Users" is "C:\Users" without a limit of its length.
    if (letters.starts_with(U"//?/")) letters.erase(0, 4);
    while (at <= letters.size()) {
        const std::size_t end = std::min(letters.find(U'/', at), letters.size());
        take_part(letters.substr(at, end - at));
        at = end + 1;
    }
    return folded;
}

std::u32string path_key(const std::filesystem::path& path, bool windows) {
    return windows ? folded_windows_path(path) : letters_of(path.lexically_normal());
}

bool same_path(const std::filesystem::path& a, const std::filesystem::path& b, bool windows) {
    return path_key(a, windows) == path_key(b, windows);
}

bool is_name(const std::filesystem::path& name, std::string_view ascii, bool windows) {
    if (!windows) return name == std::filesystem::path(ascii);
    return ascii_lower(printable_name(name)) == ascii_lower(ascii);
}

}  // namespace wardwatch
