// Makes and opens the folder's files, with rights for its owner alone.
#include "reporting/central/data_folder/data_folder.h"
#include "reporting/central/sql/database_file.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace wardwatch {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::days authority_validity{3653};
// Whoever compares it by hand does so seldom; it is made anew at a start, and daily while the centre runs.
constexpr std::chrono::days server_validity{1826};
constexpr std::chrono::days server_margin{180};
// PCs' own certificates are valid for one year; within two, every PC that is ever switched on has renewed.
constexpr std::chrono::days authority_margin{730};
constexpr const char* ca_key = "ca.key";
constexpr const char* ca_certificate = "ca.crt";
constexpr const char* hardware_key_file = "hardware.key";
constexpr const char* sealing_key = "sealing.key";
constexpr const char* sealing_credential = "wardwatch-central.key";
constexpr const char* authority_purpose = "ca.key";
constexpr const char* server_key = "server.key";
constexpr const char* server_crt = "server.crt";
constexpr const char* server_names = "server.names";

constexpr fs::perms owner_file = fs::perms::owner_read | fs::perms::owner_write;

std::string read_file(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    if (!in)
        throw DataFolderError("The file " + file.string() + " cannot be read; run as the user who runs the centre.");
    return text;
}

std::string read_if_there(const fs::path& file) { return fs::exists(file) ? read_file(file) : ""; }

/// Under its name only when complete, and never readable by others, not even while it is written.
void write_file(const fs::path& file, const std::string& text) {
    fs::path draft = file;
    draft += ".new";
    fs::remove(draft);
    std::ofstream out(draft, std::ios::binary);
    fs::permissions(draft, owner_file);
    out << text;
    out.close();
    if (!out) throw DataFolderError("The file " + draft.string() + " cannot be written; is the disk full?");
    fs::rename(draft, file);
}

constexpr const char* lock_name = "serve.lock";

/// As systemd hands it to the service; empty where it does not.
fs::path credential() {
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    const fs::path file = folder == nullptr ? fs::path{} : fs::path{folder} / sealing_credential;
    return !file.empty() && fs::exists(file) ? file : fs::path{};
}

}  // namespace

ServeLock::ServeLock(const fs::path& folder) {
    // To look is to hold it for a moment (is_held): a centre that starts then must not take the one who looks for
    // another.
    constexpr std::chrono::seconds longest_look{2};
    held_ = sql::FileLock::try_acquire(folder / lock_name, longest_look);
    if (held_) return;
    throw DataFolderError("Another `wardwatch-central serve` uses the folder " + folder.string() +
                          "; stop it first, or name another folder with --data.");
}

bool ServeLock::is_held(const fs::path& folder) { return !sql::FileLock::try_acquire(folder / lock_name, {}); }

void DataFolder::make() const {
    try {
        fs::create_directories(folder_);
        fs::permissions(folder_, fs::perms::owner_all);
    } catch (const fs::filesystem_error& error) {
        throw DataFolderError("The folder " + folder_.string() + " cannot be made or kept for this user alone (" +
                              error.code().message() + "); name another with --data, or run as its owner.");
    }
}

bool DataFolder::has_sealing_key() const { return fs::exists(folder_ / sealing_key); }

Sealing DataFolder::sealing() const {
    const fs::path handed = credential();
    const fs::path file = handed.empty() ? folder_ / sealing_key : handed;
    if (!fs::exists(file)) {
        throw DataFolderError("There is no file " + file.string() +
                              ", the key that seals this centre's secrets; copy it from another of its data folders or "
                              "from the backup, or have systemd hand it over as the credential " +
                              sealing_credential + ".");
    }
    try {
        return Sealing{read_file(file)};
    } catch (const SealingError& error) {
        throw DataFolderError("The file " + file.string() + " cannot be used: " + error.what() + ".");
    }
}

void DataFolder::seal_authority() const {
    const std::string stored = read_file(folder_ / ca_key);
    if (!Sealing::is_sealed(stored)) write_file(folder_ / ca_key, sealing().seal(stored, authority_purpose));
}

