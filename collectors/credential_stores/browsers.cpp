#include "collectors/credential_stores/browsers.h"

#include <charconv>
#include <cstdint>

namespace wardwatch {
namespace {

using enum BrowserFamily;

// Folders and keys: vendors' documentation for Chrome, Chromium, Edge's and Firefox's policies; third-party programs
// for the others. Sources disagree on Cốc Cốc's policy key, so both are read, and on Opera's, so none is.
constexpr Browser table[] = {
    {"chrome",
     chromium,
     "Local/Google/Chrome/User Data",
     {".config/google-chrome", "", ".var/app/com.google.Chrome/config/google-chrome"},
     {"Google\\Chrome", ""},
     "Google Chrome",
     "chrome.exe"},
    {"chrome-beta",
     chromium,
     "Local/Google/Chrome Beta/User Data",
     {".config/google-chrome-beta", "", ""},
     {"Google\\Chrome", ""},
     "Google Chrome Beta",
     ""},
    {"chrome-dev",
     chromium,
     "Local/Google/Chrome Dev/User Data",
     {".config/google-chrome-unstable", "", ""},
     {"Google\\Chrome", ""},
     "Google Chrome Dev",
     ""},
    {"chrome-canary",
     chromium,
     "Local/Google/Chrome SxS/User Data",
     {".config/google-chrome-canary", "", ""},
     {"Google\\Chrome", ""},
     "Google Chrome SxS",
     ""},
    {"chrome-testing",
     chromium,
     "Local/Google/Chrome for Testing/User Data",
     {".config/google-chrome-for-testing", "", ""},
     {"Google\\Chrome", ""},
     "",
     ""},
    {"chromium",
     chromium,
     "Local/Chromium/User Data",
     {".config/chromium", "snap/chromium/common/chromium", ".var/app/org.chromium.Chromium/config/chromium"},
     {"Chromium", ""},
     "Chromium",
     ""},
    {"edge",
     chromium,
     "Local/Microsoft/Edge/User Data",
     {".config/microsoft-edge", "", ".var/app/com.microsoft.Edge/config/microsoft-edge"},
     {"Microsoft\\Edge", ""},
     "Microsoft Edge",
     "msedge.exe"},
    {"edge-beta",
     chromium,
     "Local/Microsoft/Edge Beta/User Data",
     {".config/microsoft-edge-beta", "", ""},
     {"Microsoft\\Edge", ""},
     "Microsoft Edge Beta",
     ""},
    {"edge-dev",
     chromium,
     "Local/Microsoft/Edge Dev/User Data",
     {".config/microsoft-edge-dev", "", ""},
     {"Microsoft\\Edge", ""},
     "Microsoft Edge Dev",
     ""},
    {"edge-canary",
     chromium,
     "Local/Microsoft/Edge SxS/User Data",
     {".config/microsoft-edge-canary", "", ""},
     {"Microsoft\\Edge", ""},
     "Microsoft Edge SxS",
     ""},
    {"coccoc",
     chromium,
     "Local/CocCoc/Browser/User Data",
     {".config/coccoc", "", ""},
     {"CocCoc\\CocCoc", "CocCoc"},
     "CocCoc",
     ""},
    {"brave",
     chromium,
     "Local/BraveSoftware/Brave-Browser/User Data",
     {".config/BraveSoftware/Brave-Browser", "", ".var/app/com.brave.Browser/config/BraveSoftware/Brave-Browser"},
     {"BraveSoftware\\Brave", ""},
     "Brave",
     "brave.exe"},
    {"brave-beta",
     chromium,
     "Local/BraveSoftware/Brave-Browser-Beta/User Data",
     {".config/BraveSoftware/Brave-Browser-Beta", "", ""},
     {"BraveSoftware\\Brave", ""},
     "",
     ""},
    {"brave-dev",
     chromium,
     "Local/BraveSoftware/Brave-Browser-Dev/User Data",
     {".config/BraveSoftware/Brave-Browser-Dev", "", ""},
     {"BraveSoftware\\Brave", ""},
     "",
     ""},
    {"brave-nightly",
     chromium,
     "Local/BraveSoftware/Brave-Browser-Nightly/User Data",
     {".config/BraveSoftware/Brave-Browser-Nightly", "", ""},
     {"BraveSoftware\\Brave", ""},
     "",
     ""},
    {"vivaldi",
     chromium,
     "Local/Vivaldi/User Data",
     {".config/vivaldi", "", ".var/app/com.vivaldi.Vivaldi/config/vivaldi"},
     {"Vivaldi", ""},
     "Vivaldi",
     "vivaldi.exe"},
    {"yandex",
     chromium,
     "Local/Yandex/YandexBrowser/User Data",
     {".config/yandex-browser", "", ""},
     {"YandexBrowser", ""},
     "Yandex",
     ""},
    {"yandex-beta",
     chromium,
     "Local/Yandex/YandexBrowserBeta/User Data",
     {".config/yandex-browser-beta", "", ""},
     {"YandexBrowser", ""},
     "",
     ""},
    {"yandex-canary",
     chromium,
     "Local/Yandex/YandexBrowserCanary/User Data",
     {"", "", ""},
     {"YandexBrowser", ""},
     "",
     ""},
    {"yandex-dev",
     chromium,
     "Local/Yandex/YandexBrowserDeveloper/User Data",
     {"", "", ""},
     {"YandexBrowser", ""},
     "",
     ""},
    {"opera",
     chromium,
     "Roaming/Opera Software/Opera Stable",
     {".config/opera", "", ".var/app/com.opera.Opera/config/opera"},
     {"", ""},
     "OperaStable",
     "opera.exe"},
    {"opera-gx", chromium, "Roaming/Opera Software/Opera GX Stable", {"", "", ""}, {"", ""}, "Opera GXStable", ""},
    {"opera-beta", chromium, "Roaming/Opera Software/Opera Next", {".config/opera-beta", "", ""}, {"", ""}, "", ""},
    {"opera-dev",
     chromium,
     "Roaming/Opera Software/Opera Developer",
     {".config/opera-developer", "", ""},
     {"", ""},
     "",
     ""},
    {"opera-air", chromium, "Roaming/Opera Software/Opera Air Stable", {"", "", ""}, {"", ""}, "", ""},
    {"opera-crypto", chromium, "Roaming/Opera Software/Opera Crypto Stable", {"", "", ""}, {"", ""}, "", ""},
    {"firefox",
     firefox,
     "Roaming/Mozilla/Firefox",
     {".mozilla/firefox", "snap/firefox/common/.mozilla/firefox", ".var/app/org.mozilla.firefox/.mozilla/firefox",
      ".config/mozilla/firefox"},
     {"Mozilla\\Firefox", ""},
     "Firefox",
     "firefox.exe"},
    {"firefox-store",
     firefox,
     "Local/Packages/Mozilla.Firefox_n80bbvh6b1yt2/LocalCache/Roaming/Mozilla/Firefox",
     {"", "", ""},
     {"Mozilla\\Firefox", ""},
     "",
     ""},
};

constexpr std::array<std::string_view, 4> packages = {"", "snap:", "flatpak:", ""};

}  // namespace

std::span<const Browser> browsers() { return table; }

std::optional<bool> policy_flag(const RegistryData& data, const Browser& browser) {
    if (const auto* number = std::get_if<std::uint64_t>(&data)) return *number != 0;
    const auto* text = std::get_if<std::string>(&data);
    if (text == nullptr || browser.family != BrowserFamily::chromium) return std::nullopt;
    std::string_view digits = *text;
    if (digits.size() > 1 && digits[0] == '+' && digits[1] != '-') digits.remove_prefix(1);
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole ? std::optional(number != 0) : std::nullopt;
}

std::vector<BrowserFolder> browser_folders(const Browser& browser, const UserProfile& user) {
    if (user.windows_layout) return {{user.home / "AppData" / browser.windows_folder, ""}};
    std::vector<BrowserFolder> folders;
    for (std::size_t i = 0; i < packages.size(); ++i) {
        if (!browser.linux_folders[i].empty()) folders.push_back({user.home / browser.linux_folders[i], packages[i]});
    }
    return folders;
}

}  // namespace wardwatch
