// Finds a person below the base, signs in as that person, and reads the groups.
#include "reporting/central/people/ldap.h"

#include <ldap.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>

#include "collectors/core/ascii.h"
#include "reporting/central/people/user_store.h"

namespace wardwatch {

namespace {

constexpr int seconds_to_answer = 5;

class LdapError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

void require_success(int result, const std::string& what) {
    if (result != LDAP_SUCCESS) throw LdapError(what + ": " + ldap_err2string(result));
}

struct Unbind {
    void operator()(LDAP* connection) const { ldap_unbind_ext_s(connection, nullptr, nullptr); }
};
using LdapConnection = std::unique_ptr<LDAP, Unbind>;
struct FreeMessage {
    void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using LdapMessage = std::unique_ptr<LDAPMessage, FreeMessage>;
struct FreeText {
    void operator()(char* text) const { ldap_memfree(text); }
};
struct FreeValues {
    void operator()(berval** values) const { ldap_value_free_len(values); }
};

std::string host_of(std::string_view url) {
    const std::size_t begin = url.find("://");
    std::string_view rest = begin == std::string_view::npos ? url : url.substr(begin + 3);
    rest = rest.substr(0, rest.find('/'));
    if (rest.starts_with('[')) return std::string{rest.substr(1, rest.find(']') - 1)};
    return std::string{rest.substr(0, rest.find(':'))};
}

bool is_this_machine(const std::string& host) { return host == "127.0.0.1" || host == "::1" || host == "localhost"; }

void set_option(LDAP* connection, int option, const void* value, const char* what) {
    require_success(ldap_set_option(connection, option, value), what);
}

LdapConnection connect_to(const LdapOptions& options) {
    LDAP* opened = nullptr;
    require_success(ldap_initialize(&opened, options.url.c_str()), "the directory's URL");
    LdapConnection connection{opened};
    const int version = LDAP_VERSION3;
    set_option(opened, LDAP_OPT_PROTOCOL_VERSION, &version, "protocol version 3");
    const timeval limit{seconds_to_answer, 0};
    set_option(opened, LDAP_OPT_NETWORK_TIMEOUT, &limit, "time limit");
    set_option(opened, LDAP_OPT_TIMEOUT, &limit, "time limit");
    // A referral would send the password to a host that nobody chose.
    set_option(opened, LDAP_OPT_REFERRALS, LDAP_OPT_OFF, "referrals");
    const int demand = LDAP_OPT_X_TLS_DEMAND;
    set_option(opened, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand, "TLS with a certificate");
    const int least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    set_option(opened, LDAP_OPT_X_TLS_PROTOCOL_MIN, &least, "TLS 1.2");
    if (!options.ca_file.empty())
        set_option(opened, LDAP_OPT_X_TLS_CACERTFILE, options.ca_file.c_str(), "the CA's file");
    const int own_context = 0;
    set_option(opened, LDAP_OPT_X_TLS_NEWCTX, &own_context, "the TLS context; is the CA's file there?");
    if (!options.url.starts_with("ldaps://") && !is_this_machine(host_of(options.url)))
        require_success(ldap_start_tls_s(opened, nullptr, nullptr), "beginning TLS");
    return connection;
}

int bind_as(LDAP* connection, const std::string& name, const std::string& password) {
    std::string secret = password;
    berval credentials{secret.size(), secret.data()};
    return ldap_sasl_bind_s(connection, name.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr, nullptr, nullptr);
}

std::string first_line(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line) || line.empty()) throw LdapError("the file " + file.string() + " holds no password");
    return line;
}

LdapMessage search_below(LDAP* connection, const std::string& base, int scope, const std::string& filter,
                         std::array<const char*, 5> wanted) {
    // The library takes them as char*, and leaves them as they are.
    std::array<char*, 6> attributes{};
    for (std::size_t i = 0; i < wanted.size(); ++i) attributes.at(i) = const_cast<char*>(wanted.at(i));  // NOLINT
    timeval limit{seconds_to_answer, 0};
    LDAPMessage* found = nullptr;
    constexpr int most = 2;
    const int result = ldap_search_ext_s(connection, base.c_str(), scope, filter.c_str(), attributes.data(), 0, nullptr,
                                         nullptr, &limit, most, &found);
    LdapMessage message{found};
    if (result != LDAP_SIZELIMIT_EXCEEDED && result != LDAP_NO_SUCH_OBJECT) require_success(result, "the search");
    return message;
}

std::vector<std::string> values_of(LDAP* connection, LDAPMessage* entry, const char* attribute) {
    const std::unique_ptr<berval*, FreeValues> values{ldap_get_values_len(connection, entry, attribute)};
    std::vector<std::string> texts;
    for (berval** value = values.get(); value != nullptr && *value != nullptr; ++value)
        texts.emplace_back((*value)->bv_val, (*value)->bv_len);
    return texts;
}

std::string first_of(const std::vector<std::string>& values) { return values.empty() ? "" : values.front(); }

struct DirectoryEntry {
    std::string dn;
    std::string full_name;
    std::string email;
    std::vector<std::string> groups;
};

std::string with_user(std::string filter, const std::string& name) {
    constexpr std::string_view place = "{user}";
    const std::string value = ldap_filter_value(name);
    for (std::size_t at = filter.find(place); at != std::string::npos; at = filter.find(place, at + value.size()))
        filter.replace(at, place.size(), value);
    return filter;
}

/// Nothing when there is nobody, or more than one: then it is not known whose password is meant.
std::optional<DirectoryEntry> find_entry(LDAP* connection, const LdapOptions& options, const std::string& name) {
    const LdapMessage found =
        search_below(connection, options.base_dn, LDAP_SCOPE_SUBTREE, with_user(options.user_filter, name),
                     {"displayName", "cn", "mail", "memberOf"});
    if (!found || ldap_count_entries(connection, found.get()) != 1) return std::nullopt;
    LDAPMessage* entry = ldap_first_entry(connection, found.get());
    const std::unique_ptr<char, FreeText> dn{ldap_get_dn(connection, entry)};
    if (!dn) throw LdapError("the search gave an entry without a name");
    DirectoryEntry person{dn.get(), first_of(values_of(connection, entry, "displayName")),
                          first_of(values_of(connection, entry, "mail")), values_of(connection, entry, "memberOf")};
    if (person.full_name.empty()) person.full_name = first_of(values_of(connection, entry, "cn"));
    return person;
}

bool same_text(std::string_view a, std::string_view b) { return ascii_lower(a) == ascii_lower(b); }

/// By memberOf where the directory keeps that, else by the group's own list of members.
bool is_member(LDAP* connection, const DirectoryEntry& person, const std::string& group) {
    for (const std::string& of : person.groups) {
        if (same_text(of, group)) return true;
    }
    const std::string dn = ldap_filter_value(person.dn);
    const std::string filter = "(|(member=" + dn + ")(uniqueMember=" + dn + "))";
    const LdapMessage found = search_below(connection, group, LDAP_SCOPE_BASE, filter, {"cn"});
    return found && ldap_count_entries(connection, found.get()) == 1;
}

std::optional<NewUser> find_person(const LdapOptions& options, const std::string& name, const std::string& password) {
    const LdapConnection connection = connect_to(options);
    const auto bind_to_search = [&] {
        const std::string secret = options.bind_dn.empty() ? "" : first_line(options.bind_password_file);
        require_success(bind_as(connection.get(), options.bind_dn, secret), "signing in to search (bind_dn)");
    };
    bind_to_search();
    const std::optional<DirectoryEntry> person = find_entry(connection.get(), options, name);
    if (!person) return std::nullopt;
    const int result = bind_as(connection.get(), person->dn, password);
    if (result == LDAP_INVALID_CREDENTIALS) return std::nullopt;
    require_success(result, "signing in as " + person->dn);
    bind_to_search();
    const auto mapped = std::find_if(options.groups.begin(), options.groups.end(), [&](const LdapGroup& one) {
        return is_member(connection.get(), *person, one.group);
    });
    if (mapped == options.groups.end()) return std::nullopt;
    // A directory takes "An" and "an" for one person.
    return NewUser{ascii_lower(name), "", mapped->role, mapped->unit_id, false, person->full_name, person->email};
}

}  // namespace

