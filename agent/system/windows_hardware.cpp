// Firmware's table, the system volume's disk, and MachineGuid; all without WMI, which may hang.
#include <windows.h>
// After windows.h:
#include <winioctl.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "agent/system/hardware.h"
#include "agent/system/windows_error.h"
#include "collectors/windows/handle.h"

namespace wardwatch {

namespace {

std::string firmware_uuid() {
    constexpr DWORD provider = 0x52534D42;  // 'RSMB'
    constexpr std::size_t raw_header = 8;   // RawSMBIOSData: versions, and the length of what follows
    const UINT size = GetSystemFirmwareTable(provider, 0, nullptr, 0);
    if (size <= raw_header || size > (1u << 20)) return "";
    std::string table(size, '\0');
    if (GetSystemFirmwareTable(provider, 0, table.data(), size) != size) return "";
    return smbios_uuid(std::string_view{table}.substr(raw_header));
}

std::string disk_serial() {
    std::array<wchar_t, MAX_PATH> windows{};
    if (GetWindowsDirectoryW(windows.data(), static_cast<UINT>(windows.size())) == 0) return "";
    const std::wstring volume = L"\\\\.\\" + std::wstring{windows[0]} + L":";
    // No right is needed to ask what it is.
    const UniqueFileHandle disk(
        CreateFileW(volume.c_str(), 0, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr));
    if (!disk) return "";
    STORAGE_PROPERTY_QUERY query{};
    query.PropertyId = StorageDeviceProperty;
    query.QueryType = PropertyStandardQuery;
    std::vector<char> answer(4096);
    DWORD size = 0;
    if (!DeviceIoControl(disk.get(), IOCTL_STORAGE_QUERY_PROPERTY, &query, sizeof query, answer.data(),
                         static_cast<DWORD>(answer.size()), &size, nullptr) ||
        size < sizeof(STORAGE_DEVICE_DESCRIPTOR))
        return "";
    STORAGE_DEVICE_DESCRIPTOR descriptor{};
    std::memcpy(&descriptor, answer.data(), sizeof descriptor);
    const DWORD at = descriptor.SerialNumberOffset;
    if (at == 0 || at >= size) return "";
    return {answer.data() + at, strnlen(answer.data() + at, size - at)};
}

std::string machine_guid() {
    std::array<wchar_t, 100> text{};
    DWORD size = sizeof text;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Cryptography", L"MachineGuid", RRF_RT_REG_SZ, nullptr,
                     text.data(), &size) != ERROR_SUCCESS)
        return "";
    return utf8(std::wstring_view{text.data()});
}

}  // namespace

HardwareTexts read_hardware() { return {firmware_uuid(), disk_serial(), machine_guid()}; }

}  // namespace wardwatch
