// netapi32.dll: accounts of this PC and of a domain controller, password rules, membership.

#define _DSGETDCAPI_  // or the header declares as imported what is exported here
#include <windows.h>

#include <dsgetdc.h>
#include <dsrole.h>
#include <lm.h>

#include <cstdlib>
#include <cstring>
#include <ctime>

#include "collectors/windows/text.h"
#include "tests/doubles/described_pc.h"

namespace wardwatch::doubles {
namespace {

using nlohmann::json;

/// Records and their texts in one block, as netapi32 hands them out.
template <class Record>
class Records {
public:
    explicit Records(std::size_t count) : bytes_(static_cast<BYTE*>(std::calloc(1, count * sizeof(Record) + texts))) {
        next_ = bytes_ + count * sizeof(Record);
    }
    Record& operator[](std::size_t index) const { return static_cast<Record*>(static_cast<void*>(bytes_))[index]; }
    wchar_t* text(const std::string& utf8) {
        const std::wstring wide = to_wide(utf8);
        auto* begin = static_cast<wchar_t*>(static_cast<void*>(next_));
        std::memcpy(begin, wide.c_str(), (wide.size() + 1) * sizeof(wchar_t));
        next_ += (wide.size() + 1) * sizeof(wchar_t);
        return begin;
    }
    BYTE* all() const { return bytes_; }

private:
    static constexpr std::size_t texts = 65536;
    BYTE* bytes_;
    BYTE* next_ = nullptr;
};

// Windows subtracts without a sign when it is asked: a clock behind the change wraps.
DWORD seconds_since(std::int64_t set_at) {
    return static_cast<DWORD>(static_cast<std::int64_t>(std::time(nullptr)) - set_at);
}

void fill(Records<USER_INFO_3>& records, std::size_t index, const json& user) {
    USER_INFO_3& record = records[index];
    record.usri3_name = records.text(user.at("name"));
    record.usri3_full_name = records.text(user.value("full_name", ""));
    record.usri3_password_age = seconds_since(user.at("password_set_at"));
    record.usri3_flags = user.at("flags");
    record.usri3_last_logon = user.at("last_logon");
    record.usri3_acct_expires = TIMEQ_FOREVER;
    record.usri3_user_id = user.at("rid");
    record.usri3_password_expired = user.at("password_expired");
}

void fill(Records<USER_INFO_20>& records, std::size_t index, const json& user) {
    USER_INFO_20& record = records[index];
    record.usri20_name = records.text(user.at("name"));
    record.usri20_full_name = records.text(user.value("full_name", ""));
    record.usri20_flags = user.at("flags");
    record.usri20_user_id = user.at("rid");
}

void fill(Records<USER_INFO_24>& records, std::size_t index, const json& user) {
    records[index].usri24_internet_identity = user.at("internet_identity").get<bool>() ? TRUE : FALSE;
}

// Two at a time, so that the caller has to come again.
template <class Record>
NET_API_STATUS page_of_users(const json& users, BYTE** buffer, DWORD* read, DWORD* total, DWORD* resume) {
    const std::size_t first = resume ? *resume : 0;
    const std::size_t count = std::min<std::size_t>(2, users.size() - std::min(first, users.size()));
    Records<Record> records(count);
    for (std::size_t i = 0; i < count; ++i) fill(records, i, users.at(first + i));
    *buffer = records.all();
    *read = static_cast<DWORD>(count);
    *total = static_cast<DWORD>(users.size() - first);
    if (resume) *resume = static_cast<DWORD>(first + count);
    return first + count < users.size() ? ERROR_MORE_DATA : NERR_Success;
}

bool same_name(const std::string& a, const std::string& b) {
    return _wcsicmp(to_wide(a).c_str(), to_wide(b).c_str()) == 0;
}

template <class Record>
NET_API_STATUS one_user(const json& users, const std::string& name, BYTE** buffer) {
    for (const json& user : users) {
        if (!same_name(user.at("name"), name)) continue;
        Records<Record> records(1);
        fill(records, 0, user);
        *buffer = records.all();
        return NERR_Success;
    }
    return NERR_UserNotFound;
}

NET_API_STATUS give_modals_0(const json& rules, BYTE** buffer) {
    const Records<USER_MODALS_INFO_0> records(1);
    records[0].usrmod0_min_passwd_len = rules.at("minimum_length");
    records[0].usrmod0_max_passwd_age = rules.at("maximum_age");
    records[0].usrmod0_min_passwd_age = rules.at("minimum_age");
    records[0].usrmod0_force_logoff = TIMEQ_FOREVER;
    records[0].usrmod0_password_hist_len = rules.at("history_length");
    *buffer = records.all();
    return NERR_Success;
}

NET_API_STATUS give_modals_3(const json& rules, BYTE** buffer) {
    const Records<USER_MODALS_INFO_3> records(1);
    records[0].usrmod3_lockout_duration = rules.at("lockout_duration");
    records[0].usrmod3_lockout_observation_window = rules.at("lockout_duration");
    records[0].usrmod3_lockout_threshold = rules.at("lockout_threshold");
    *buffer = records.all();
    return NERR_Success;
}

/// The controller of a domain, by its short name, or null.
const json* controller_of(const std::string& domain) {
    for (const json& controller : described_pc().at("domain_controllers")) {
        if (same_name(controller.at("domain"), domain)) return &controller;
    }
    return nullptr;
}

/// Null: this PC. Another server is a domain controller; only those that are described answer.
const json* users_of(LPCWSTR server) {
    if (server == nullptr || *server == L'\0') return &described_pc().at("users");
    for (const json& controller : described_pc().at("domain_controllers")) {
        if (same_name(controller.at("name"), to_utf8(server))) return &controller.at("users");
    }
    return nullptr;
}

}  // namespace
}  // namespace wardwatch::doubles

