// The vendors' table. Sources: the inventories of GLPI agent (Win32/AntiVirus.pm) and osquery, and the vendors' own
// pages; nothing here was measured on a PC with the product. "Hearsay" marks what no source of that kind confirms.

#include "collectors/antivirus/vendors.h"

#include <algorithm>
#include <string>

#include "collectors/core/ascii.h"

namespace wardwatch {
namespace {

bool is_word_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool has_word(const std::string& text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        if (at == 0 || !is_word_character(text[at - 1])) return true;
    }
    return false;
}

VendorPlace in_registry(std::string_view key, std::string_view value, DateForm form, Locator locator = Locator::whole,
                        std::string_view name = {}, std::string_view guard = {}) {
    return {Medium::registry, key, value, {}, {}, locator, name, form, guard};
}

struct FolderPlace {
    std::string_view key, value, folder;
};

VendorPlace in_file(const FolderPlace& folder, std::string_view file, Locator locator, std::string_view name,
                    DateForm form) {
    return {Medium::file, folder.key, folder.value, file, folder.folder, locator, name, form, {}};
}

// Microsoft's products count ticks since 1601 in eight bytes.
constexpr std::string_view defender_updates = "SOFTWARE\\Microsoft\\Windows Defender\\Signature Updates";
constexpr std::string_view antimalware_updates = "SOFTWARE\\Microsoft\\Microsoft Antimalware\\Signature Updates";

AntivirusVendor defender() {
    return {"Microsoft Defender Antivirus",
            {"microsoft defender", "windows defender"},
            {"WinDefend"},
            {"WdFilter"},
            {},
            {in_registry(defender_updates, "SignaturesLastUpdated", DateForm::filetime_ticks)}};
}

AntivirusVendor security_essentials() {
    return {"Microsoft Security Essentials",
            {"microsoft security essentials", "system center endpoint protection", "forefront"},
            {"MsMpSvc"},
            {"MpFilter"},
            {},
            {in_registry(antimalware_updates, "SignaturesLastUpdated", DateForm::filetime_ticks)}};
}

AntivirusVendor kaspersky() {
    constexpr std::string_view data = "SOFTWARE\\KasperskyLab\\protected\\*\\Data";
    return {"Kaspersky",
            {"kaspersky"},
            {"AVP*", "KAVFS"},
            {"klif*", "kl*"},
            {in_registry(data, "LicDaysTillExpiration", DateForm::days_left, Locator::whole, {}, "LicKeyType")},
            {in_registry(data, "LastSuccessfulUpdate", DateForm::unix_seconds)}};
}

AntivirusVendor eset() {
    constexpr std::string_view info = "SOFTWARE\\ESET\\ESET Security\\CurrentVersion\\Info";
    const auto attribute = [&](std::string_view name) {
        return in_file({info, "AppDataDir", {}}, "License\\license.lf", Locator::attribute, name, DateForm::iso);
    };
    return {"ESET",
            {"eset"},
            {"ekrn"},
            {"eamonm", "eamon*"},
            {attribute("ESET/PRODUCT_LICENSE_FILE/LICENSE/ACTIVE_PRODUCT@EXPIRATION_DATE")},
            {in_registry(info, "ScannerVersion", DateForm::day, Locator::brackets)},
            true,
            attribute("ESET/PRODUCT_LICENSE_FILE/LICENSE/ACTIVE_PRODUCT@LICENSE_STATUS")};
}

// GravityZone's agent keeps no licence date on the PC, by the vendor's own statement.
AntivirusVendor gravity_zone() {
    return {"Bitdefender GravityZone",
            {"bitdefender endpoint"},
            {"EPSecurityService"},
            {"atc", "trufos", "gzflt"},
            {},
            {in_file({"SOFTWARE\\BitDefender\\Endpoint Security\\*\\Install", "InstallPath",
                      "%ProgramFiles%\\Bitdefender\\Endpoint Security"},
                     "update_statistics.xml", Locator::attribute, "UpdateStatistics/Antivirus/Update@succtime",
                     DateForm::unix_seconds)}};
}

AntivirusVendor bitdefender() {
    return {"Bitdefender",
            {"bitdefender"},
            {"VSSERV"},
            {"atc", "trufos", "avc3"},
            {in_registry("SOFTWARE\\BitDefender\\Install", "SurveyDataInfo", DateForm::days_left, Locator::json,
                         "days_left")},
            {in_file({"SOFTWARE\\BitDefender", "Bitdefender Scan Server", {}}, "Antivirus_*_*\\Plugins\\update.txt",
                     Locator::label, "Update time GMT:", DateForm::unix_seconds)}};
}

// VdfVersion, which Avira keeps too, is a version and no date. Newer editions have other services.
AntivirusVendor avira() {
    return {"Avira",
            {"avira"},
            {"AntiVirService", "AntivirProtectedService", "EndpointProtectionService*"},
            {"avgntflt"},
            {{Medium::wmi,
              "ROOT\\CIMV2\\Applications\\Avira_AntiVir",
              "License_Info",
              "License_Expiration",
              {},
              Locator::whole,
              {},
              DateForm::wmi_or_dotted,
              {}}}};
}

AntivirusVendor f_secure() {
    return {"F-Secure",
            {"f-secure", "withsecure"},
            {"fshoster*", "fsulhoster*"},
            {"fsgk", "fsatp", "fshs"},
            {in_file({"SOFTWARE\\F-Secure\\CCF\\DLLHoster\\100\\Plugins\\CosmosService", "DataPath", {}},
                     "safe.S-1-5-18.local.cosmos", Locator::json,
                     "local/windows/secl/subscription/license_table/*appid=2/expiry_date", DateForm::unix_seconds)},
            {in_registry("SOFTWARE\\F-Secure\\Ultralight\\Updates\\aquarius\\*", "file_set_visible_version",
                         DateForm::day)}};
}

// AVDatDate stands beside AVDatVersion, which is no date.
AntivirusVendor trellix() {
    return {"Trellix",
            {"trellix", "mcafee"},
            {"masvc", "mfemms", "mfetp", "mfevtp"},
            {"mfehidk", "mfeavfk", "mfeaack"},
            {},
            {in_registry("SOFTWARE\\McAfee\\AVEngine", "AVDatDate", DateForm::day)}};
}

AntivirusVendor symantec() {
    constexpr std::string_view map =
        "SOFTWARE\\Norton\\{0C55C096-0F1D-4F28-AAA2-85EF591126E7}\\Common Client\\PathExpansionMap";
    constexpr FolderPlace folder{map, "DATADIR",
                                 "%ProgramData%\\Symantec\\Symantec Endpoint Protection\\CurrentVersion\\Data"};
    return {"Symantec",
            {"symantec", "norton"},
            {"SepMasterService", "Norton*", "N360"},
            {"SRTSP*", "BHDrv*"},
            {},
            {in_file(folder, "Definitions\\SDSDefs\\definfo.dat", Locator::label, "CurDefs=", DateForm::day),
             in_file(folder, "Definitions\\VirusDefs\\definfo.dat", Locator::label, "CurDefs=", DateForm::day)}};
}

AntivirusVendor trend_micro() {
    constexpr std::string_view current = "SOFTWARE\\TrendMicro\\PC-cillinNTCorp\\CurrentVersion";
    return {"Trend Micro",
            {"trend micro", "apex one", "officescan", "worry-free"},
            {"ntrtscan", "ds_agent", "Amsp"},
            {"TmPreFilter", "TmXPFlt", "tmeyes", "TMEBC*", "tmevtmgr"},
            {},
            {in_registry("SOFTWARE\\TrendMicro\\PC-cillinNTCorp\\CurrentVersion\\UpdateInfo", "LastUpdate",
                         DateForm::unix_or_day),
             in_file({current, "Application Path", {}}, "ofcscan.ini", Locator::label,
                     "Pattern_Last_Update=", DateForm::day)}};
}

AntivirusVendor sophos() {
    return {"Sophos",
            {"sophos"},
            {"Sophos Endpoint Defense Service", "SAVService"},
            {"SAVOnAccess", "SophosED", "Sophos Endpoint Defense"},
            {},
            {in_registry("SOFTWARE\\Sophos\\EndpointDefense\\Acknowledged", "VirusDataVersion", DateForm::day)}};
}

AntivirusVendor avast() {
    return {"Avast",
            {"avast"},
            {"avast! Antivirus"},
            {"asw*"},
            {},
            {in_file({{}, {}, "%ProgramFiles%\\Avast Software\\Avast"}, "defs\\aswdefs.ini", Locator::label,
                     "Latest=", DateForm::short_hour)}};
}

AntivirusVendor avg() {
    return {"AVG",
            {"avg"},
            {"AVG Antivirus"},
            {"avg*"},
            {},
            {in_file({{}, {}, "%ProgramFiles%\\AVG\\Antivirus"}, "defs\\aswdefs.ini", Locator::label,
                     "Latest=", DateForm::short_hour)}};
}

/// Nothing public but the name of a service; a licence date may come from Security Center.
AntivirusVendor service_only(std::string_view title, std::vector<std::string_view> names, std::string_view service,
                             std::vector<std::string_view> drivers, bool certain) {
    return {title, std::move(names), {service}, std::move(drivers), {}, {}, certain};
}

std::vector<AntivirusVendor> make_vendors() {
    return {defender(),
            security_essentials(),
            kaspersky(),
            eset(),
            gravity_zone(),
            bitdefender(),
            avira(),
            f_secure(),
            trellix(),
            symantec(),
            trend_micro(),
            sophos(),
            avast(),
            avg(),
            service_only("SentinelOne", {"sentinelone", "sentinel agent"}, "SentinelAgent", {"SentinelMonitor"}, true),
            service_only("CrowdStrike Falcon", {"crowdstrike"}, "CSFalconService", {"CSAgent"}, true),
            service_only("Cortex XDR", {"cortex xdr"}, "cyserver", {"tedrdrv", "cyvrfsfd"}, true),
            service_only("Bkav", {"bkav"}, "BkavService*", {}, false),  // hearsay
            service_only("CMC", {"cmc"}, "CMC*", {}, false)};           // hearsay
}

}  // namespace

std::span<const AntivirusVendor> antivirus_vendors() {
    static const std::vector<AntivirusVendor> vendors = make_vendors();
    return vendors;
}

const AntivirusVendor& defender_vendor() { return antivirus_vendors().front(); }

const AntivirusVendor* vendor_of(std::string_view product_name) {
    const std::string name = ascii_lower(product_name);
    for (const AntivirusVendor& vendor : antivirus_vendors()) {
        if (std::any_of(vendor.names.begin(), vendor.names.end(),
                        [&](std::string_view word) { return has_word(name, word); })) {
            return &vendor;
        }
    }
    return nullptr;
}

bool matches_any(std::span<const std::string_view> patterns, std::string_view name) {
    const std::string lower = ascii_lower(name);
    return std::any_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
        const std::string wanted = ascii_lower(pattern);
        if (!wanted.ends_with('*')) return lower == wanted;
        return lower.starts_with(std::string_view(wanted).substr(0, wanted.size() - 1));
    });
}

}  // namespace wardwatch
