// Mail: what an SMTP server on the loopback is told, how a Vietnamese text gets there whole, and what is refused.
#include "reporting/central/integration/mail.h"

#include <openssl/evp.h>

#include <catch2/catch_test_macros.hpp>
#include <fstream>

#include "tests/reporting/central/integration/outside_server.h"

using namespace wardwatch;
using namespace wardwatch::test;

namespace {

struct SmtpWords {
    std::string greeting = "250-outside\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n";
    std::string recipient = "250 taken\r\n";
    std::string sign_in = "235 welcome\r\n";
};

/// Speaks SMTP until the client goes; returns all that it said.
std::string talk_smtp(RawStream& stream, const SmtpWords& words) {
    std::string all;
    stream.write("220 outside ESMTP\r\n");
    for (std::string line = stream.read_until("\r\n"); !line.empty(); line = stream.read_until("\r\n")) {
        all += line;
        if (line.starts_with("EHLO")) {
            stream.write(words.greeting);
        } else if (line.starts_with("RCPT")) {
            stream.write(words.recipient);
        } else if (line.starts_with("AUTH")) {
            stream.write("334 \r\n");  // the secret comes in a line of its own
            all += stream.read_until("\r\n");
            stream.write(words.sign_in);
        } else if (line.starts_with("DATA")) {
            stream.write("354 go on\r\n");
            all += stream.read_until("\r\n.\r\n");
            stream.write("250 taken\r\n");
        } else if (line.starts_with("QUIT")) {
            stream.write("221 bye\r\n");
            break;
        } else {
            stream.write("250 yes\r\n");
        }
    }
    return all;
}

struct MailServer : OutsideServer {
    explicit MailServer(Tls tls = Tls::no, const SmtpWords& words = {})
        : OutsideServer([words](RawStream& stream) { return talk_smtp(stream, words); }, tls) {}

    SmtpOptions options(MailSecurity security = MailSecurity::none) const {
        SmtpOptions options;
        options.host = "127.0.0.1";
        options.port = port();
        options.security = security;
        options.ca_file = ca_file();
        options.from = "Trung tâm <centre@phuong.example>";
        return options;
    }
};

const Mail mail{{"An <an@phuong.example>", "binh@phuong.example"}, "Report", "Kính gửi\nCảm ơn", "", {}};

template <class Action>
std::string problem_of(const Action& action) {
    try {
        action();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string decoded_base64(std::string text) {
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
    std::string bytes(text.size() / 4 * 3, '\0');
    REQUIRE(EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                            reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size())) >= 0);
    while (text.ends_with('=')) {
        text.pop_back();
        bytes.pop_back();
    }
    return bytes;
}

/// What stands behind `name: `, with its folded lines.
std::string header(const std::string& said, const std::string& name) {
    const std::size_t begin = said.find("\r\n" + name + ": ");
    REQUIRE(begin != std::string::npos);
    const std::size_t value = begin + 2 + name.size() + 2;
    std::size_t end = said.find("\r\n", value);
    while (said.substr(end + 2, 1) == " ") end = said.find("\r\n", end + 2);
    return said.substr(value, end - value);
}

/// The bytes of the part that begins with this Content-Type.
std::string part(const std::string& said, const std::string& type) {
    const std::size_t begin = said.find("Content-Type: " + type);
    REQUIRE(begin != std::string::npos);
    const std::size_t body = said.find("\r\n\r\n", begin) + 4;
    return decoded_base64(said.substr(body, said.find("\r\n--", body) - body));
}

}  // namespace

TEST_CASE("a mail is told to the server with bare addresses, and its text arrives whole", "[operation]") {
    MailServer server;
    send_mail(server.options(), mail);
    const std::string said = server.said().at(0);
    CHECK(holds(said, "MAIL FROM:<centre@phuong.example>"));
    CHECK(holds(said, "RCPT TO:<an@phuong.example>\r\nRCPT TO:<binh@phuong.example>\r\n"));
    CHECK_FALSE(holds(said, "AUTH"));
    CHECK(header(said, "From") == "=?UTF-8?B?VHJ1bmcgdMOibQ==?= <centre@phuong.example>");
    CHECK(header(said, "To") == "An <an@phuong.example>, binh@phuong.example");
    CHECK(header(said, "Subject") == "Report");
    CHECK(header(said, "Auto-Submitted") == "auto-generated");
    CHECK(header(said, "Message-ID").ends_with("@phuong.example>"));
    CHECK(header(said, "Date").ends_with(" +0000"));
    CHECK(part(said, "text/plain; charset=utf-8") == mail.text);
}

TEST_CASE("a long Vietnamese subject is cut between characters, in words of at most 75 bytes", "[operation]") {
    MailServer server;
    Mail long_one = mail;
    long_one.subject =
        "Báo cáo tình hình tuân thủ các quy định về mật khẩu và phần mềm diệt vi-rút của phường Bến Thành";
    send_mail(server.options(), long_one);
    std::string words = header(server.said().at(0), "Subject");
    std::string subject;
    std::size_t count = 0;
    while (!words.empty()) {
        const std::string word = words.substr(0, words.find("\r\n "));
        words.erase(0, word.size() + 3);
        CHECK(word.size() <= 75);
        REQUIRE(word.starts_with("=?UTF-8?B?"));
        REQUIRE(word.ends_with("?="));
        const std::string piece = decoded_base64(word.substr(10, word.size() - 12));
        CHECK((static_cast<unsigned char>(piece[0]) & 0xC0) != 0x80);
        subject += piece;
        ++count;
    }
    CHECK(subject == long_one.subject);
    CHECK(count > 1);
}

