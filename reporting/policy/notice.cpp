#include "reporting/policy/notice.h"

#include "embedded/notice_en_txt.h"
#include "embedded/notice_vi_txt.h"

namespace wardwatch {

std::string_view staff_notice(Language language) {
    return language == Language::vi ? embedded::notice_vi_txt : embedded::notice_en_txt;
}

std::string staff_notice_page(Language language) {
    const bool vi = language == Language::vi;
    // The text is the program's own and has none of the characters that HTML would take for its own.
    return std::string{"<!DOCTYPE html>\n<html lang=\""} + (vi ? "vi" : "en") +
           "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
           "initial-scale=1\">\n<title>" +
           (vi ? "Thông báo cho người sử dụng máy tính" : "Notice to the users of PCs") +
           "</title>\n<style>body{margin:2cm}pre{font:12pt/1.4 \"Times New Roman\",serif;white-space:pre-wrap}"
           "@media print{body{margin:0}}</style>\n</head>\n<body>\n<pre>" +
           std::string{staff_notice(language)} + "</pre>\n</body>\n</html>\n";
}

}  // namespace wardwatch