void DataFolder::prepare(Instant now) const {
    if (Sealing::is_sealed(read_if_there(folder_ / ca_key)))
        sealing();  // must be there: a new one would open nothing
    else if (credential().empty() && !has_sealing_key())
        write_file(folder_ / sealing_key, Sealing::fresh().key_text() + "\n");
    if (!fs::exists(folder_ / ca_certificate)) {
        if (!has_server() && fs::exists(database())) {
            throw DataFolderError("The folder " + folder_.string() +
                                  " has a database and no CA (ca.crt, ca.key); restore it from the backup. A new CA "
                                  "would lock out every enrolled PC.");
        }
        if (has_server() && sql::Database::to_read(source()).holds_a_centre()) {
            throw DataFolderError(
                "The database " + source().shown() + " is that of a centre, and the folder " + folder_.string() +
                " has no CA; copy ca.crt, ca.key and sealing.key from another of its data folders or from the "
                "backup. A new CA would lock out every enrolled PC.");
        }
        const KeyAndCertificate authority = make_authority("Wardwatch CA", now, authority_validity);
        // The certificate comes last: where it is, the key is.
        write_file(folder_ / ca_key, sealing().seal(authority.private_key_pem, authority_purpose));
        write_file(folder_ / ca_certificate, authority.certificate_pem);
    }
    if (!fs::exists(folder_ / hardware_key_file)) write_file(folder_ / hardware_key_file, random_hex(32) + "\n");
    // The database gives the files beside the database the same permissions.
    if (!has_server() && !fs::exists(database())) write_file(database(), "");
}

std::string DataFolder::hardware_key() const {
    std::string key = read_file(folder_ / hardware_key_file);
    while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.pop_back();
    if (key.size() < 32) throw DataFolderError("The file " + (folder_ / hardware_key_file).string() + " holds no key.");
    return key;
}

void DataFolder::keep_first_password(const std::string& password) const {
    write_file(first_password(), password + "\n");
}

void DataFolder::forget_first_password() const {
    std::error_code ignored;
    fs::remove(first_password(), ignored);
}

bool DataFolder::has_centre() const {
    std::error_code ignored;
    return fs::exists(has_server() ? folder_ / ca_certificate : database(), ignored);
}

sql::Source DataFolder::existing_database() const {
    if (!has_centre()) {
        throw DataFolderError("There is no centre in " + folder_.string() +
                              " that this user may read; name its folder with --data, or start one with `serve`.");
    }
    return source();
}

std::string DataFolder::authority_certificate() const {
    existing_database();
    return read_file(folder_ / ca_certificate);
}

Authority DataFolder::authority() const {
    const std::string certificate = authority_certificate();
    const std::string stored = read_file(folder_ / ca_key);
    if (!Sealing::is_sealed(stored)) return KeyAndCertificate{stored, certificate};
    try {
        return KeyAndCertificate{sealing().open(stored, authority_purpose), certificate};
    } catch (const SealingError& error) {
        throw DataFolderError("The file " + (folder_ / ca_key).string() + " cannot be opened: " + error.what() +
                              ". It belongs to the sealing key that was there when it was written.");
    }
}

bool DataFolder::renew_authority(Instant now) const {
    const Authority old = authority();
    if (inspect_certificate(old.certificate_pem()).not_after - now > authority_margin) return false;
    write_file(folder_ / ca_certificate, old.sign_successor(now, authority_validity));
    return true;
}

bool DataFolder::adopt_authority(const std::string& certificate_pem) const {
    const std::string old = authority_certificate();
    const CertificateInfo ours = inspect_certificate(old);
    const CertificateInfo theirs = inspect_certificate(certificate_pem);
    // Signed by that key, too: whoever has the database has not the CA.
    if (theirs.public_key_sha256 != ours.public_key_sha256 || theirs.not_after <= ours.not_after ||
        !is_issued_by(certificate_pem, old))
        return false;
    write_file(folder_ / ca_certificate, certificate_pem);
    return true;
}

std::string DataFolder::kept_server_certificate() const {
    existing_database();
    return read_file(folder_ / server_crt);
}

KeyAndCertificate DataFolder::server_certificate(const std::vector<std::string>& names, Instant now) const {
    const Authority ca = authority();
    std::string wanted = "ca " + inspect_certificate(ca.certificate_pem()).sha256 + "\n";
    for (const std::string& name : names) wanted += name + "\n";
    // The list of names comes last: where it fits, the certificate and its key do.
    if (read_if_there(folder_ / server_names) == wanted) {
        KeyAndCertificate kept{read_if_there(folder_ / server_key), read_if_there(folder_ / server_crt)};
        const bool complete = !kept.private_key_pem.empty() && !kept.certificate_pem.empty();
        if (complete && inspect_certificate(kept.certificate_pem).not_after - now > server_margin) return kept;
    }
    const Instant ca_ends = inspect_certificate(ca.certificate_pem()).not_after;
    const auto ca_left = std::chrono::floor<std::chrono::days>(ca_ends - now);
    fs::remove(folder_ / server_names);
    const KeyAndCertificate made = ca.sign_server(names, now, std::min(server_validity, ca_left));
    write_file(folder_ / server_key, made.private_key_pem);
    write_file(folder_ / server_crt, made.certificate_pem);
    write_file(folder_ / server_names, wanted);
    return made;
}

std::string DataFolder::secret(const char* name, const std::function<std::string()>& make) const {
    const fs::path file = folder_ / name;
    if (!fs::exists(file)) write_file(file, make());
    return read_file(file);
}

}  // namespace wardwatch
