// Files named on the command line, and standard input and output in their place.
#include "reporting/central/cli/files.h"

#include <fstream>

#include "reporting/central/formats/import_table.h"

namespace wardwatch {

std::string read_import_file(const Cli& cli, const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string content(import_limit + 1, '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    if (!in.is_open() || in.bad())
        throw StoreError(cli.say("Không đọc được tệp ", "This file cannot be read: ") + file);
    content.resize(static_cast<std::size_t>(in.gcount()));
    if (content.size() > import_limit)
        throw StoreError(cli.say("Tệp lớn hơn 16 MB; hãy kiểm tra lại: ", "The file is larger than 16 MB; check it: ") +
                         file);
    return content;
}

void write_file(const Cli& cli, const std::string& file, const std::string& bytes) {
    if (file.empty()) {
        cli.print({{"content", bytes}}, bytes);
        return;
    }
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << bytes << std::flush;
    if (!out)
        throw StoreError(cli.say("Không ghi được tệp ", "This file cannot be written: ") + file +
                         cli.say("; hãy chọn nơi khác.", "; choose another place."));
    cli.print({{"file", file}}, cli.say("Đã ghi ", "Written: ") + file + "\n");
}

}  // namespace wardwatch
