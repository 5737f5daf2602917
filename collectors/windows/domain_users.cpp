#include "collectors/windows/domain_users.h"

#include <windows.h>

#include <dsgetdc.h>
#include <lm.h>
#include <sddl.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <type_traits>
#include <variant>

#include "collectors/core/unique_resource.h"
#include "collectors/machine/user_profiles.h"
#include "collectors/windows/account_records.h"
#include "collectors/windows/clock.h"
#include "collectors/windows/error.h"
#include "collectors/windows/net_buffer.h"
#include "collectors/windows/text.h"
#include "collectors/windows/time_limit.h"
#include "embedded/reasons.h"

namespace wardwatch {
namespace {

struct SidTraits {
    static PSID none() { return nullptr; }
    static void release(PSID sid) noexcept { LocalFree(sid); }
};
using UniqueSid = UniqueResource<PSID, SidTraits>;

struct ControllerTraits {
    static DOMAIN_CONTROLLER_INFOW* none() { return nullptr; }
    static void release(DOMAIN_CONTROLLER_INFOW* information) noexcept { NetApiBufferFree(information); }
};
using UniqueController = UniqueResource<DOMAIN_CONTROLLER_INFOW*, ControllerTraits>;

struct NamedUser {
    std::wstring domain;
    std::wstring name;
};

/// The controller cannot be asked at all, so that asking it about the next user is in vain.
class Unreachable : public PortError {
    using PortError::PortError;
};

bool is_network_failure(DWORD status) {
    constexpr std::array<DWORD, 13> failures = {
        ERROR_BAD_NETPATH,
        ERROR_NETNAME_DELETED,
        ERROR_SEM_TIMEOUT,
        ERROR_NETWORK_UNREACHABLE,
        ERROR_HOST_UNREACHABLE,
        ERROR_CONNECTION_REFUSED,
        ERROR_NO_LOGON_SERVERS,
        ERROR_UNEXP_NET_ERR,
        NERR_InvalidComputer,
        RPC_S_SERVER_UNAVAILABLE,
        RPC_S_CALL_FAILED,
        RPC_S_CALL_FAILED_DNE,
        ERROR_TRUSTED_RELATIONSHIP_FAILURE,
    };
    return std::find(failures.begin(), failures.end(), status) != failures.end();
}

NamedUser look_up(const std::wstring& text) {
    UniqueSid sid;
    if (!ConvertStringSidToSidW(text.c_str(), sid.receive())) {
        throw windows_error("ConvertStringSidToSid", GetLastError());
    }
    // A user name has at most 256 characters, a domain's short name 15; Windows says so itself when they do not fit.
    std::array<wchar_t, 512> name{};
    std::array<wchar_t, 512> domain{};
    auto name_length = static_cast<DWORD>(name.size());
    auto domain_length = static_cast<DWORD>(domain.size());
    SID_NAME_USE use{};
    if (LookupAccountSidW(nullptr, sid.get(), name.data(), &name_length, domain.data(), &domain_length, &use)) {
        return {domain.data(), name.data()};
    }
    const DWORD error = GetLastError();
    if (is_network_failure(error)) throw PortError(reasons::domain_controller_not_reachable());
    if (error != ERROR_NONE_MAPPED) throw windows_error("LookupAccountSid", error);
    throw PortError(reasons::user_without_name());
}

std::wstring find_controller(const std::wstring& domain) {
    UniqueController controller;
    const DWORD status = DsGetDcNameW(nullptr, domain.c_str(), nullptr, nullptr, DS_IS_FLAT_NAME, controller.receive());
    if (status == ERROR_NO_SUCH_DOMAIN || is_network_failure(status))
        throw PortError(reasons::domain_controller_not_reachable());
    if (status != ERROR_SUCCESS) throw windows_error("DsGetDcName", status);
    return controller->DomainControllerName;
}

/// A controller's record, and when it was given.
struct ToldRecord {
    UserRecord record;
    Instant asked_at;
};

ToldRecord ask_controller(const std::wstring& controller, const std::wstring& name) {
    UniqueNetBuffer buffer;
    const NET_API_STATUS status = NetUserGetInfo(controller.c_str(), name.c_str(), 3, buffer.receive());
    if (is_network_failure(status)) throw Unreachable(reasons::domain_controller_not_reachable());
    if (status == ERROR_ACCESS_DENIED) throw PortError(reasons::domain_controller_refuses());
    if (status == NERR_UserNotFound) throw PortError(reasons::domain_user_deleted());
    if (status != NERR_Success) throw windows_error(reasons::asking_domain_controller(), status);
    const auto* user = records_in<USER_INFO_3>(buffer);
    return {{to_utf8(user->usri3_name), user->usri3_user_id, user->usri3_flags, user->usri3_password_age,
             user->usri3_last_logon, user->usri3_password_expired},
            clock_now()};
}

TimeLimit& domain_calls() {
    static TimeLimit calls;
    return calls;
}

/// Remembers which domains answer, so that one that is away costs one wait and not one for each of its users.
class DomainQuestions {
public:
    explicit DomainQuestions(std::chrono::seconds limit)
        : limit_(limit), end_(std::chrono::steady_clock::now() + 3 * limit) {}

