// Writes, verifies and restores a backup; what is not whole changes nothing.
#include "reporting/central/operation/backup.h"
#include "reporting/central/sql/database_file.h"
#include "reporting/central/sql/server_dump.h"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "reporting/central/data_folder/shared_authority.h"
#include "reporting/central/formats/tar_file.h"
#include "reporting/central/operation/encrypted_file.h"
#include "reporting/central/sql/database.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* manifest_name = "backup.json";
constexpr const char* database_name = "central.db";
constexpr const char* dump_name = "central.pgdump";  ///< instead of it, where a server has the database
constexpr const char* config_name = "central.json";
constexpr const char* restored_config_name = "restored-central.json";
constexpr const char* certificate_files[] = {"ca.crt", "ca.key"};
constexpr const char* files_that_may_be[] = {"hardware.key", "sealing.key", "server.crt", "server.key", "server.names"};
constexpr const char* tar_name = "backup.tar";  ///< while it is open
constexpr int backup_format = 1;

/// Removed with what is in it, however its owner ends.
class Scratch {
public:
    explicit Scratch(const fs::path& beside) : path_(beside / ("scratch-" + random_hex(8))) {
        fs::create_directory(path_);
        fs::permissions(path_, fs::perms::owner_all);
    }
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// Throws BackupError for one of a newer program.
int known_schema(int schema) {
    const int known = sql::known_schema();
    if (schema > known || schema < 1) {
        throw BackupError("The backup's database has schema " + std::to_string(schema) + "; this program knows 1 to " +
                          std::to_string(known) + ". Use the program that made it, or a newer one.");
    }
    return schema;
}

/// Its schema's number. Throws BackupError for a database that is damaged or of a newer program.
int check_database(const fs::path& file) {
    const sql::FileCheck check = sql::check_file(file, sql::Access::write);
    if (!check.problem.empty()) throw BackupError("The database's copy is damaged: " + check.problem + ".");
    return known_schema(check.schema);
}

struct Unpacked {
    json manifest;
    std::map<std::string, std::string> sha256;  ///< of what was there
};

/// Writes every file that the manifest will have to name into the folder.
Unpacked unpack(const fs::path& file, const fs::path& folder) {
    Unpacked unpacked;
    std::string manifest;
    read_tar(file, [&](const std::string& name, const std::function<std::string_view()>& next) {
        std::ofstream out{folder / name, std::ios::binary};
        fs::permissions(folder / name, fs::perms::owner_read | fs::perms::owner_write);
        for (std::string_view piece = next(); !piece.empty(); piece = next()) {
            out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
            if (name == manifest_name) manifest += piece;
        }
        out.close();
        if (!out) throw std::runtime_error("the folder " + folder.string() + " has no room to unpack it");
        if (!unpacked.sha256.emplace(name, file_sha256(folder / name)).second)
            throw std::runtime_error("it holds \"" + name + "\" twice");
    });
    if (manifest.empty())
        throw std::runtime_error("it is no backup of a centre: it holds no " + std::string{manifest_name});
    unpacked.manifest = parse_strict(manifest, {1u << 20, 4});
    return unpacked;
}

/// Throws std::runtime_error unless the manifest names exactly what is there, unchanged.
BackupContents compare(const Unpacked& unpacked) {
    JsonObject object{unpacked.manifest, ""};
    if (object.integer("format") != backup_format)
        throw std::runtime_error("it was made by a newer program; restore it with that one");
    BackupContents contents;
    contents.made_at = parse_instant(object.text("made_at", {20, 20}));
    contents.version = object.text("version", {1, 64});
    contents.schema = static_cast<int>(object.integer("schema"));
    std::set<std::string> left;
    for (const auto& [name, ignored] : unpacked.sha256) left.insert(name);
    left.erase(manifest_name);
    for (const auto& [name, sha256] : object.member("files").items()) {
        if (left.erase(name) == 0) throw std::runtime_error("it lacks the file " + name);
        if (unpacked.sha256.at(name) != sha256.get<std::string>())
            throw std::runtime_error("its file " + name + " was changed or is damaged");
        contents.files.push_back(name);
    }
    if (!left.empty()) throw std::runtime_error("it holds " + *left.begin() + ", which it does not name");
    contents.of_a_server = unpacked.sha256.count(dump_name) > 0;
    if (object.has("needs_sealing_key")) contents.needs_sealing_key = object.text("needs_sealing_key", {16, 16});
    for (const char* needed : {contents.of_a_server ? dump_name : database_name, "ca.crt", "ca.key"}) {
        if (unpacked.sha256.count(needed) == 0) throw std::runtime_error(std::string{"it lacks the file "} + needed);
    }
    return contents;
}

/// Unpacked into the folder, from which it may be taken.
BackupContents verify_into(const fs::path& file, const fs::path& folder, const fs::path& identity = {}) {
    try {
        const bool encrypted = is_encrypted(file);
        if (encrypted) decrypt_file(file, folder / tar_name, identity);
        BackupContents contents = compare(unpack(encrypted ? folder / tar_name : file, folder));
        contents.encrypted = encrypted;
        if (contents.of_a_server) {
            known_schema(contents.schema);
            sql::check_dump(folder / dump_name);
        } else {
            contents.schema = check_database(folder / database_name);
        }
        contents.bytes = fs::file_size(file);
        return contents;
    } catch (const BackupError&) {
        throw;
    } catch (const std::exception& error) {
        throw BackupError("The file " + file.string() + " cannot be used: " + error.what() +
                          ". Take another backup; nothing was changed.");
    }
}

/// The database's copy, as of one moment and examined; its schema's number.
int copy_database(const sql::Source& source, const fs::path& folder) {
    if (source.is_server()) return sql::dump_server(source.server(), folder / dump_name);
    sql::copy_file(source.file(), folder / database_name);
    return check_database(folder / database_name);
}

/// What is in the way, into a folder of its own.
fs::path put_aside(const DataFolder& folder, Instant now) {
    std::string time = format_instant(now);
    std::erase(time, ':');
    fs::path aside = folder.path() / ("before-restore-" + time + "-" + random_hex(2));
    fs::create_directory(aside);
    fs::permissions(aside, fs::perms::owner_all);
    for (const char* name : {"central.db", "central.db-wal", "central.db-shm", "ca.crt", "ca.key", "sealing.key",
                             "hardware.key", "server.crt", "server.key", "server.names"}) {
        if (fs::exists(folder.path() / name)) fs::rename(folder.path() / name, aside / name);
    }
    return aside;
}

/// Where a backup's database would go is not where the configuration has it.
void require_same_kind(const DataFolder& folder, bool of_a_server) {
    if (folder.has_server() == of_a_server) return;
    throw BackupError(
        of_a_server
            ? "The backup is of a database on a PostgreSQL server, and the configuration names none; write "
              "\"database\" first."
            : "The backup is of a database that is a file, and the configuration names a PostgreSQL server; take "
              "\"database\" out, restore, and move it there by `migrate-store`.");
}

/// The tar, with what goes into it first copied into the folder where that changes meanwhile.
void write_backup(const DataFolder& folder, const fs::path& config_file, const fs::path& file, const fs::path& scratch,
                  const std::string& version, Instant now) {
    const sql::Source source = folder.existing_database();
    const char* const stored = source.is_server() ? dump_name : database_name;
    const int schema = copy_database(source, scratch);
    json files = json::object();
    TarWriter tar{file};
    files[stored] = tar.add_file(stored, scratch / stored, now);
    for (const char* name : certificate_files) files[name] = tar.add_file(name, folder.path() / name, now);
    for (const char* name : files_that_may_be) {
        if (fs::exists(folder.path() / name)) files[name] = tar.add_file(name, folder.path() / name, now);
    }
    if (!config_file.empty()) files[config_name] = tar.add_file(config_name, config_file, now);
    json manifest = {{"format", backup_format},
                     {"made_at", format_instant(now)},
                     {"version", version},
                     {"schema", schema},
                     {"files", files}};
    const std::string needed = sealing_key_elsewhere(folder, sql::Database::to_read(source));
    if (!needed.empty()) manifest["needs_sealing_key"] = needed;
    tar.add(manifest_name, manifest.dump(1), now);
    tar.finish();
}

}  // namespace

