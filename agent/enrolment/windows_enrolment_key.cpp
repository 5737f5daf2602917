// The installer's token: a registry key that only SYSTEM and administrators may read.
#include "agent/enrolment/enrolment_key.h"
#include "agent/system/windows_error.h"
#include "agent/system/windows_rights.h"

namespace wardwatch {
namespace {

constexpr wchar_t settings_key[] = L"SOFTWARE\\Wardwatch";
constexpr wchar_t enrolment_key[] = L"SOFTWARE\\Wardwatch\\Enrolment";
constexpr wchar_t enrolment_key_name[] = L"MACHINE\\SOFTWARE\\Wardwatch\\Enrolment";

struct RegistryKeyTraits {
    static HKEY none() { return nullptr; }
    static void release(HKEY key) noexcept { RegCloseKey(key); }
};
using UniqueRegistryKey = UniqueResource<HKEY, RegistryKeyTraits>;

std::string read_text(const wchar_t* key, const wchar_t* name) {
    wchar_t text[1024];
    DWORD size = sizeof text;
    const LONG error = RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, nullptr, text, &size);
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) return {};
    if (error != ERROR_SUCCESS)
        throw failed_call("reading the registry value " + utf8(key) + "\\" + utf8(name), static_cast<DWORD>(error));
    std::string read = utf8(std::wstring_view(text));
    SecureZeroMemory(text, sizeof text);
    return read;
}

}  // namespace

std::optional<EnrolmentOrder> read_enrolment_order() {
    EnrolmentOrder order;
    order.token = read_text(enrolment_key, L"Token");
    if (order.token.empty()) return std::nullopt;
    order.collector_url = read_text(settings_key, L"CollectorUrl");
    order.ca_sha256 = read_text(settings_key, L"CaSha256");
    return order;
}

void keep_enrolment_token(const std::string& token) {
    const UniqueLocalMemory descriptor = private_descriptor(SE_REGISTRY_KEY);
    SECURITY_ATTRIBUTES attributes{sizeof attributes, descriptor.get(), FALSE};
    UniqueRegistryKey key;
    LONG error = RegCreateKeyExW(HKEY_LOCAL_MACHINE, enrolment_key, 0, nullptr, REG_OPTION_NON_VOLATILE, KEY_SET_VALUE,
                                 &attributes, key.receive(), nullptr);
    if (error != ERROR_SUCCESS) throw failed_call("making the registry key Enrolment", static_cast<DWORD>(error));
    // It may have been there before; and Wine makes it without what the attributes say.
    if (rights_are_loose(enrolment_key_name, SE_REGISTRY_KEY)) restore_rights(enrolment_key_name, SE_REGISTRY_KEY);
    const std::wstring text = utf16(token);
    error =
        RegSetValueExW(key.get(), L"Token", 0, REG_SZ, static_cast<const BYTE*>(static_cast<const void*>(text.c_str())),
                       static_cast<DWORD>((text.size() + 1) * sizeof(wchar_t)));
    if (error != ERROR_SUCCESS) throw failed_call("storing the enrolment token", static_cast<DWORD>(error));
}

void forget_enrolment_token() {
    const LONG error = RegDeleteKeyExW(HKEY_LOCAL_MACHINE, enrolment_key, KEY_WOW64_64KEY, 0);
    if (error != ERROR_SUCCESS && error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND)
        throw failed_call("erasing the enrolment token", static_cast<DWORD>(error));
}

bool repair_enrolment_key() {
    UniqueRegistryKey key;
    const LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, enrolment_key, 0, READ_CONTROL, key.receive());
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) return false;
    if (!rights_are_loose(enrolment_key_name, SE_REGISTRY_KEY)) return false;
    restore_rights(enrolment_key_name, SE_REGISTRY_KEY);
    return true;
}

}  // namespace wardwatch