using namespace wardwatch;
using namespace wardwatch::doubles;

extern "C" {

NET_API_STATUS WINAPI NetUserEnum(LPCWSTR server, DWORD level, DWORD, LPBYTE* buffer, DWORD, LPDWORD read,
                                  LPDWORD total, LPDWORD resume) {
    if (const auto code = fault("NetUserEnum")) return *code;
    if (server != nullptr) return ERROR_ACCESS_DENIED;
    const nlohmann::json& users = described_pc().at("users");
    if (level == 3) return page_of_users<USER_INFO_3>(users, buffer, read, total, resume);
    if (level == 20) return page_of_users<USER_INFO_20>(users, buffer, read, total, resume);
    return ERROR_INVALID_LEVEL;
}

NET_API_STATUS WINAPI NetUserGetInfo(LPCWSTR server, LPCWSTR name, DWORD level, LPBYTE* buffer) {
    if (const auto code = fault("NetUserGetInfo")) return *code;
    const nlohmann::json* users = users_of(server);
    if (users == nullptr) return RPC_S_SERVER_UNAVAILABLE;
    if (level == 3) return one_user<USER_INFO_3>(*users, to_utf8(name), buffer);
    if (level == 24 && described_pc().at("has_internet_identities")) {
        return one_user<USER_INFO_24>(*users, to_utf8(name), buffer);
    }
    return ERROR_INVALID_LEVEL;
}

NET_API_STATUS WINAPI NetUserModalsGet(LPCWSTR, DWORD level, LPBYTE* buffer) {
    if (const auto code = fault("NetUserModalsGet level " + std::to_string(level))) return *code;
    const nlohmann::json& rules = described_pc().at("password_rules");
    if (level == 0) return give_modals_0(rules, buffer);
    if (level == 3) return give_modals_3(rules, buffer);
    return ERROR_INVALID_LEVEL;
}

NET_API_STATUS WINAPI NetGetJoinInformation(LPCWSTR, LPWSTR* name, PNETSETUP_JOIN_STATUS status) {
    if (const auto code = fault("NetGetJoinInformation")) return *code;
    const nlohmann::json& membership = described_pc().at("membership");
    Records<BYTE> records(0);
    *name = records.text(membership.at("name"));
    *status = static_cast<NETSETUP_JOIN_STATUS>(membership.at("status").get<int>());
    return NERR_Success;
}

NET_API_STATUS WINAPI NetApiBufferFree(LPVOID buffer) {
    std::free(buffer);
    return NERR_Success;
}

DWORD WINAPI DsGetDcNameW(LPCWSTR, LPCWSTR wide_domain, GUID*, LPCWSTR, ULONG, PDOMAIN_CONTROLLER_INFOW* information) {
    const std::string domain =
        wide_domain ? to_utf8(wide_domain) : described_pc().at("membership").at("name").get<std::string>();
    if (const auto code = fault("DsGetDcName")) return *code;
    if (const auto code = fault("DsGetDcName " + domain)) return *code;
    const nlohmann::json* controller = controller_of(domain);
    if (controller == nullptr) return ERROR_NO_SUCH_DOMAIN;
    Records<DOMAIN_CONTROLLER_INFOW> records(1);
    records[0].DomainControllerName = records.text(controller->at("name"));
    records[0].DomainControllerAddress = records.text("\\\\192.0.2.10");
    records[0].DomainControllerAddressType = DS_INET_ADDRESS;
    records[0].DomainName = records.text(domain);
    *information = &records[0];
    return ERROR_SUCCESS;
}

DWORD WINAPI DsRoleGetPrimaryDomainInformation(LPCWSTR, DSROLE_PRIMARY_DOMAIN_INFO_LEVEL level, PBYTE* buffer) {
    if (const auto code = fault("DsRoleGetPrimaryDomainInformation")) return *code;
    if (level != DsRolePrimaryDomainInfoBasic) return ERROR_INVALID_PARAMETER;
    Records<DSROLE_PRIMARY_DOMAIN_INFO_BASIC> records(1);
    records[0].MachineRole = static_cast<DSROLE_MACHINE_ROLE>(described_pc().at("role").get<int>());
    records[0].DomainNameFlat = records.text(described_pc().at("membership").at("name"));
    *buffer = records.all();
    return ERROR_SUCCESS;
}

VOID WINAPI DsRoleFreeMemory(PVOID buffer) { std::free(buffer); }
}
