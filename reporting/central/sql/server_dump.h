// A server's database as one file of PostgreSQL's custom format, by its own programs, pg_dump and pg_restore.
#pragma once

#include <filesystem>
#include <string>

#include "reporting/central/sql/source.h"

namespace wardwatch::sql {

/// Where the newest program of this name (pg_dump) is; empty when there is none on this machine.
std::filesystem::path server_program(const std::string& name);

/// Into a new file, for its owner alone, as the database was at one moment, whoever writes meanwhile. Returns the
/// number of its schema. Throws DatabaseError with the program's words, and StoreError when it is missing.
int dump_server(const Server& server, const std::filesystem::path& to);

/// Reads all of it. Throws as dump_server() does, DatabaseError for a file that is damaged.
void check_dump(const std::filesystem::path& file);

/// Puts the dump into the server's database, whole or not at all. What was there stays, with all that is in it, as the
/// PostgreSQL schema whose name is returned; empty: there was no centre. Throws StoreError for a database that a
/// running centre uses, and, unless `replace`, for one that holds a centre; else as dump_server().
std::string restore_server(const Server& server, const std::filesystem::path& file, bool replace);

}  // namespace wardwatch::sql
