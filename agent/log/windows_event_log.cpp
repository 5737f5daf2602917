// Events by ReportEvent; their texts are in the program's own resources.
#include "agent/log/event_log.h"
#include "agent/system/windows_error.h"
#include "collectors/core/unique_resource.h"
#include "event_messages.h"

namespace wardwatch {
namespace {

struct EventSourceTraits {
    static HANDLE none() { return nullptr; }
    static void release(HANDLE source) noexcept { DeregisterEventSource(source); }
};
using UniqueEventSource = UniqueResource<HANDLE, EventSourceTraits>;

struct Message {
    WORD type;
    DWORD id;
};

Message message_of(Event event) {
    switch (event) {
        case Event::started:
            return {EVENTLOG_INFORMATION_TYPE, WARDWATCH_EVENT_STARTED};
        case Event::stopped:
            return {EVENTLOG_INFORMATION_TYPE, WARDWATCH_EVENT_STOPPED};
        case Event::scanned:
            return {EVENTLOG_INFORMATION_TYPE, WARDWATCH_EVENT_SCANNED};
        case Event::enrolled:
            return {EVENTLOG_INFORMATION_TYPE, WARDWATCH_EVENT_ENROLLED};
        case Event::certificate_renewed:
            return {EVENTLOG_INFORMATION_TYPE, WARDWATCH_EVENT_CERTIFICATE_RENEWED};
        case Event::centre_unreachable:
            return {EVENTLOG_WARNING_TYPE, WARDWATCH_EVENT_CENTRE_UNREACHABLE};
        case Event::rights_repaired:
            return {EVENTLOG_WARNING_TYPE, WARDWATCH_EVENT_RIGHTS_REPAIRED};
        case Event::token_refused:
            return {EVENTLOG_ERROR_TYPE, WARDWATCH_EVENT_TOKEN_REFUSED};
        case Event::error:
            break;
    }
    return {EVENTLOG_ERROR_TYPE, WARDWATCH_EVENT_ERROR};
}

}  // namespace

void write_event(Event event, const std::vector<std::string>& texts) noexcept {
    try {
        const UniqueEventSource source(RegisterEventSourceW(nullptr, L"Wardwatch"));
        if (!source) return;
        constexpr std::size_t longest = 8000;  // Windows refuses an event with a text of 32,000 characters or more
        std::vector<std::wstring> wide;
        std::vector<const wchar_t*> pointers;
        wide.reserve(texts.size());
        pointers.reserve(texts.size());
        for (const std::string& text : texts) wide.push_back(utf16(text).substr(0, longest));
        for (const std::wstring& text : wide) pointers.push_back(text.c_str());
        const Message message = message_of(event);
        ReportEventW(source.get(), message.type, 0, message.id, nullptr, static_cast<WORD>(pointers.size()), 0,
                     pointers.data(), nullptr);
    } catch (const std::exception&) {  // out of memory: the event is lost
    }
}

}  // namespace wardwatch
