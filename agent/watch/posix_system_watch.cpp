// Changes by inotify.
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <map>
#include <set>
#include <stdexcept>
#include <system_error>

#include "agent/watch/system_watch.h"
#include "collectors/linux/descriptor.h"

namespace wardwatch {
namespace {

constexpr std::uint32_t folder_changes =
    IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;
// A browser keeps its database open, so its end of writing would come too late.
constexpr std::uint32_t file_changes = IN_MODIFY | IN_CLOSE_WRITE;

std::string error_text(int code) { return std::generic_category().message(code); }

bool nothing_there(int code) { return code == ENOENT || code == ENOTDIR || code == ELOOP; }

std::string why_not_watched(const WatchedFolder& folder, int code) {
    const std::string advice = code == ENOSPC ? ": raise fs.inotify.max_user_watches" : "";
    return folder.folder.string() + ": " + error_text(code) + advice;
}

UniqueDescriptor checked_descriptor(int descriptor, const char* call) {
    if (descriptor < 0) throw std::runtime_error(std::string(call) + " failed: " + error_text(errno));
    return UniqueDescriptor(descriptor);
}

}  // namespace

struct SystemWatch::Places {
    UniqueDescriptor notices = checked_descriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC), "inotify_init1");
    UniqueDescriptor interruption = checked_descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd");
    std::map<int, WatchedFolder> folders;  // by the number that the kernel gave; it gives none twice

    void note(const inotify_event& event, std::set<ChangeKind>& noticed) const;
    void read_all(std::set<ChangeKind>& noticed) const;
};

void SystemWatch::Places::note(const inotify_event& event, std::set<ChangeKind>& noticed) const {
    if ((event.mask & IN_Q_OVERFLOW) != 0) {
        noticed.insert({ChangeKind::saved_passwords, ChangeKind::accounts, ChangeKind::places});
        return;
    }
    const auto folder = folders.find(event.wd);
    if (folder == folders.end()) return;
    if ((event.mask & (IN_IGNORED | IN_UNMOUNT | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
        for (const WatchedName& name : folder->second.names) noticed.insert(name.kind);
        noticed.insert(ChangeKind::places);
    } else if (event.len > 0) {
        if (const auto kind = kind_of_change(folder->second.names, event.name)) noticed.insert(*kind);
    }
}

void SystemWatch::Places::read_all(std::set<ChangeKind>& noticed) const {
    alignas(inotify_event) std::array<char, 16384> buffer;
    for (;;) {
        const ssize_t size = ::read(notices.get(), buffer.data(), buffer.size());
        if (size <= 0) return;
        for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
            const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
            note(*event, noticed);
            at += sizeof(inotify_event) + event->len;
        }
    }
}

SystemWatch::SystemWatch() : places_(std::make_unique<Places>()) {}
SystemWatch::~SystemWatch() = default;

Watched SystemWatch::watch(const std::vector<WatchedFolder>& folders) {
    Watched watched;
    std::map<int, WatchedFolder> before = std::move(places_->folders);
    places_->folders.clear();
    for (const WatchedFolder& folder : folders) {
        const std::uint32_t changes = folder_changes | (folder.holds_files() ? file_changes : 0);
        const int number = ::inotify_add_watch(places_->notices.get(), folder.folder.c_str(),
                                               changes | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK);
        if (number < 0) {
            if (const int code = errno; !nothing_there(code)) watched.problems.push_back(why_not_watched(folder, code));
            continue;
        }
        // Two paths may lead to one folder.
        WatchedFolder& place = places_->folders[number];
        std::vector<WatchedName> names = std::move(place.names);
        place = folder;
        place.names.insert(place.names.end(), names.begin(), names.end());
        if (!before.contains(number) && folder.holds_files()) watched.new_files = true;
    }
    for (const auto& [number, folder] : before)
        if (!places_->folders.contains(number)) ::inotify_rm_watch(places_->notices.get(), number);
    watched.places = places_->folders.size();
    return watched;
}

std::vector<ChangeKind> SystemWatch::wait(std::optional<Wait> longest) {
    std::array<pollfd, 2> waiting = {{{places_->notices.get(), POLLIN, 0}, {places_->interruption.get(), POLLIN, 0}}};
    const auto most = static_cast<Wait::rep>(std::numeric_limits<int>::max());
    const int limit = longest ? static_cast<int>(std::min(longest->count(), most)) : -1;
    ::poll(waiting.data(), waiting.size(), limit);
    std::uint64_t interruptions = 0;
    const ssize_t read = ::read(places_->interruption.get(), &interruptions, sizeof interruptions);
    static_cast<void>(read);  // nothing there: it was not interrupted
    std::set<ChangeKind> noticed;
    places_->read_all(noticed);
    return {noticed.begin(), noticed.end()};
}

void SystemWatch::interrupt() {
    const std::uint64_t one = 1;
    const ssize_t written = ::write(places_->interruption.get(), &one, sizeof one);
    static_cast<void>(written);  // full: it is interrupted already
}

// Everybody's folders are watched, whether they are logged on or not.
void session_changed() {}

// Programs that change accounts replace these files whole, so the folder is watched.
std::vector<WatchedFolder> system_folders() {
    return {
        {"/etc",
         "/etc",
         {{"passwd", ChangeKind::accounts}, {"shadow", ChangeKind::accounts}, {"login.defs", ChangeKind::accounts}}}};
}

}  // namespace wardwatch
