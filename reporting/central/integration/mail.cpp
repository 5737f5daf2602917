// The message by MIME's rules, and its delivery by SMTP.
#include "reporting/central/integration/mail.h"

#include <openssl/evp.h>

#include <ctime>

#include "reporting/central/integration/curl_handles.h"
#include "reporting/tls/pki.h"

namespace wardwatch {

namespace {

/// "Name <a@b>" or "a@b": what SMTP itself is told.
std::string bare_address(const std::string& text) {
    const std::size_t open = text.rfind('<');
    std::string address = open == std::string::npos ? text : text.substr(open + 1, text.find('>', open) - open - 1);
    const bool clean = address.find_first_of(" \t\r\n<>") == std::string::npos;
    if (!clean || address.find('@') == std::string::npos)
        throw MailError("\"" + text +
                        "\" is no mail address; write name@office.example or Name <name@office.example>.");
    return address;
}

std::string base64_of(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

bool plain_ascii(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x7F || static_cast<unsigned char>(c) < 0x20) return false;
    }
    return true;
}

/// RFC 2047: words of at most 75 bytes, none of which cuts a character in two.
std::string header_words(std::string_view text) {
    if (plain_ascii(text)) return std::string{text};
    constexpr std::size_t most = 45;
    std::string words;
    while (!text.empty()) {
        std::size_t size = std::min(most, text.size());
        while (size < text.size() && size > 1 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
        words += (words.empty() ? "" : "\r\n ") + std::string{"=?UTF-8?B?"} + base64_of(text.substr(0, size)) + "?=";
        text.remove_prefix(size);
    }
    return words;
}

/// The name may be Vietnamese, the address is ASCII.
std::string header_address(const std::string& text) {
    const std::size_t open = text.rfind('<');
    if (open == std::string::npos || plain_ascii(text)) return text;
    return header_words(text.substr(0, text.find_last_not_of(' ', open - 1) + 1)) + " <" + bare_address(text) + ">";
}

std::string mail_date(std::time_t now) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[64];
    // The words are English whatever the locale: the program sets none.
    const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return {text, size};
}

void no_line_breaks(const std::string& text, const char* what) {
    if (text.find_first_of("\r\n") != std::string::npos)
        throw MailError(std::string{what} + " of a mail holds a line break; write it in one line.");
}

curl::UniqueList headers_of(const SmtpOptions& options, const Mail& mail) {
    no_line_breaks(mail.subject, "The subject");
    no_line_breaks(options.from, "The sender");
    std::string to;
    for (const std::string& each : mail.to) {
        no_line_breaks(each, "A recipient");
        to += (to.empty() ? "" : ", ") + header_address(each);
    }
    const std::string from = bare_address(options.from);
    curl::UniqueList headers;
    curl::append(headers, "Date: " + mail_date(std::time(nullptr)));
    curl::append(headers, "From: " + header_address(options.from));
    curl::append(headers, "To: " + to);
    curl::append(headers, "Subject: " + header_words(mail.subject));
    curl::append(headers, "Message-ID: <" + random_uuid() + from.substr(from.find('@')) + ">");
    curl::append(headers, "Auto-Submitted: auto-generated");  // RFC 3834: nobody's absence notice answers
    return headers;
}

void text_part(curl_mimepart* part, const std::string& text, const char* type) {
    curl_mime_data(part, text.data(), text.size());
    curl_mime_type(part, type);
    curl_mime_encoder(part, "base64");
}

curl::UniqueMime body_of_mail(CURL* easy, const Mail& mail) {
    curl::UniqueMime mime{curl_mime_init(easy)};
    if (!mail.html.empty()) {
        curl::UniqueMime both{curl_mime_init(easy)};
        text_part(curl_mime_addpart(both.get()), mail.text, "text/plain; charset=utf-8");
        text_part(curl_mime_addpart(both.get()), mail.html, "text/html; charset=utf-8");
        curl_mimepart* const part = curl_mime_addpart(mime.get());
        curl_mime_subparts(part, both.give_up());
        curl_mime_type(part, "multipart/alternative");
        curl::UniqueList inline_header;
        curl::append(inline_header, "Content-Disposition: inline");
        curl_mime_headers(part, inline_header.give_up(), 1);
    } else {
        text_part(curl_mime_addpart(mime.get()), mail.text, "text/plain; charset=utf-8");
    }
    for (const Attachment& attachment : mail.attachments) {
        if (!plain_ascii(attachment.name)) throw MailError("An attachment's name holds more than ASCII letters.");
        curl_mimepart* const part = curl_mime_addpart(mime.get());
        curl_mime_data(part, attachment.bytes.data(), attachment.bytes.size());
        curl_mime_filename(part, attachment.name.c_str());
        curl_mime_type(part, attachment.type.c_str());
        curl_mime_encoder(part, "base64");
    }
    return mime;
}

curl::UniqueEasy smtp_handle(const SmtpOptions& options) {
    curl::UniqueEasy easy = curl::make_easy(static_cast<long>(options.deadline.count()), options.ca_file);
    const std::string scheme = options.security == MailSecurity::tls ? "smtps://" : "smtp://";
    curl_easy_setopt(easy.get(), CURLOPT_URL, (scheme + options.host + ":" + std::to_string(options.port)).c_str());
    curl_easy_setopt(easy.get(), CURLOPT_USE_SSL,
                     static_cast<long>(options.security == MailSecurity::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (!options.user.empty()) {
        curl_easy_setopt(easy.get(), CURLOPT_USERNAME, options.user.c_str());
        curl_easy_setopt(easy.get(), CURLOPT_PASSWORD, curl::read_secret(options.password_file).c_str());
    }
    return easy;
}

void perform(CURL* easy, const SmtpOptions& options) {
    char details[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, details);
    const CURLcode code = curl_easy_perform(easy);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);
    if (code == CURLE_OK) return;
    throw MailError("The mail server " + options.host + ":" + std::to_string(options.port) + " did not take it: " +
                    curl::problem_of(code, details) + ". Check the member \"smtp\" of the configuration.");
}

}  // namespace

void send_mail(const SmtpOptions& options, const Mail& mail) {
    if (mail.to.empty()) throw MailError("A mail has no recipient.");
    const curl::UniqueEasy easy = smtp_handle(options);
    curl_easy_setopt(easy.get(), CURLOPT_MAIL_FROM, bare_address(options.from).c_str());
    curl::UniqueList recipients;
    for (const std::string& to : mail.to) curl::append(recipients, bare_address(to));
    curl_easy_setopt(easy.get(), CURLOPT_MAIL_RCPT, recipients.get());
    const curl::UniqueList headers = headers_of(options, mail);
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    const curl::UniqueMime body = body_of_mail(easy.get(), mail);
    curl_easy_setopt(easy.get(), CURLOPT_MIMEPOST, body.get());
    perform(easy.get(), options);
}

void check_mail_server(const SmtpOptions& options) {
    const curl::UniqueEasy easy = smtp_handle(options);
    curl_easy_setopt(easy.get(), CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(easy.get(), CURLOPT_NOBODY, 1L);
    perform(easy.get(), options);
}

}  // namespace wardwatch