    Account user(const std::string& sid) {
        std::optional<NamedUser> named;
        try {
            named = within_limit([text = to_wide(sid)] { return look_up(text); });
            if (is_entra_sid(sid)) throw PortError(reasons::entra_account());
            return record(sid, *named);
        } catch (const PortError& error) {
            Account account = unknown_domain_user(sid, {is_entra_sid(sid) ? reasons::entra_account() : error.reason()});
            if (named) {
                account.domain = to_utf8(named->domain);
                account.name = to_utf8(named->name);
                account.human = !account.name.ends_with('$');
            }
            return account;
        }
    }

private:
    template <class Call>
    std::invoke_result_t<Call> within_limit(Call call) {
        if (std::chrono::steady_clock::now() >= end_) throw PortError(reasons::domain_too_slow());
        try {
            return domain_calls().run(limit_, std::move(call));
        } catch (const NoAnswer&) {
            throw Unreachable(reasons::domain_controller_not_reachable());
        }
    }

    const std::wstring& controller(const std::wstring& domain) {
        auto found = controllers_.find(domain);
        if (found == controllers_.end()) {
            found = controllers_.emplace(domain, Unknown{reasons::domain_controller_not_reachable()}).first;
            try {
                found->second = within_limit([domain] { return find_controller(domain); });
            } catch (const PortError& error) {
                found->second = Unknown{error.reason()};
            }
        }
        if (const Unknown* reason = std::get_if<Unknown>(&found->second)) throw PortError(reason->reason);
        return std::get<std::wstring>(found->second);
    }

    Account record(const std::string& sid, const NamedUser& named) {
        const std::wstring& controller_name = controller(named.domain);
        try {
            const ToldRecord told =
                within_limit([controller_name, name = named.name] { return ask_controller(controller_name, name); });
            return domain_user_of(sid, to_utf8(named.domain), told.record, told.asked_at);
        } catch (const Unreachable& error) {
            controllers_.at(named.domain) = Unknown{error.reason()};
            throw;
        }
    }

    std::chrono::seconds limit_;
    std::chrono::steady_clock::time_point end_;
    std::map<std::wstring, std::variant<std::wstring, Unknown>> controllers_;
};

}  // namespace

std::vector<Account> ask_domains(const std::vector<std::string>& sids, std::chrono::seconds limit) {
    DomainQuestions questions(limit);
    std::vector<Account> accounts;
    accounts.reserve(sids.size());
    for (const std::string& sid : sids) accounts.push_back(questions.user(sid));
    return accounts;
}

std::string name_of_sid(const std::string& sid, std::chrono::seconds limit) {
    return to_utf8(domain_calls().run(limit, [text = to_wide(sid)] { return look_up(text); }).name);
}

}  // namespace wardwatch
