// Writes, verifies and restores a backup; what is not whole changes nothing.
#include "reporting/central/operation/backup.h"
#include "reporting/central/sql/database_file.h"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "reporting/central/formats/tar_file.h"
#include "reporting/central/sql/database.h"
#include "reporting/wire/strict_json.h"

namespace wardwatch {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* manifest_name = "backup.json";
constexpr const char* database_name = "central.db";
constexpr const char* config_name = "central.json";
constexpr const char* restored_config_name = "restored-central.json";
constexpr const char* certificate_files[] = {"ca.crt", "ca.key"};
constexpr const char* server_files[] = {"server.crt", "server.key", "server.names"};
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

/// Its schema's number. Throws BackupError for a database that is damaged or of a newer program.
int check_database(const fs::path& file) {
    const sql::FileCheck check = sql::check_file(file, sql::Access::write);
    if (!check.problem.empty()) throw BackupError("The database's copy is damaged: " + check.problem + ".");
    const int schema = check.schema;
    const int known = check.known_schema;
    if (schema > known || schema < 1) {
        throw BackupError("The backup's database has schema " + std::to_string(schema) + "; this program knows 1 to " +
                          std::to_string(known) + ". Use the program that made it, or a newer one.");
    }
    return schema;
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
    for (const char* needed : {database_name, "ca.crt", "ca.key"}) {
        if (unpacked.sha256.count(needed) == 0) throw std::runtime_error(std::string{"it lacks the file "} + needed);
    }
    return contents;
}

BackupContents verify_into(const fs::path& file, const fs::path& folder) {
    try {
        BackupContents contents = compare(unpack(file, folder));
        contents.schema = check_database(folder / database_name);
        contents.bytes = fs::file_size(file);
        return contents;
    } catch (const BackupError&) {
        throw;
    } catch (const std::exception& error) {
        throw BackupError("The file " + file.string() + " cannot be used: " + error.what() +
                          ". Take another backup; nothing was changed.");
    }
}

/// A database on a server is backed up by the server's own means; ours would miss its point in time and its roles.
void refuse_server(const DataFolder& folder, const std::string& command) {
    if (!folder.has_server()) return;
    throw BackupError("The database is on a PostgreSQL server, which has means of its own: `" + command +
                      "`. Keep ca.crt and ca.key of " + folder.path().string() +
                      " beside it; docs/operations.md says "
                      "how a centre comes back from both.");
}

}  // namespace

BackupContents make_backup(const DataFolder& folder, const fs::path& config_file, const fs::path& file,
                           const std::string& version, Instant now) {
    const sql::Source source = folder.existing_database();
    refuse_server(folder, "pg_dump --format=custom --file=FILE " + source.shown());
    const fs::path& database = source.file();
    if (fs::exists(file)) throw BackupError("There is a file " + file.string() + " already; choose another name.");
    fs::path draft = file;
    draft += ".part-" + random_hex(4);
    try {
        const Scratch scratch{folder.path()};
        sql::copy_file(database, scratch.path() / database_name);
        const int schema = check_database(scratch.path() / database_name);
        json files = json::object();
        {
            TarWriter tar{draft};
            files[database_name] = tar.add_file(database_name, scratch.path() / database_name, now);
            for (const char* name : certificate_files) files[name] = tar.add_file(name, folder.path() / name, now);
            for (const char* name : server_files) {
                if (fs::exists(folder.path() / name)) files[name] = tar.add_file(name, folder.path() / name, now);
            }
            if (!config_file.empty()) files[config_name] = tar.add_file(config_name, config_file, now);
            const json manifest = {{"format", backup_format},
                                   {"made_at", format_instant(now)},
                                   {"version", version},
                                   {"schema", schema},
                                   {"files", files}};
            tar.add(manifest_name, manifest.dump(1), now);
            tar.finish();
        }
        const Scratch again{folder.path()};
        BackupContents contents = verify_into(draft, again.path());
        fs::rename(draft, file);
        return contents;
    } catch (const std::exception& error) {
        std::error_code ignored;
        fs::remove(draft, ignored);
        throw BackupError("The backup " + file.string() + " was not made: " + error.what());
    }
}

BackupContents verify_backup(const fs::path& file) {
    if (!fs::exists(file)) throw BackupError("There is no file " + file.string() + ".");
    const Scratch scratch{file.has_parent_path() ? file.parent_path() : fs::path{"."}};
    return verify_into(file, scratch.path());
}

std::optional<fs::path> restore_backup(const DataFolder& folder, const fs::path& file, bool replace, Instant now) {
    if (!fs::exists(file)) throw BackupError("There is no file " + file.string() + ".");
    refuse_server(folder, "pg_restore --clean --if-exists --single-transaction --dbname=ADDRESS FILE");
    folder.make();
    const ServeLock lock{folder.path()};
    const bool occupied = fs::exists(folder.database()) || fs::exists(folder.path() / "ca.crt");
    if (occupied && !replace) {
        throw BackupError("The folder " + folder.path().string() +
                          " holds a centre already. Name an empty folder with --data, or --replace to put it aside.");
    }
    const Scratch scratch{folder.path()};
    verify_into(file, scratch.path());
    std::optional<fs::path> aside;
    if (occupied) {
        std::string time = format_instant(now);
        std::erase(time, ':');
        aside = folder.path() / ("before-restore-" + time + "-" + random_hex(2));
        fs::create_directory(*aside);
        fs::permissions(*aside, fs::perms::owner_all);
        for (const char* name : {"central.db", "central.db-wal", "central.db-shm", "ca.crt", "ca.key", "server.crt",
                                 "server.key", "server.names"}) {
            if (fs::exists(folder.path() / name)) fs::rename(folder.path() / name, *aside / name);
        }
    }
    // The CA's certificate comes last: a folder with a database and without it is refused by every start.
    for (const char* name : {"server.crt", "server.key", "server.names", database_name, "ca.key", "ca.crt"}) {
        if (fs::exists(scratch.path() / name)) fs::rename(scratch.path() / name, folder.path() / name);
    }
    if (fs::exists(scratch.path() / config_name))
        fs::rename(scratch.path() / config_name, folder.path() / restored_config_name);
    return aside;
}

}  // namespace wardwatch
