// Changes by folders, registry keys and Security Center's notification, waited for on one thread.
#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <stdexcept>

#include "agent/system/windows_error.h"
#include "agent/watch/system_watch.h"
#include "agent/watch/windows_folder_watch.h"
#include "collectors/windows/error.h"
#include "collectors/windows/library.h"
#include "collectors/windows/time_limit.h"

namespace wardwatch {
namespace {

struct WatchedKeyTraits {
    static HKEY none() { return nullptr; }
    static void release(HKEY key) noexcept { RegCloseKey(key); }
};
using UniqueWatchedKey = UniqueResource<HKEY, WatchedKeyTraits>;

/// None of them lies in a user's own part of the registry (HKU\<SID>): an open key there would hold up its unloading
/// at the end of the session.
struct WatchedKey {
    HKEY hive;
    const wchar_t* name;  // empty: the hive itself
    bool below;           // with everything below it
    ChangeKind kind;
};

using enum ChangeKind;

// HKEY_USERS: users log on and off. SAM: accounts and their passwords, and what is asked of passwords. The Provider key
// is Security Center's own list of products, with their states.
const WatchedKey watched_keys[] = {
    {HKEY_USERS, L"", false, places},
    {HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList", true, places},
    {HKEY_LOCAL_MACHINE, L"SAM\\SAM\\Domains", true, accounts},
    {HKEY_LOCAL_MACHINE, L"SOFTWARE\\Policies", true, policies},
    {HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Security Center\\Provider", true, antivirus},
    {HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows Defender\\Real-Time Protection", false, antivirus},
};

UniqueHandle make_event() {
    UniqueHandle event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    if (!event) throw failed_call("CreateEvent");
    return event;
}

// True when it was set, which it is no longer then.
bool was_set(HANDLE event) {
    if (WaitForSingleObject(event, 0) != WAIT_OBJECT_0) return false;
    ResetEvent(event);
    return true;
}

/// A key that is open and tells.
struct KeyWatch {
    UniqueHandle event = make_event();
    UniqueWatchedKey key;

    bool listen(const WatchedKey& watched) {
        constexpr DWORD changes = REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET;
        const LSTATUS status =
            RegNotifyChangeKeyValue(key.get(), watched.below ? TRUE : FALSE, changes, event.get(), TRUE);
        if (status != ERROR_SUCCESS) key.reset();
        return status == ERROR_SUCCESS;
    }
};

// Never closed: Security Center may tell at any time.
HANDLE security_center_event() {
    static const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    return event;
}

DWORD WINAPI security_center_tells(void*) {
    SetEvent(security_center_event());
    return 0;
}

// Never closed: the service manager may tell at any time, too.
HANDLE session_event() {
    static const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    return event;
}

using RegisterForChanges = HRESULT(WINAPI*)(void*, HANDLE*, LPTHREAD_START_ROUTINE, void*);

bool register_with_security_center() {
    constexpr const char* library = "wscapi.dll";
    if (is_wine_library(library)) throw PortError(in_words("Wine has no Security Center"));
    const auto call = system_function<RegisterForChanges>(library, "WscRegisterForChanges");
    HANDLE registration = nullptr;
    const HRESULT result = call(nullptr, &registration, security_center_tells, nullptr);
    if (FAILED(result)) throw com_error("WscRegisterForChanges", result);
    return true;
}

}  // namespace

struct SystemWatch::Places {
    UniqueHandle interruption = make_event();
    std::set<ChangeKind> noticed;
    std::map<std::filesystem::path, std::unique_ptr<FolderWatch>> folders;
    std::vector<std::unique_ptr<FolderWatch>> leaving;
    std::vector<KeyWatch> keys{std::size(watched_keys)};
    bool security_center = false;

    ~Places();
    void leave_others(const std::vector<WatchedFolder>& wanted);
    void watch_folder(const WatchedFolder& wanted, Watched& watched);
    void watch_key(std::size_t index, Watched& watched);
    void watch_security_center(Watched& watched);
    void note_keys();
};

// Windows writes into a watch until its routine was called, which happens in an alertable wait.
SystemWatch::Places::~Places() {
    leave_others({});
    for (int i = 0; i < 100 && !leaving.empty(); ++i) {
        SleepEx(10, TRUE);
        std::erase_if(leaving, [](const auto& watch) { return watch->ended(); });
    }
    for (auto& watch : leaving) static_cast<void>(watch.release());  // better lost than written into
}

void SystemWatch::Places::leave_others(const std::vector<WatchedFolder>& wanted) {
    std::map<std::filesystem::path, bool> stay;
    for (const WatchedFolder& folder : wanted) stay[folder.folder] = folder.holds_files();
    for (auto each = folders.begin(); each != folders.end();) {
        const auto found = stay.find(each->first);
        if (found != stay.end() && found->second == each->second->holds_files() && !each->second->ended()) {
            ++each;
            continue;
        }
        each->second->leave();
        leaving.push_back(std::move(each->second));
        each = folders.erase(each);
    }
    std::erase_if(leaving, [](const auto& watch) { return watch->ended(); });
}

void SystemWatch::Places::watch_folder(const WatchedFolder& wanted, Watched& watched) {
    if (const auto found = folders.find(wanted.folder); found != folders.end()) {
        found->second->expect(wanted);
        return;
    }
    try {
        std::unique_ptr<FolderWatch> watch = FolderWatch::begin(wanted, noticed);
        if (!watch) return;
        folders.emplace(wanted.folder, std::move(watch));
        if (wanted.holds_files()) watched.new_files = true;
    } catch (const std::runtime_error& error) {
        watched.problems.emplace_back(error.what());
    }
}

void SystemWatch::Places::watch_key(std::size_t index, Watched& watched) {
    const WatchedKey& wanted = watched_keys[index];
    KeyWatch& watch = keys[index];
    if (watch.key) return;
    const LSTATUS status =
        RegOpenKeyExW(wanted.hive, wanted.name, 0, KEY_NOTIFY | KEY_WOW64_64KEY, watch.key.receive());
    if (status == ERROR_FILE_NOT_FOUND || status == ERROR_PATH_NOT_FOUND) return;
    if (status == ERROR_SUCCESS && watch.listen(wanted)) return;
    watched.problems.emplace_back(
        failed_call("watching the registry's " + utf8(wanted.name), static_cast<DWORD>(status)).what());
}

// On a thread of its own and with a limit: it asks another service.
void SystemWatch::Places::watch_security_center(Watched& watched) {
    static TimeLimit limit;
    if (security_center) return;
    try {
        security_center = limit.run(std::chrono::seconds{5}, register_with_security_center);
    } catch (const PortError& error) {
        watched.problems.push_back(std::string("Security Center does not tell of changes here: ") + error.what());
    }
}

void SystemWatch::Places::note_keys() {
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!keys[i].key || !was_set(keys[i].event.get())) continue;
        noticed.insert(watched_keys[i].kind);
        if (!keys[i].listen(watched_keys[i])) noticed.insert(places);  // the key was deleted, and may come again
    }
}

SystemWatch::SystemWatch() : places_(std::make_unique<Places>()) {}
SystemWatch::~SystemWatch() = default;

Watched SystemWatch::watch(const std::vector<WatchedFolder>& folders) {
    Watched watched;
    places_->leave_others(folders);
    for (const WatchedFolder& folder : folders) places_->watch_folder(folder, watched);
    for (std::size_t i = 0; i < std::size(watched_keys); ++i) places_->watch_key(i, watched);
    places_->watch_security_center(watched);
    const auto open =
        std::ranges::count_if(places_->keys, [](const KeyWatch& watch) { return static_cast<bool>(watch.key); });
    watched.places = places_->folders.size() + static_cast<std::size_t>(open) + (places_->security_center ? 1 : 0);
    return watched;
}

std::vector<ChangeKind> SystemWatch::wait(std::optional<Wait> longest) {
    std::vector<HANDLE> events = {places_->interruption.get(), security_center_event(), session_event()};
    events.reserve(events.size() + places_->keys.size());
    for (const KeyWatch& watch : places_->keys)
        if (watch.key) events.push_back(watch.event.get());
    const auto most = static_cast<Wait::rep>(INFINITE - 1);
    const DWORD limit = longest ? static_cast<DWORD>(std::min(longest->count(), most)) : INFINITE;
    WaitForMultipleObjectsEx(static_cast<DWORD>(events.size()), events.data(), FALSE, limit, TRUE);
    was_set(places_->interruption.get());
    if (was_set(security_center_event())) places_->noticed.insert(antivirus);
    if (was_set(session_event())) places_->noticed.insert(places);
    places_->note_keys();
    std::erase_if(places_->leaving, [](const auto& watch) { return watch->ended(); });
    const std::set<ChangeKind> noticed = std::exchange(places_->noticed, {});
    return {noticed.begin(), noticed.end()};
}

void SystemWatch::interrupt() { SetEvent(places_->interruption.get()); }

void session_changed() { SetEvent(session_event()); }

std::vector<WatchedFolder> system_folders() { return {}; }

}  // namespace wardwatch