BackupContents make_backup(const DataFolder& folder, const fs::path& config_file, const fs::path& file,
                           const std::string& version, Instant now, const std::vector<std::string>& recipients) {
    if (fs::exists(file)) throw BackupError("There is a file " + file.string() + " already; choose another name.");
    fs::path draft = file;
    draft += ".part-" + random_hex(4);
    try {
        const Scratch scratch{folder.path()};
        const fs::path tar = recipients.empty() ? draft : scratch.path() / tar_name;
        write_backup(folder, config_file, tar, scratch.path(), version, now);
        const Scratch again{folder.path()};
        BackupContents contents = verify_into(tar, again.path());
        if (!recipients.empty()) {
            encrypt_file(tar, draft, recipients);
            contents.encrypted = true;
            contents.bytes = fs::file_size(draft);
        }
        fs::rename(draft, file);
        return contents;
    } catch (const std::exception& error) {
        std::error_code ignored;
        fs::remove(draft, ignored);
        throw BackupError("The backup " + file.string() + " was not made: " + error.what());
    }
}

BackupContents verify_backup(const fs::path& file, const fs::path& identity) {
    if (!fs::exists(file)) throw BackupError("There is no file " + file.string() + ".");
    const fs::path beside = file.has_parent_path() ? file.parent_path() : fs::path{"."};
    const Scratch scratch{is_encrypted(file) ? fs::temp_directory_path() : beside};
    return verify_into(file, scratch.path(), identity);
}

Restored restore_backup(const DataFolder& folder, const fs::path& file, bool replace, Instant now,
                        const fs::path& identity) {
    if (!fs::exists(file)) throw BackupError("There is no file " + file.string() + ".");
    folder.make();
    const ServeLock lock{folder.path()};
    const bool occupied = fs::exists(folder.database()) || fs::exists(folder.path() / "ca.crt");
    if (occupied && !replace) {
        throw BackupError("The folder " + folder.path().string() +
                          " holds a centre already. Name an empty folder with --data, or --replace to put it aside.");
    }
    const Scratch scratch{folder.path()};
    const BackupContents contents = verify_into(file, scratch.path(), identity);
    require_same_kind(folder, contents.of_a_server);
    Restored restored;
    restored.needs_sealing_key = contents.needs_sealing_key;
    if (contents.of_a_server)
        restored.schema = sql::restore_server(folder.source().server(), scratch.path() / dump_name, replace);
    if (occupied) restored.aside = put_aside(folder, now);
    // The CA's certificate comes last: a folder with a database and without it is refused by every start.
    for (const char* name : {"server.crt", "server.key", "server.names", "hardware.key", database_name, "sealing.key",
                             "ca.key", "ca.crt"}) {
        if (fs::exists(scratch.path() / name)) fs::rename(scratch.path() / name, folder.path() / name);
    }
    if (fs::exists(scratch.path() / config_name))
        fs::rename(scratch.path() / config_name, folder.path() / restored_config_name);
    return restored;
}

}  // namespace wardwatch