TEST_CASE("a page and attachments go along", "[operation]") {
    MailServer server;
    Mail whole = mail;
    whole.html = "<p>Kính gửi</p>";
    const std::string bytes{"PK\x03\x04\x00\xFF\r\n.\r\n", 11};
    whole.attachments = {{"bao-cao-2026-11.xlsx", "application/vnd.ms-excel", bytes}};
    send_mail(server.options(), whole);
    const std::string said = server.said().at(0);
    CHECK(part(said, "text/plain; charset=utf-8") == mail.text);
    CHECK(part(said, "text/html; charset=utf-8") == whole.html);
    CHECK(part(said, "application/vnd.ms-excel") == bytes);
    CHECK(holds(said, "Content-Disposition: attachment; filename=\"bao-cao-2026-11.xlsx\""));
    CHECK(holds(said, "Content-Type: multipart/alternative"));
}

TEST_CASE("mail goes in TLS from the first byte, with the password of the file", "[operation]") {
    MailServer server{OutsideServer::Tls::from_the_start};
    SmtpOptions options = server.options(MailSecurity::tls);
    options.user = "centre";
    options.password_file = server.folder() / "password";
    CHECK(holds(problem_of([&] { send_mail(options, mail); }), options.password_file.string()));
    std::ofstream{options.password_file} << "trời mưa\nnot this\n";
    send_mail(options, mail);
    const std::string said = server.said().at(0);
    const std::string asked = "AUTH PLAIN\r\n";
    REQUIRE(holds(said, asked));
    const std::size_t at = said.find(asked) + asked.size();
    const std::string secret = said.substr(at, said.find("\r\n", at) - at);
    CHECK(decoded_base64(secret) == std::string{"\0centre\0trời mưa", 8 + std::string{"trời mưa"}.size()});
}

TEST_CASE("a server that offers no TLS, or another's certificate, gets no mail", "[operation]") {
    MailServer plain;
    const std::string name = "The mail server 127.0.0.1:";
    const std::string no_tls = problem_of([&] { send_mail(plain.options(MailSecurity::starttls), mail); });
    CHECK(holds(no_tls, name + std::to_string(plain.port()) + " did not take it: "));
    CHECK(holds(no_tls, "Check the member \"smtp\""));
    CHECK_FALSE(holds(plain.said().at(0), "MAIL FROM"));

    MailServer other{OutsideServer::Tls::from_the_start};
    SmtpOptions options = other.options(MailSecurity::tls);
    options.ca_file = other.foreign_ca_file();
    CHECK(holds(problem_of([&] { send_mail(options, mail); }), name));
    CHECK_FALSE(holds(other.said().at(0), "EHLO"));
}

TEST_CASE("what the server says against a mail is told", "[operation]") {
    SmtpWords words;
    words.recipient = "550 no such person\r\n";
    MailServer server{OutsideServer::Tls::no, words};
    const std::string problem = problem_of([&] { send_mail(server.options(), mail); });
    CHECK(holds(problem, "550"));
    CHECK_FALSE(holds(server.said().at(0), "DATA"));
}

TEST_CASE("the server is tried without sending a mail", "[operation]") {
    SmtpWords words;
    words.sign_in = "535 wrong\r\n";
    MailServer server;
    check_mail_server(server.options());
    CHECK(holds(server.said().at(0), "NOOP"));
    CHECK_FALSE(holds(server.said().at(0), "MAIL"));

    MailServer refusing{OutsideServer::Tls::no, words};
    SmtpOptions options = refusing.options();
    options.user = "centre";
    options.password_file = refusing.folder() / "password";
    std::ofstream{options.password_file} << "wrong\n";
    CHECK(holds(problem_of([&] { check_mail_server(options); }), "did not take it"));
    CHECK_FALSE(holds(refusing.said().at(0), "NOOP"));
}

TEST_CASE("what would break a mail's head is refused before anybody is asked", "[operation]") {
    SmtpOptions options;
    options.host = "127.0.0.1";
    options.port = 1;
    options.from = "centre@phuong.example";
    const auto refused = [&](const Mail& wrong) { return problem_of([&] { send_mail(options, wrong); }); };
    CHECK(refused({{}, "x", "x", "", {}}) == "A mail has no recipient.");
    CHECK(refused({{"an@x.example"}, "a\r\nBcc: b@x.example", "x", "", {}}) ==
          "The subject of a mail holds a line break; write it in one line.");
    for (const char* address : {"an", "An <an>", "an b@x.example", "<an@x.example>\r\nBcc: <b@x.example>", ""}) {
        CAPTURE(address);
        CHECK(holds(refused({{address}, "x", "x", "", {}}), "mail"));
        CHECK_FALSE(holds(refused({{address}, "x", "x", "", {}}), "did not take it"));
    }
    CHECK(refused({{"an@x.example"}, "x", "x", "", {{"báo cáo.pdf", "application/pdf", "x"}}}) ==
          "An attachment's name holds more than ASCII letters.");
    options.from = "centre";
    CHECK(holds(refused({{"an@x.example"}, "x", "x", "", {}}), "\"centre\" is no mail address"));
}
