#include "collectors/windows/host.h"

namespace wardwatch {
namespace {

constexpr std::string_view version_key = "SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
constexpr std::uint32_t first_windows_11_build = 22000;

std::string text_value(const Registry& registry, std::string_view name) {
    const std::optional<RegistryData> value = registry.value(Hive::local_machine, version_key, name);
    const std::string* text = value ? std::get_if<std::string>(&*value) : nullptr;
    return text ? *text : std::string();
}

// Microsoft left ProductName at "Windows 10 …" on Windows 11; servers have their own names.
std::string product_name(const Registry& registry, std::uint32_t build) {
    constexpr std::string_view ten = "Windows 10";
    std::string name = text_value(registry, "ProductName");
    if (name.empty()) return "Windows";
    if (build >= first_windows_11_build && name.starts_with(ten)) name.replace(0, ten.size(), "Windows 11");
    return name;
}

}  // namespace

OperatingSystem describe_windows(const WindowsVersion& version, const Registry& registry) {
    std::string name = product_name(registry, version.build);
    std::string release = text_value(registry, "DisplayVersion");
    if (release.empty()) release = version.service_pack;
    if (!release.empty()) name += " " + release;

    std::string number =
        std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.build);
    const std::optional<RegistryData> revision = registry.value(Hive::local_machine, version_key, "UBR");
    if (const std::uint64_t* digits = revision ? std::get_if<std::uint64_t>(&*revision) : nullptr) {
        number += "." + std::to_string(*digits);
    }
    return {name, number, static_cast<int>(version.build)};
}

}  // namespace wardwatch
