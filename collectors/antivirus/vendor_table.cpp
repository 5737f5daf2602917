// The vendors' table. Sources: the inventories of GLPI agent (Win32/AntiVirus.pm) and osquery, NetExec's list of
// services and what each of them is for (enum_av.py), Microsoft's list of drivers, and the vendors' own pages; nothing
// here was measured on a PC with the product. What no source of that kind confirms is an unproven service.

#include "collectors/antivirus/vendors.h"

namespace wardwatch {
namespace {

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
    return {.title = "Microsoft Defender Antivirus",
            .names = {"microsoft defender", "windows defender"},
            .services = {"WinDefend"},
            .companies = {"microsoft"},
            .definitions = {in_registry(defender_updates, "SignaturesLastUpdated", DateForm::filetime_ticks)}};
}

AntivirusVendor security_essentials() {
    return {.title = "Microsoft Security Essentials",
            .names = {"microsoft security essentials", "system center endpoint protection", "forefront"},
            .services = {"MsMpSvc"},
            .companies = {"microsoft"},
            .definitions = {in_registry(antimalware_updates, "SignaturesLastUpdated", DateForm::filetime_ticks)}};
}

// "AVP.KES.21.15", "AVP21.3"; avpsus, which begins so too, only fetches updates.
AntivirusVendor kaspersky() {
    constexpr std::string_view data = "SOFTWARE\\KasperskyLab\\protected\\*\\Data";
    return {
        .title = "Kaspersky",
        .names = {"kaspersky"},
        .services = {"AVP", "AVP.*", "AVP1*", "AVP2*", "KAVFS"},
        .companies = {"kaspersky*"},
        .drivers = {"kl*"},
        .licence = {in_registry(data, "LicDaysTillExpiration", DateForm::days_left, Locator::whole, {}, "LicKeyType")},
        .definitions = {in_registry(data, "LastSuccessfulUpdate", DateForm::unix_seconds)}};
}

AntivirusVendor eset() {
    constexpr std::string_view info = "SOFTWARE\\ESET\\ESET Security\\CurrentVersion\\Info";
    const auto attribute = [&](std::string_view name) {
        return in_file({info, "AppDataDir", {}}, "License\\license.lf", Locator::attribute, name, DateForm::iso);
    };
    return {.title = "ESET",
            .names = {"eset"},
            .services = {"ekrn"},
            .companies = {"eset*"},
            .drivers = {"eamon*"},
            .licence = {attribute("ESET/PRODUCT_LICENSE_FILE/LICENSE/ACTIVE_PRODUCT@EXPIRATION_DATE")},
            .definitions = {in_registry(info, "ScannerVersion", DateForm::day, Locator::brackets)},
            .licence_status = attribute("ESET/PRODUCT_LICENSE_FILE/LICENSE/ACTIVE_PRODUCT@LICENSE_STATUS")};
}

// GravityZone's agent keeps no licence date on the PC, by the vendor's own statement.
AntivirusVendor gravity_zone() {
    return {.title = "Bitdefender GravityZone",
            .names = {"bitdefender endpoint", "bitdefender gravityzone", "endpoint security by bitdefender"},
            .services = {"EPProtectedService"},
            .older_services = {"EPSecurityService"},
            .companies = {"bitdefender*", "softwin"},
            .definitions = {in_file({"SOFTWARE\\BitDefender\\Endpoint Security\\*\\Install", "InstallPath",
                                     "%ProgramFiles%\\Bitdefender\\Endpoint Security"},
                                    "update_statistics.xml", Locator::attribute,
                                    "UpdateStatistics/Antivirus/Update@succtime", DateForm::unix_seconds)}};
}

AntivirusVendor bitdefender() {
    return {.title = "Bitdefender",
            .names = {"bitdefender"},
            .services = {"VSSERV"},
            .companies = {"bitdefender*", "softwin"},
            .licence = {in_registry("SOFTWARE\\BitDefender\\Install", "SurveyDataInfo", DateForm::days_left,
                                    Locator::json, "days_left")},
            .definitions = {in_file({"SOFTWARE\\BitDefender", "Bitdefender Scan Server", {}},
                                    "Antivirus_*_*\\Plugins\\update.txt", Locator::label,
                                    "Update time GMT:", DateForm::unix_seconds)}};
}

// VdfVersion, which Avira keeps too, is a version and no date. Newer editions have other services.
AntivirusVendor avira() {
    return {.title = "Avira",
            .names = {"avira"},
            .services = {"AntiVirService", "AntivirProtectedService", "EndpointProtectionService*"},
            .companies = {"avira*"},
            .licence = {{Medium::wmi,
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
    return {.title = "F-Secure",
            .names = {"f-secure", "withsecure"},
            .services = {"fshoster*", "fsulhoster*"},
            .companies = {"f-secure"},
            .drivers = {"fsatp", "fshs"},
            .licence = {in_file({"SOFTWARE\\F-Secure\\CCF\\DLLHoster\\100\\Plugins\\CosmosService", "DataPath", {}},
                                "safe.S-1-5-18.local.cosmos", Locator::json,
                                "local/windows/secl/subscription/license_table/*appid=2/expiry_date",
                                DateForm::unix_seconds)},
            .definitions = {in_registry("SOFTWARE\\F-Secure\\Ultralight\\Updates\\aquarius\\*",
                                        "file_set_visible_version", DateForm::day)}};
}

// AVDatDate stands beside AVDatVersion, which is no date. mfemms and what it controls are there for the firewall, too.
AntivirusVendor trellix() {
    return {.title = "Trellix",
            .names = {"trellix", "mcafee"},
            .services = {"mfetp", "McShield"},
            .unproven_services = {"mfemms", "mfevtp", "mfeesp"},
            .companies = {"mcafee*"},
            .drivers = {"mfeavfk", "mfeaack"},
            .definitions = {in_registry("SOFTWARE\\McAfee\\AVEngine", "AVDatDate", DateForm::day)}};
}

AntivirusVendor symantec() {
    constexpr std::string_view map =
        "SOFTWARE\\Norton\\{0C55C096-0F1D-4F28-AAA2-85EF591126E7}\\Common Client\\PathExpansionMap";
    constexpr FolderPlace folder{map, "DATADIR",
                                 "%ProgramData%\\Symantec\\Symantec Endpoint Protection\\CurrentVersion\\Data"};
    return {.title = "Symantec",
            .names = {"symantec", "norton"},
            .services = {"SepMasterService", "NortonSecurity", "Norton Security", "Norton Antivirus", "N360"},
            .unproven_services = {"Norton*"},
            .companies = {"symantec", "nortonlifelock*"},
            .drivers = {"SRTSP*", "BHDrv*"},
            .definitions = {
                in_file(folder, "Definitions\\SDSDefs\\definfo.dat", Locator::label, "CurDefs=", DateForm::day),
                in_file(folder, "Definitions\\VirusDefs\\definfo.dat", Locator::label, "CurDefs=", DateForm::day)}};
}

AntivirusVendor trend_micro() {
    constexpr std::string_view current = "SOFTWARE\\TrendMicro\\PC-cillinNTCorp\\CurrentVersion";
    return {.title = "Trend Micro",
            .names = {"trend micro", "apex one", "officescan", "worry-free"},
            .services = {"ntrtscan", "Amsp"},
            .companies = {"trend", "trend micro*"},
            .drivers = {"TmPreFilter", "TmXPFlt", "TMEBC*"},
            .definitions = {in_registry("SOFTWARE\\TrendMicro\\PC-cillinNTCorp\\CurrentVersion\\UpdateInfo",
                                        "LastUpdate", DateForm::unix_or_day),
                            in_file({current, "Application Path", {}}, "ofcscan.ini", Locator::label,
                                    "Pattern_Last_Update=", DateForm::day)}};
}

AntivirusVendor sophos() {
    return {.title = "Sophos",
            .names = {"sophos"},
            .services = {"Sophos Endpoint Defense Service", "SAVService"},
            .companies = {"sophos"},
            .drivers = {"Sophos Endpoint Defense"},
            .definitions = {
                in_registry("SOFTWARE\\Sophos\\EndpointDefense\\Acknowledged", "VirusDataVersion", DateForm::day)}};
}

AntivirusVendor avast() {
    return {.title = "Avast",
            .names = {"avast"},
            .services = {"avast! Antivirus"},
            .companies = {"alwil"},
            .drivers = {"asw*"},
            .definitions = {in_file({{}, {}, "%ProgramFiles%\\Avast Software\\Avast"}, "defs\\aswdefs.ini",
                                    Locator::label, "Latest=", DateForm::short_hour)}};
}

AntivirusVendor avg() {
    return {.title = "AVG",
            .names = {"avg "},
            .services = {"AVG Antivirus"},
            .companies = {"avg *"},
            .drivers = {"avg*"},
            .definitions = {in_file({{}, {}, "%ProgramFiles%\\AVG\\Antivirus"}, "defs\\aswdefs.ini", Locator::label,
                                    "Latest=", DateForm::short_hour)}};
}

using Words = std::vector<std::string_view>;

/// The services that scan are known, and nothing else; a licence date may come from Security Center.
AntivirusVendor by_service(std::string_view title, Words names, Words services, Words companies, Words drivers = {}) {
    return {.title = title,
            .names = std::move(names),
            .services = std::move(services),
            .companies = std::move(companies),
            .drivers = std::move(drivers)};
}

/// Nobody says for certain which of its services scans.
AntivirusVendor unproven(std::string_view title, Words names, Words services, Words companies) {
    return {.title = title,
            .names = std::move(names),
            .unproven_services = std::move(services),
            .companies = std::move(companies)};
}

}  // namespace

// More specific names stand before less specific ones: "Norton 360" is none of 360.
std::span<const AntivirusVendor> antivirus_vendors() {
    static const std::vector<AntivirusVendor> vendors = {
        defender(),
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
        by_service("SentinelOne", {"sentinelone", "sentinel agent"}, {"SentinelAgent"}, {"sentinelone*"}),
        by_service("CrowdStrike Falcon", {"crowdstrike"}, {"CSFalconService"}, {"crowdstrike*"}),
        by_service("Cortex XDR", {"cortex xdr"}, {"cyserver", "CyveraService"}, {"palo alto*"}, {"tedrdrv"}),
        unproven("Bkav", {"bkav"}, {"BkavService*"}, {"bkav*"}),
        unproven("CMC", {"cmc"}, {"CMC*"}, {"cmc cyber*"}),
        unproven("Panda", {"panda", "watchguard"}, {"NanoServiceMain", "PSUAService"}, {"panda*"}),
        unproven("Cybereason", {"cybereason"}, {"Cybereason*"}, {}),
        unproven("Carbon Black", {"carbon black", "cb defense"}, {"CbDefense*", "CarbonBlack*", "Parity"}, {"bit9*"}),
        unproven("Cylance", {"cylance"}, {"CylanceSvc"}, {}),
        unproven("Elastic", {"elastic"}, {"ElasticEndpoint"}, {}),
        unproven("FireEye", {"fireeye"}, {"xagt"}, {}),
        unproven("Check Point", {"check point", "zonealarm", "harmony endpoint"}, {}, {}),
        unproven("Acronis", {"acronis"}, {"AcronisActiveProtectionService"}, {}),
        unproven("Cisco Secure Endpoint", {"cisco", "immunet"}, {"CiscoAMP*", "CiscoSecureEndpoint*"}, {"cisco*"}),
        unproven("Fortinet", {"forticlient", "fortinet", "fortiedr"}, {}, {"fortinet*"}),
        unproven("Malwarebytes", {"malwarebytes"}, {"MBAMService"}, {"malwarebytes*"}),
        unproven("Webroot", {"webroot"}, {"WRSVC", "WRCoreService"}, {"webroot*"}),
        unproven("Comodo", {"comodo", "xcitium"}, {"cmdAgent"}, {"comodo*"}),
        unproven("Dr.Web", {"dr.web"}, {"DrWeb*", "dwengine*"}, {"doctor web*"}),
        unproven("G DATA", {"g data"}, {"AVKWCtl", "AVKProxy", "GDScan"}, {"g data*"}),
        unproven("K7", {"k7"}, {"K7*"}, {"k7 *"}),
        unproven("Quick Heal", {"quick heal", "seqrite"}, {}, {"quick heal*"}),
        unproven("AhnLab", {"ahnlab", "v3 "}, {"V3 Service"}, {"ahnlab*"}),
        unproven("360", {"360", "qihoo"}, {"ZhuDongFangYu", "360rp", "QHActiveDefense"}, {"qihoo*", "360 *"}),
        unproven("Rising", {"rising", "瑞星"}, {"RsMgrSvc", "RsRavMon"}, {"beijing rising*"}),
        unproven("Huorong", {"huorong", "火绒"}, {"HipsDaemon"}, {"huorong*"}),
        unproven("Tencent", {"tencent", "腾讯"}, {"QQPCRTP"}, {"tencent", "shenzhen tencent*"}),
        unproven("Kingsoft", {"kingsoft", "金山"}, {"kxescore"}, {"kingsoft", "beijing kingsoft"})};
    return vendors;
}

}  // namespace wardwatch
