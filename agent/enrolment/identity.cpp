// The files of the identity: the key is sealed, and the certificate is written last.
#include "agent/enrolment/identity.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "agent/data_folder/protected_files.h"
#include "reporting/tls/pki.h"

namespace wardwatch {
namespace {

#ifdef _WIN32
constexpr const char* key_file = "key.sealed";
constexpr const char* next_key_file = "next_key.sealed";
#else
constexpr const char* key_file = "key.pem";
constexpr const char* next_key_file = "next_key.pem";
#endif

bool belongs(const std::string& key, const std::string& certificate) {
    return private_key_public_sha256(key) == inspect_certificate(certificate).public_key_sha256;
}

bool is_uuid(std::string_view text) {
    constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return text.size() == form.size() && std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
               return f == '-' ? c == '-' : std::isxdigit(static_cast<unsigned char>(c)) != 0;
           });
}

}  // namespace

std::optional<std::string> IdentityFiles::device_id() const {
    std::optional<std::string> text = read_file(folder_ / "device_id");
    if (!text) return std::nullopt;
    while (!text->empty() && std::isspace(static_cast<unsigned char>(text->back()))) text->pop_back();
    if (!is_uuid(*text))
        throw std::runtime_error(utf8(folder_ / "device_id") +
                                 " holds no device id: delete it and enrol this PC again");
    return text;
}

std::string IdentityFiles::make_device_id(const std::function<std::string()>& new_uuid) const {
    if (std::optional<std::string> known = device_id()) return *known;
    std::string made = new_uuid();
    write_file(folder_ / "device_id", made + "\n");
    return made;
}

std::string IdentityFiles::make_key(const std::function<std::string()>& new_key) const {
    if (const std::optional<std::string> sealed = read_file(folder_ / key_file)) return unseal(*sealed);
    std::string key = new_key();
    write_file(folder_ / key_file, seal(key));
    return key;
}

// Whenever this ends, the certificate that is there has its key beside it, as the key or as the next one.
void IdentityFiles::save(const Identity& identity) const {
    write_file(folder_ / next_key_file, seal(identity.private_key_pem));
    write_file(folder_ / "ca.pem", identity.ca_pem);
    write_file(folder_ / "certificate.pem", identity.certificate_pem);
    std::filesystem::rename(folder_ / next_key_file, folder_ / key_file);
}

void IdentityFiles::follow(const std::string& device_id) const {
    if (this->device_id() != device_id) write_file(folder_ / "device_id", device_id + "\n");
}

std::optional<Identity> IdentityFiles::load() const {
    Identity identity;
    identity.certificate_pem = certificate();
    if (identity.certificate_pem.empty()) return std::nullopt;
    const std::optional<std::string> ca = read_file(folder_ / "ca.pem");
    for (const char* file : {next_key_file, key_file}) {
        const std::optional<std::string> sealed = read_file(folder_ / file);
        if (!sealed) continue;
        identity.private_key_pem = unseal(*sealed);
        if (belongs(identity.private_key_pem, identity.certificate_pem)) break;
        identity.private_key_pem.clear();
    }
    if (identity.private_key_pem.empty() || !ca)
        throw std::runtime_error("the enrolment in " + utf8(folder_) + " is incomplete (" + (ca ? key_file : "ca.pem") +
                                 " is missing or is not the certificate's): enrol this PC "
                                 "again");
    identity.ca_pem = *ca;
    return identity;
}

std::string IdentityFiles::certificate() const { return read_file(folder_ / "certificate.pem").value_or(""); }

}  // namespace wardwatch
