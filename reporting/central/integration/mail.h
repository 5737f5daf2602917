// Mail by SMTP.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace wardwatch {

/// How mail and other messages to outside are kept from being read on their way.
enum class MailSecurity {
    starttls,  ///< begins in the clear and goes on in TLS, or not at all; usually port 587
    tls,       ///< TLS from the first byte; usually port 465
    none       ///< in the clear: for a server on this machine
};

struct SmtpOptions {
    std::string host;
    std::uint16_t port = 587;
    MailSecurity security = MailSecurity::starttls;
    std::filesystem::path ca_file;  ///< whom to trust; empty: the system's CAs
    std::string user;               ///< empty: without signing in
    std::filesystem::path password_file;
    std::string from;  ///< "Wardwatch <wardwatch@phuong.example>"
    std::chrono::seconds deadline{60};
};

struct Attachment {
    std::string name;  ///< "bao-cao-2026-11.xlsx"
    std::string type;  ///< "application/pdf"
    std::string bytes;
};

struct Mail {
    std::vector<std::string> to;  ///< addresses, or "Name <address>"
    std::string subject;
    std::string text;  ///< UTF-8
    std::string html;  ///< empty: text alone
    std::vector<Attachment> attachments;
};

/// what() says what went wrong, with the server's own words where it had any, and what to do.
class MailError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Returns when the server has taken the mail. Blocks; may be called from any thread. Throws MailError.
void send_mail(const SmtpOptions& options, const Mail& mail);

/// Signs in and asks for nothing: whether mail could be sent. Throws MailError.
void check_mail_server(const SmtpOptions& options);

}  // namespace wardwatch
