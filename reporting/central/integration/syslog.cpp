// The line by RFC 5424, and its way over TLS.
#include "reporting/central/integration/syslog.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "reporting/central/integration/curl_handles.h"

namespace wardwatch {

namespace {

constexpr int facility_log_audit = 13;

/// RFC 5424, section 6.3.3: in a value a backslash stands before ", \ and ].
std::string escaped(const std::string& value) {
    std::string text;
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == ']') text += '\\';
        text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return text;
}

std::string on_one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return text;
}

void wait_writable(curl_socket_t socket, std::chrono::seconds deadline) {
    pollfd wait{socket, POLLOUT, 0};
    if (poll(&wait, 1, static_cast<int>(deadline.count() * 1000)) <= 0) throw SyslogError("no answer in time");
}

void send_all(CURL* easy, const std::string& bytes, std::chrono::seconds deadline) {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &socket);
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        std::size_t now = 0;
        const CURLcode code = curl_easy_send(easy, bytes.data() + sent, bytes.size() - sent, &now);
        if (code == CURLE_AGAIN) {
            wait_writable(socket, deadline);
        } else if (code != CURLE_OK) {
            throw SyslogError(curl_easy_strerror(code));
        }
        sent += now;
    }
}

curl::UniqueEasy tls_connection(const SyslogOptions& options) {
    curl::UniqueEasy easy = curl::make_easy(static_cast<long>(options.deadline.count()), options.ca_file);
    // The scheme only makes it TLS: with CONNECT_ONLY no byte of HTTP is sent.
    curl_easy_setopt(easy.get(), CURLOPT_URL, ("https://" + options.host + ":" + std::to_string(options.port)).c_str());
    curl_easy_setopt(easy.get(), CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_SSL_ENABLE_ALPN, 0L);
    if (!options.certificate_file.empty()) {
        curl_easy_setopt(easy.get(), CURLOPT_SSLCERT, options.certificate_file.c_str());
        curl_easy_setopt(easy.get(), CURLOPT_SSLKEY, options.key_file.c_str());
    }
    char details[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, details);
    const CURLcode code = curl_easy_perform(easy.get());
    curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, nullptr);
    if (code != CURLE_OK) throw SyslogError(curl::problem_of(code, details));
    return easy;
}

}  // namespace

std::string syslog_line(const SyslogMessage& message, const std::string& own_host) {
    std::string data;
    for (const auto& [name, value] : message.elements) data += " " + name + "=\"" + escaped(value) + "\"";
    data = data.empty() ? "-" : "[wardwatch@32473" + data + "]";
    return "<" + std::to_string(facility_log_audit * 8 + message.severity) + ">1 " + format_instant(message.at) + " " +
           (own_host.empty() ? "-" : own_host) + " wardwatch-central - " + (message.id.empty() ? "-" : message.id) +
           " " + data + " \xEF\xBB\xBF" + on_one_line(message.text);
}

void send_syslog(const SyslogOptions& options, const std::vector<std::string>& lines) {
    try {
        const curl::UniqueEasy easy = tls_connection(options);
        std::string frames;
        for (const std::string& line : lines) frames += std::to_string(line.size()) + " " + line;
        send_all(easy.get(), frames, options.deadline);
    } catch (const SyslogError& error) {
        throw SyslogError("The syslog server " + options.host + ":" + std::to_string(options.port) +
                          " cannot be reached over TLS: " + error.what() +
                          ". Check the member \"syslog\" of the configuration.");
    }
}

}  // namespace wardwatch