std::string ldap_filter_value(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string value;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::string_view{"*()\\"}.find(c) == std::string_view::npos && byte >= 0x20 && byte < 0x7F) {
            value += c;
            continue;
        }
        value += '\\';
        value += digits[byte >> 4U];
        value += digits[byte & 0x0FU];
    }
    return value;
}

std::string ldap_problem(const LdapOptions& options) {
    if (options.url.empty()) return "";
    if (!options.url.starts_with("ldaps://") && !options.url.starts_with("ldap://"))
        return "ldap.url: begin it with ldaps:// or ldap://.";
    if (options.base_dn.empty()) return "ldap.base_dn: say below which entry people are, as \"dc=example,dc=vn\".";
    if (options.user_filter.find("{user}") == std::string::npos)
        return "ldap.user_filter: it needs {user}, where the login name is put.";
    if (!options.bind_dn.empty() && options.bind_password_file.empty())
        return "ldap.bind_password_file: name the file that holds the password of ldap.bind_dn.";
    if (options.groups.empty()) return "ldap.groups: name at least one group; nobody could sign in.";
    for (const LdapGroup& group : options.groups) {
        if (const std::string problem = role_problem(group.role, group.unit_id); !problem.empty())
            return "ldap.groups, \"" + group.group + "\": " + problem;
    }
    return "";
}

std::optional<NewUser> directory_user(const LdapOptions& options, const std::string& name, const std::string& password,
                                      const std::function<void(const std::string&)>& log) {
    // An empty password would be an anonymous bind, which succeeds for everybody.
    if (password.empty() || !user_name_problem(name).empty()) return std::nullopt;
    try {
        return find_person(options, name, password);
    } catch (const LdapError& error) {
        log(std::string{"directory: "} + error.what());
        return std::nullopt;
    }
}

}  // namespace wardwatch
