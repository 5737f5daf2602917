// The files of the identity: the key is sealed, and the certificate is written last.
#include "agent/enrolment/identity.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

#include "agent/data_folder/protected_files.h"

namespace wardwatch {
namespace {

#ifdef _WIN32
constexpr const char* key_file = "key.sealed";
#else
constexpr const char* key_file = "key.pem";
#endif

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

void IdentityFiles::save(const Identity& identity) const {
    write_file(folder_ / key_file, seal(identity.private_key_pem));
    write_file(folder_ / "ca.pem", identity.ca_pem);
    write_file(folder_ / "certificate.pem", identity.certificate_pem);
}

void IdentityFiles::follow(const std::string& device_id) const {
    if (this->device_id() != device_id) write_file(folder_ / "device_id", device_id + "\n");
}

std::optional<Identity> IdentityFiles::load() const {
    Identity identity;
    identity.certificate_pem = certificate();
    if (identity.certificate_pem.empty()) return std::nullopt;
    const std::optional<std::string> sealed = read_file(folder_ / key_file);
    const std::optional<std::string> ca = read_file(folder_ / "ca.pem");
    if (!sealed || !ca)
        throw std::runtime_error("the enrolment in " + utf8(folder_) + " is incomplete (" +
                                 (sealed ? "ca.pem" : key_file) + " is missing): enrol this PC again");
    identity.private_key_pem = unseal(*sealed);
    identity.ca_pem = *ca;
    return identity;
}

std::string IdentityFiles::certificate() const { return read_file(folder_ / "certificate.pem").value_or(""); }

}  // namespace wardwatch
