// The proxy of Windows, by WinHTTP: this account's settings, script or WPAD, else the PC's.
#include <windows.h>
// After windows.h, which it needs.
#include <winhttp.h>

#include <optional>

#include "agent/centre/system_proxy.h"
#include "collectors/core/unique_resource.h"
#include "collectors/machine/machine.h"
#include "collectors/windows/library.h"
#include "collectors/windows/text.h"
#include "collectors/windows/time_limit.h"

namespace wardwatch {
namespace {

// WPAD asks DHCP and DNS and loads a script from whoever answers: each may hang.
constexpr std::chrono::seconds lookup_limit{10};

// Looked up at run time: the program's import table stays free of winhttp.dll, which would start with every command.
template <class Function>
Function winhttp(const char* name) {
    return system_function<Function>("winhttp.dll", name);
}

struct GlobalTextTraits {
    static LPWSTR none() { return nullptr; }
    static void release(LPWSTR text) noexcept { GlobalFree(text); }
};
using GlobalText = UniqueResource<LPWSTR, GlobalTextTraits>;

std::string text_of(const GlobalText& text) { return text ? to_utf8(text.get()) : std::string(); }

struct SessionTraits {
    static HINTERNET none() { return nullptr; }
    static void release(HINTERNET session) noexcept {
        try {
            winhttp<decltype(&WinHttpCloseHandle)>("WinHttpCloseHandle")(session);
        } catch (const PortError&) {  // the library that opened it has this function
        }
    }
};
using Session = UniqueResource<HINTERNET, SessionTraits>;

/// Takes over the texts of a structure that the system filled.
SystemProxy taken_from(const WINHTTP_PROXY_INFO& info) {
    const GlobalText servers(info.lpszProxy);
    const GlobalText bypass(info.lpszProxyBypass);
    if (info.dwAccessType != WINHTTP_ACCESS_TYPE_NAMED_PROXY) return {};
    return {text_of(servers), text_of(bypass)};
}

// Empty when no script could be found or run.
std::optional<SystemProxy> by_script(const std::wstring& url, bool detect, const GlobalText& script) {
    const Session session(winhttp<decltype(&WinHttpOpen)>("WinHttpOpen")(
        L"wardwatch", WINHTTP_ACCESS_TYPE_NO_PROXY, WINHTTP_NO_PROXY_NAME, WINHTTP_NO_PROXY_BYPASS, 0));
    if (!session) return std::nullopt;
    WINHTTP_AUTOPROXY_OPTIONS options{};
    if (detect) {
        options.dwFlags |= WINHTTP_AUTOPROXY_AUTO_DETECT;
        options.dwAutoDetectFlags = WINHTTP_AUTO_DETECT_TYPE_DHCP | WINHTTP_AUTO_DETECT_TYPE_DNS_A;
    }
    if (script) {
        options.dwFlags |= WINHTTP_AUTOPROXY_CONFIG_URL;
        options.lpszAutoConfigUrl = script.get();
    }
    WINHTTP_PROXY_INFO info{};
    const auto get_proxy = winhttp<decltype(&WinHttpGetProxyForUrl)>("WinHttpGetProxyForUrl");
    if (!get_proxy(session.get(), url.c_str(), &options, &info)) return std::nullopt;
    return taken_from(info);
}

// What a person set in Windows' proxy settings, or an administrator for this PC.
std::optional<SystemProxy> of_user(const std::wstring& url) {
    WINHTTP_CURRENT_USER_IE_PROXY_CONFIG config{};
    const auto get_config =
        winhttp<decltype(&WinHttpGetIEProxyConfigForCurrentUser)>("WinHttpGetIEProxyConfigForCurrentUser");
    if (!get_config(&config)) return std::nullopt;
    const GlobalText script(config.lpszAutoConfigUrl);
    const GlobalText servers(config.lpszProxy);
    const GlobalText bypass(config.lpszProxyBypass);
    if (config.fAutoDetect || script) {
        if (auto found = by_script(url, config.fAutoDetect != FALSE, script)) return found;
    }
    if (!servers) return std::nullopt;
    return SystemProxy{text_of(servers), text_of(bypass)};
}

SystemProxy of_pc() {
    WINHTTP_PROXY_INFO info{};
    const auto get_default =
        winhttp<decltype(&WinHttpGetDefaultProxyConfiguration)>("WinHttpGetDefaultProxyConfiguration");
    return get_default(&info) ? taken_from(info) : SystemProxy{};
}

}  // namespace

SystemProxy system_proxy(const std::string& url) {
    static TimeLimit limit;
    try {
        const std::optional<SystemProxy> user =
            limit.run(lookup_limit, [wide = to_wide(url)] { return of_user(wide); });
        if (user) return *user;
    } catch (const std::exception&) {  // it hangs, or this Windows has no such function: the PC's own proxy counts
    }
    try {
        return of_pc();
    } catch (const std::exception&) {
        return {};
    }
}

}  // namespace wardwatch
