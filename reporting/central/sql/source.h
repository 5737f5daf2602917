// Where a database is: a file that SQLite keeps, or a PostgreSQL server.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace wardwatch::sql {

/// A PostgreSQL database as libpq writes its address, "postgresql://user@host/database?sslmode=verify-full".
struct Server {
    std::string url;
    /// Its first line is the password; empty: the address, ~/.pgpass or the server's own rules say who we are.
    std::filesystem::path password_file;
};

/// Whether a text is meant as the address of a PostgreSQL database.
inline bool is_server_url(std::string_view text) {
    return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

/// Whether a server's address has a password in it.
bool holds_password(std::string_view url);

class Source {
public:
    /// A path is what most have at hand.
    Source(std::filesystem::path file) : file_(std::move(file)) {}  // NOLINT(google-explicit-constructor)
    Source(Server server) : server_(std::move(server)) {}           // NOLINT(google-explicit-constructor)

    bool is_server() const { return !server_.url.empty(); }
    const std::filesystem::path& file() const { return file_; }  ///< empty for a server
    const Server& server() const { return server_; }
    /// For messages: without a password.
    std::string shown() const;

private:
    std::filesystem::path file_;
    Server server_;
};

}  // namespace wardwatch::sql
