// age reads and writes files; what it prints goes into the error.
#include "reporting/central/operation/encrypted_file.h"

#include <array>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "reporting/central/system/program.h"

namespace wardwatch {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 2> heads{"age-encryption.org/v1\n", "-----BEGIN AGE ENCRYPTED FILE-----"};

void run_age(const std::vector<std::string>& arguments) {
    const fs::path program = find_program("age");
    if (program.empty()) throw std::runtime_error("the program age is not on this machine; install the package age");
    run_program({.file = program, .arguments = arguments});
}

}  // namespace

bool is_encrypted(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::string head(heads.back().size(), '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(in.gcount()));
    return head.starts_with(heads.front()) || head.starts_with(heads.back());
}

void encrypt_file(const fs::path& from, const fs::path& to, const std::vector<std::string>& recipients) {
    std::vector<std::string> arguments{"--encrypt", "--output", to.string()};
    for (const std::string& recipient : recipients) arguments.insert(arguments.end(), {"--recipient", recipient});
    arguments.insert(arguments.end(), {"--", from.string()});
    std::ofstream{to}.close();
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
    run_age(arguments);
}

void decrypt_file(const fs::path& from, const fs::path& to, const fs::path& identity) {
    if (identity.empty()) {
        throw std::runtime_error(
            "it is encrypted; name the file with its private key (age-keygen made it) by "
            "--identity");
    }
    std::ofstream{to}.close();
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write);
    run_age({"--decrypt", "--identity", identity.string(), "--output", to.string(), "--", from.string()});
}

}  // namespace wardwatch
