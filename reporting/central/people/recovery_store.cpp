// The table of recovery codes, by the digest of each.
#include "reporting/central/people/recovery_store.h"

#include <algorithm>

#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

constexpr std::size_t code_digits = 20;
constexpr std::size_t group_digits = 5;

std::string only_digits(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    return digits;
}

/// With the name: the same code of two users has nothing in common.
std::string digest_of(const std::string& user, std::string_view code) {
    return sha256_hex(user + "\n" + only_digits(code));
}

std::string new_code() {
    std::string code;
    while (only_digits(code).size() < code_digits) {
        // 250 of a byte's 256 values are as many of each digit.
        const auto byte = std::stoul(random_hex(1), nullptr, 16);
        if (byte >= 250) continue;
        if (!code.empty() && only_digits(code).size() % group_digits == 0) code += ' ';
        code += static_cast<char>('0' + byte % 10);
    }
    return code;
}

}  // namespace

bool is_recovery_code(std::string_view code) { return only_digits(code).size() == code_digits; }

std::vector<std::string> RecoveryCodes::make(const std::string& user) {
    std::vector<std::string> codes;
    codes.reserve(count);
    for (int i = 0; i < count; ++i) codes.push_back(new_code());
    sql::Writer writer = database_.writer();
    sql::Transaction transaction{writer};
    writer.run("DELETE FROM recovery_codes WHERE user_name = $1", user);
    for (const std::string& code : codes)
        writer.run("INSERT INTO recovery_codes(user_name, code_sha256) VALUES ($1, $2)", user, digest_of(user, code));
    transaction.commit();
    return codes;
}

bool RecoveryCodes::use(const std::string& user, std::string_view code) {
    const sql::Bookkeeping of_the_sign_in;
    return database_.writer().run("DELETE FROM recovery_codes WHERE user_name = $1 AND code_sha256 = $2", user,
                                  digest_of(user, code)) > 0;
}

std::int64_t RecoveryCodes::left(const std::string& user) const {
    return database_.reader().number("SELECT count(*) FROM recovery_codes WHERE user_name = $1", user);
}

}  // namespace wardwatch
