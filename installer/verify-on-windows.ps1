# Looks at an installed Wardwatch on a real Windows PC: what the tests under Wine cannot show. Changes nothing, except
# with -LoosenRights. Windows PowerShell 2 and later; ASCII only: a script is read in the PC's code page.
#   powershell -ExecutionPolicy Bypass -File verify-on-windows.ps1 [-LoosenRights] [-Record FILE]
# Run as administrator. Prints PASS or FAIL per line; the exit code is the number of FAILs.
# -LoosenRights: lets Everyone read the data folder, restarts the service and looks whether that was taken back.
# -Record FILE:  also writes what this PC answers as a recorded machine (tests/machines/README.md), without names:
#                computer, domain, users and folders of users are numbered, program paths lose their users. Read it
#                before you take it away.
param([switch]$LoosenRights, [string]$Record = '')
$ErrorActionPreference = 'Stop'
$program = Join-Path $env:ProgramFiles 'Wardwatch\wardwatch.exe'
$data = Join-Path $env:ProgramData 'Wardwatch'
$serviceKey = 'HKLM:\SYSTEM\CurrentControlSet\Services\Wardwatch'
$script:failed = 0

function Check([string]$name, [scriptblock]$test) {
    $why = ''
    try { $good = [bool](& $test) } catch { $good = $false; $why = " ($($_.Exception.Message))" }
    if ($good) { Write-Output "PASS $name" } else { Write-Output "FAIL $name$why"; $script:failed++ }
}

# A setting of the service as it is and as it is to be.
function Compare-Setting([string]$name, $found, $wanted) {
    if ("$found" -eq "$wanted") { Write-Output "PASS service: $name" }
    else { Write-Output "FAIL service: $name is '$found', not '$wanted'"; $script:failed++ }
}

# True when nobody but SYSTEM and Administrators has any right.
function OnlySystem([string]$path) {
    $trusted = 'S-1-5-18', 'S-1-5-32-544'
    $others = (Get-Acl -Path $path).Access | Where-Object {
        $sid = $_.IdentityReference.Translate([Security.Principal.SecurityIdentifier]).Value
        $_.AccessControlType -eq 'Allow' -and -not ($trusted -contains $sid)
    }
    @($others).Count -eq 0
}

function Events([int]$id) {
    $wanted = @{LogName = 'Application'; ProviderName = 'Wardwatch'; Id = $id}
    @(Get-WinEvent -FilterHashtable $wanted -MaxEvents 5 -ErrorAction SilentlyContinue)
}

# A value of a registry key; nothing where there is none.
function Value([string]$key, [string]$name) {
    if (-not (Test-Path $key)) { return $null }
    (Get-Item $key).GetValue($name)
}

function Bytes([string]$name) { $bytes = Value $serviceKey $name; if ($bytes -eq $null) { @() } else { $bytes } }

$identity = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    Write-Output 'FAIL run this as administrator'
    exit 1
}
if ([IntPtr]::Size -ne 8) {
    Write-Output 'FAIL run this in the 64-bit PowerShell'
    exit 1
}

# Program and service
Check 'the program starts' { (& $program --version) -match '^wardwatch \d' }
Check 'the program is signed and the signature is valid' { (Get-AuthenticodeSignature $program).Status -eq 'Valid' }
Check 'the service runs' { (Get-Service Wardwatch).Status -eq 'Running' }

# Its settings, from the registry: what sc.exe prints is in the PC's language.
Compare-Setting 'account' (Value $serviceKey 'ObjectName') 'LocalSystem'
Compare-Setting 'command line' (Value $serviceKey 'ImagePath') "`"$program`" --data `"$data`" service run"
Compare-Setting 'start (2 = automatic)' (Value $serviceKey 'Start') 2
Compare-Setting 'delayed start' (Value $serviceKey 'DelayedAutostart') 1
Compare-Setting 'privileges' ((Value $serviceKey 'RequiredPrivileges') -join ',') 'SeChangeNotifyPrivilege'
Compare-Setting 'SID (1 = of its own)' (Value $serviceKey 'ServiceSidType') 1
Compare-Setting 'restart after an exit code, too' (Value $serviceKey 'FailureActionsOnNonCrashFailures') 1
Check 'service: description' { (Value $serviceKey 'Description') -match '^Checks passwords' }
# SERVICE_FAILURE_ACTIONS: seconds until it is forgotten, two pointers, count, pointer, then type and milliseconds each.
$actions = Bytes 'FailureActions'
$numbers = @()
for ($at = 0; $at + 4 -le $actions.Length; $at += 4) { $numbers += [BitConverter]::ToUInt32($actions, $at) }
$restart = ''
if ($numbers.Count -ge 11) { $restart = "$($numbers[0]): $($numbers[5..10] -join ' ')" }
Compare-Setting 'restart after a failure' $restart '86400: 1 60000 1 60000 1 300000'
Check 'no child process, so no console window' {
    $service = Get-WmiObject Win32_Service -Filter "Name='Wardwatch'"
    @(Get-WmiObject Win32_Process -Filter "ParentProcessId=$($service.ProcessId)" |
        Where-Object { $_.Name -ne 'msiexec.exe' }).Count -eq 0
}

# Rights
Check 'the data folder: SYSTEM and Administrators only' { OnlySystem $data }
foreach ($file in Get-ChildItem -Path $data -Force) {
    Check "$($file.Name): SYSTEM and Administrators only" { OnlySystem $file.FullName }
}
$enrolment = 'HKLM:\SOFTWARE\Wardwatch\Enrolment'
if (Test-Path $enrolment) { Check 'the waiting token: SYSTEM and Administrators only' { OnlySystem $enrolment } }
else { Write-Output 'PASS no enrolment token is left in the registry' }
if ($LoosenRights) {
    & icacls.exe $data /grant '*S-1-1-0:(OI)(CI)R' | Out-Null
    Restart-Service Wardwatch
    Start-Sleep -Seconds 5
    Check 'loosened rights were taken back' { OnlySystem $data }
    Check 'and event 7 says so' { (Events 7).Count -gt 0 }
}

# Event Log. An event whose text Windows does not find has no message, or Windows' complaint with the event's number and
# its words after it.
foreach ($id in 1, 3) {
    Check "event $id is there and readable" {
        $found = @(Events $id)
        $found.Count -gt 0 -and $found[0].Message -and $found[0].Message -notmatch "\b$id\b.*Wardwatch"
    }
}

# What the collectors see: compare with Windows Security and `net user` (docs/verification.md).
try { [Console]::OutputEncoding = [Text.Encoding]::UTF8 } catch { Write-Output 'INFO  names may be misread here' }
Add-Type -AssemblyName System.Web.Extensions
$json = New-Object System.Web.Script.Serialization.JavaScriptSerializer
$json.MaxJsonLength = 64MB
$scan = (& $program scan --json) -join "`n"
$report = $json.DeserializeObject($scan)
$known = @($report['facts'] | Where-Object { -not $_.ContainsKey('unknown') } | ForEach-Object { $_['id'] })
Check 'Security Center answers' { @($known -like 'antivirus.*').Count -gt 0 }
Check 'password ages are known' { $known -contains 'accounts.password_changed_at' }
Check 'the password policy is known' { @($known -like 'password_policy.*').Count -gt 0 }
foreach ($fact in $report['facts']) {
    if ($fact.ContainsKey('unknown')) { Write-Output "INFO  unknown: $($fact['id']) $($fact['unknown'])" }
}
$status = (& $program status --json) -join ' '
Write-Output "INFO  status: $status"

# --- -Record: what this PC answers, in the form of tests/machines/README.md, without names and secrets ---

$script:names = @{}  # what is written instead of a computer's, domain's or user's name
$ownSid = 'S-1-5-21-1111111111-2222222222-3333333333'
$domainSid = 'S-1-5-21-2000000001-2000000002-2000000003'
$entraSid = 'S-1-12-1-2000000001-2000000002-2000000003'

function Hide([string]$text) {
    foreach ($name in @($script:names.Keys | Sort-Object -Property Length -Descending)) {
        $text = [regex]::Replace($text, '(?i)(?<![\w.])' + [regex]::Escape($name) + '(?![\w])', $script:names[$name])
    }
    [regex]::Replace($text, '(?i)(\\Users\\)[^\\]+', '$1user')
}

function Json-Text([string]$text) {
    $out = New-Object Text.StringBuilder
    foreach ($c in $text.ToCharArray()) {
        if ($c -eq '"' -or $c -eq '\') { [void]$out.Append('\').Append($c) }
        elseif ([int]$c -lt 32 -or [int]$c -gt 126) { [void]$out.Append('\u' + ([int]$c).ToString('x4')) }
        else { [void]$out.Append($c) }
    }
    '"' + $out.ToString() + '"'
}

function Json($value, [string]$indent = '') {
    $more = $indent + '  '
    if ($value -is [bool]) { return $value.ToString().ToLower() }
    if ($value -is [Collections.IDictionary]) {
        $parts = @($value.Keys | Sort-Object |
            ForEach-Object { $more + (Json-Text $_) + ': ' + (Json $value[$_] $more) })
        if ($parts.Count -eq 0) { return '{}' }
        return "{`n" + ($parts -join ",`n") + "`n$indent}"
    }
    if ($value -is [Collections.IList]) {
        $parts = @($value | ForEach-Object { $more + (Json $_ $more) })
        if ($parts.Count -eq 0) { return '[]' }
        return "[`n" + ($parts -join ",`n") + "`n$indent]"
    }
    if ($value -is [string]) { return Json-Text $value }
    return ([long]$value).ToString()
}

function Instant([datetime]$time) {
    $time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", [Globalization.CultureInfo]::InvariantCulture)
}

# A part that cannot be asked is left out: to a test it is "not recorded".
function Part($machine, [string]$name, [scriptblock]$ask) {
    try { $machine[$name] = & $ask } catch { Write-Output "INFO  not recorded: $name ($($_.Exception.Message))" }
}

function Fact([string]$id) {
    foreach ($fact in $report['facts']) {
        if ($fact['id'] -eq $id -and $fact.ContainsKey('value')) { return $fact['value'] }
    }
}

# Of the program's own report: it reads the same place, and host names are checked by eye.
function Recorded-Host {
    $system = @{name = [string](Fact 'host.os_name'); version = [string](Fact 'host.os_version')}
    $build = Fact 'host.os_build'
    if ($build -ne $null) { $system['build'] = $build }
    $membership = @{kind = [string](Fact 'host.membership')}
    if (Fact 'host.membership_name') { $membership['name'] = Hide (Fact 'host.membership_name') }
    @{name = 'PC-1'; operating_system = $system; membership = $membership; time_zone = [string](Fact 'host.time_zone')}
}

function Registry-Data($data, [string]$name) {
    if ($name -eq 'SurveyDataInfo') {  # more than the days stands there
        return '{"days_left":' + [regex]::Match([string]$data, '"days_left"\s*:\s*(\d+)').Groups[1].Value + '}'
    }
    if ($data -is [byte[]]) { return @{binary = [BitConverter]::ToString($data).Replace('-', '').ToLower()} }
    if ($data -is [string[]]) { return , @($data | ForEach-Object { Hide $_ }) }
    if ($data -is [int]) { return [long][BitConverter]::ToUInt32([BitConverter]::GetBytes($data), 0) }
    if ($data -is [long]) { return $data }
    Hide ([string]$data)
}

# The values `names` of a key; '*' in the key stands for each one there. A key without any of them is still a key.
function Add-Key($keys, [string]$root, [string]$key, [string[]]$names) {
    $star = $key.IndexOf('\*')
    if ($star -ge 0) {
        $parent = $root + $key.Substring(0, $star)
        if (-not (Test-Path $parent)) { return }
        foreach ($child in @(Get-ChildItem $parent)) {
            Add-Key $keys $root ($key.Substring(0, $star + 1) + $child.PSChildName + $key.Substring($star + 2)) $names
        }
        return
    }
    if (-not (Test-Path ($root + $key))) { return }
    $values = @{}
    $item = Get-Item ($root + $key)
    foreach ($name in $names) {
        $data = $item.GetValue($name, $null, 'DoNotExpandEnvironmentNames')
        if ($data -ne $null) { $values[$name] = Registry-Data $data $name }
    }
    $written = $key
    if ($root -like '*Wow6432Node*') { $written = 'SOFTWARE\' + $key }
    $keys[$written] = $values
}

$places = @(
    @('SYSTEM\CurrentControlSet\Control\ProductOptions', 'ProductType'),
    @('SOFTWARE\Microsoft\Windows\CurrentVersion', 'ProgramFilesDir', 'ProgramFilesDir (x86)'),
    @('SOFTWARE\Clients\StartMenuInternet\*'),
    @('SOFTWARE\Microsoft\Windows Defender\Signature Updates', 'SignaturesLastUpdated'),
    @('SOFTWARE\Microsoft\Microsoft Antimalware\Signature Updates', 'SignaturesLastUpdated'),
    @('SOFTWARE\KasperskyLab\protected\*\Data', 'LicDaysTillExpiration', 'LicKeyType', 'LastSuccessfulUpdate'),
    @('SOFTWARE\ESET\ESET Security\CurrentVersion\Info', 'ScannerVersion'),
    @('SOFTWARE\BitDefender\Install', 'SurveyDataInfo'),
    @('SOFTWARE\F-Secure\Ultralight\Updates\aquarius\*', 'file_set_visible_version'),
    @('SOFTWARE\McAfee\AVEngine', 'AVDatDate'),
    @('SOFTWARE\TrendMicro\PC-cillinNTCorp\CurrentVersion\UpdateInfo', 'LastUpdate'),
    @('SOFTWARE\Sophos\EndpointDefense\Acknowledged', 'VirusDataVersion')
)
foreach ($app in 'chrome.exe', 'msedge.exe', 'brave.exe', 'firefox.exe', 'opera.exe', 'vivaldi.exe', 'browser.exe') {
    $places += , @("SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\$app", '')
}
foreach ($browser in 'Google\Chrome', 'Chromium', 'Microsoft\Edge', 'CocCoc\CocCoc', 'CocCoc', 'BraveSoftware\Brave',
    'Vivaldi', 'YandexBrowser', 'Mozilla\Firefox') {
    $places += , @("SOFTWARE\Policies\$browser", 'PasswordManagerEnabled', 'OfferToSaveLogins', 'UserDataDir',
        'RoamingProfileSupportEnabled', 'RoamingProfileLocation')
}

function Recorded-Registry {
    $native = @{}
    $wow = @{}
    foreach ($place in $places) {
        $names = @($place | Select-Object -Skip 1)
        Add-Key $native 'HKLM:\' $place[0] $names
        if ($place[0] -like 'SOFTWARE\*' -and $place[0] -notlike 'SOFTWARE\Policies\*') {
            Add-Key $wow 'HKLM:\SOFTWARE\Wow6432Node\' $place[0].Substring(9) $names
        }
    }
    @{local_machine = $native; local_machine_32 = $wow}
}

# Only the five functions that every Windows since 8 has; the last interface where Windows has it.
$wscSource = @"
using System;
using System.Runtime.InteropServices;
[ComImport, Guid("8C38232E-3A45-4A27-92B0-1A16A975F669"), InterfaceType(ComInterfaceType.InterfaceIsDual)]
public interface IWscProduct {
    [return: MarshalAs(UnmanagedType.BStr)] string get_ProductName();
    int get_ProductState();
    int get_SignatureStatus();
    [return: MarshalAs(UnmanagedType.BStr)] string get_RemediationPath();
    [return: MarshalAs(UnmanagedType.BStr)] string get_ProductStateTimestamp();
}
[ComImport, Guid("55536524-D1D1-4726-8C7C-04996A1904E7"), InterfaceType(ComInterfaceType.InterfaceIsDual)]
public interface IWscProduct3 {
    [return: MarshalAs(UnmanagedType.BStr)] string get_ProductName();
    int get_ProductState();
    int get_SignatureStatus();
    [return: MarshalAs(UnmanagedType.BStr)] string get_RemediationPath();
    [return: MarshalAs(UnmanagedType.BStr)] string get_ProductStateTimestamp();
    [return: MarshalAs(UnmanagedType.BStr)] string get_ProductGuid();
    int get_ProductIsDefault();
    int get_AntivirusScanSubstatus();
    int get_AntivirusSettingsSubstatus();
    int get_AntivirusProtectionUpdateSubstatus();
    int get_FirewallDomainProfileSubstatus();
    int get_FirewallPrivateProfileSubstatus();
    int get_FirewallPublicProfileSubstatus();
    uint get_AntivirusDaysUntilExpired();
}
[ComImport, Guid("722A338C-6E8E-4E72-AC27-1417FB0C81C2"), InterfaceType(ComInterfaceType.InterfaceIsDual)]
public interface IWSCProductList {
    void Initialize(uint provider);
    int get_Count();
    IWscProduct get_Item(uint index);
}
public static class Wsc {
    public static object[][] Antivirus() {
        IWSCProductList list = (IWSCProductList)Activator.CreateInstance(
            Type.GetTypeFromCLSID(new Guid("17072F7B-9ABE-4A74-A261-1EB76B55107A")));
        list.Initialize(4);
        object[][] all = new object[list.get_Count()][];
        for (uint i = 0; i < all.Length; ++i) {
            IWscProduct product = list.get_Item(i);
            IWscProduct3 newest = product as IWscProduct3;
            all[i] = new object[] { product.get_ProductName(), product.get_ProductState(),
                product.get_SignatureStatus(), product.get_RemediationPath(),
                newest == null ? "" : newest.get_ProductGuid(),
                newest == null ? -1L : (long)newest.get_AntivirusDaysUntilExpired() };
        }
        return all;
    }
}
"@

function Recorded-SecurityCenter {
    Add-Type -TypeDefinition $wscSource
    $states = 'on', 'off', 'snoozed', 'expired'
    $list = @()
    foreach ($row in [Wsc]::Antivirus()) {
        $product = @{name = [string]$row[0]; state = $states[$row[1]]; definitions_current = ($row[2] -eq 1)
            program = (Hide $row[3])}
        if ($row[4]) { $product['guid'] = [string]$row[4] }
        if ($row[5] -ge 0) { $product['days_until_expired'] = $row[5] }
        if ($row[4] -eq '{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}') { $product['windows_own'] = $true }
        $list += , $product
    }
    , $list
}

function Wmi-Table([string]$namespace, [string]$class, [string]$filter, [string[]]$columns) {
    $rows = @()
    if ($filter) { $found = @(Get-WmiObject -Namespace $namespace -Class $class -Filter $filter) }
    else { $found = @(Get-WmiObject -Namespace $namespace -Class $class) }
    foreach ($one in $found) {
        $row = @{}
        foreach ($column in $columns) {
            $value = $one.$column
            if ($value -is [bool]) { $row[$column] = $value }
            elseif ($value -is [string]) { $row[$column] = Hide $value }
            elseif ($value -ne $null) { $row[$column] = [long]$value }
        }
        $rows += , $row
    }
    @{namespace = $namespace; class = $class; rows = $rows}
}

# That the registered programs are there; what is in them is not recorded. All other files are absent to a test.
function Recorded-Files($machine) {
    $programs = @()
    foreach ($product in $machine['security_center']) { $programs += $product['program'] }
    foreach ($table in $machine['wmi']) {
        foreach ($row in $table['rows']) {
            $programs += $row['pathToSignedProductExe'], $row['pathToSignedReportingExe']
        }
    }
    $files = @{}
    foreach ($program in $programs) {
        $path = [Environment]::ExpandEnvironmentVariables([string]$program).Trim('"')
        if ($path -match '^[A-Za-z]:\\' -and (Test-Path $path -PathType Leaf)) { $files[$path] = @{text = ''} }
    }
    $files
}

# A class that this PC does not have is no table: to a test it is not there, either.
function Recorded-Wmi {
    $tables = @()
    $windows = "ApplicationID='55c92734-d682-4d71-983e-d6ec3f16059f' AND PartialProductKey IS NOT NULL"
    $asked = @(
        @('ROOT\CIMV2', 'SoftwareLicensingProduct', $windows, @('LicenseStatus')),
        @('ROOT\SecurityCenter2', 'AntiVirusProduct', '', @('displayName', 'instanceGuid', 'pathToSignedProductExe',
                'pathToSignedReportingExe', 'productState')),
        @('ROOT\Microsoft\Windows\Defender', 'MSFT_MpComputerStatus', '', @('AMServiceEnabled', 'AntivirusEnabled',
                'RealTimeProtectionEnabled', 'AMRunningMode', 'AMProductVersion', 'AntivirusSignatureVersion',
                'AntivirusSignatureLastUpdated', 'AntivirusSignatureAge', 'DefenderSignaturesOutOfDate',
                'IsTamperProtected'))
    )
    foreach ($each in $asked) {
        try { $tables += , (Wmi-Table $each[0] $each[1] $each[2] $each[3]) }
        catch { Write-Host "INFO  not recorded: $($each[1]) ($($_.Exception.Message))" }
    }
    , $tables
}

# Services of programs, not of Windows itself; drivers by their group.
function Recorded-Services {
    $word = { param($state) if ($state -eq 'Running') { 'running' } else { 'stopped' } }
    $services = @{}
    foreach ($one in Get-WmiObject Win32_Service) {
        $microsofts = $one.Name -match '^(WinDefend|MsMpSvc|Sense)$'
        if ($one.PathName -and ($microsofts -or $one.PathName -notmatch '(?i)\\Windows\\')) {
            $services[(Hide $one.Name)] = & $word $one.State
        }
    }
    $drivers = @{}
    foreach ($one in Get-WmiObject Win32_SystemDriver) {
        if ((Value "HKLM:\SYSTEM\CurrentControlSet\Services\$($one.Name)" 'Group') -eq 'FSFilter Anti-Virus') {
            $drivers[$one.Name] = & $word $one.State
        }
    }
    @{services = $services; antivirus_drivers = $drivers}
}

function Local-Users { @(Get-WmiObject Win32_UserAccount -Filter 'LocalAccount=True' | Sort-Object -Property SID) }

function Recorded-Accounts {
    $list = @()
    foreach ($one in Local-Users) {
        $rid = [long]($one.SID.Substring($one.SID.LastIndexOf('-') + 1))
        $user = [ADSI]"WinNT://$env:COMPUTERNAME/$($one.Name),user"
        $flags = [int]$user.UserFlags.Value
        $account = @{name = $script:names[$one.Name]; id = $rid; password_changed_at = 'never'; last_logon_at = 'never'}
        $age = [long]$user.PasswordAge.Value
        if ($age -gt 0) { $account['password_changed_at'] = Instant ((Get-Date).AddSeconds(-$age)) }
        try { if ($user.LastLogin.Value) { $account['last_logon_at'] = Instant $user.LastLogin.Value } } catch { }
        $person = $rid -eq 500 -or ($rid -eq 501 -and -not $one.Disabled) -or
            ($rid -ge 1000 -and -not $one.Name.EndsWith('$'))
        if (-not $person) { $account['human'] = $false }
        if ($one.Disabled) { $account['enabled'] = $false }
        if (($flags -band 0x40000) -ne 0) { $account['password_logon'] = $false }
        if (($flags -band 0x20) -ne 0) { $account['password_not_required'] = $true }
        if (($flags -band 0x10000) -ne 0) { $account['password_never_expires'] = $true }
        if (($flags -band 0x40) -ne 0) { $account['password_cannot_change'] = $true }
        if ([int]$user.PasswordExpired.Value -ne 0) { $account['password_expired'] = $true }
        if ($one.Lockout) { $account['locked_out'] = $true }
        $list += , $account
    }
    , $list
}

function Recorded-PasswordPolicy {
    $pc = [ADSI]"WinNT://$env:COMPUTERNAME,computer"
    $file = Join-Path $env:TEMP 'wardwatch-policy.inf'
    & secedit.exe /export /areas SECURITYPOLICY /cfg $file | Out-Null
    $written = [IO.File]::ReadAllText($file)
    Remove-Item $file
    $day = 86400
    $policy = @{minimum_length = [long]$pc.MinPasswordLength.Value; minimum_age_days = 0; maximum_age_days = 'never'
        history_length = [long]$pc.PasswordHistoryLength.Value
        lockout_threshold = [long]$pc.MaxBadPasswordsAllowed.Value; lockout_minutes = 'never'
        complexity = ($written -match 'PasswordComplexity\s*=\s*1')
        reversible_encryption = ($written -match 'ClearTextPassword\s*=\s*1')}
    $policy['minimum_age_days'] = [long][Math]::Floor([long]$pc.MinPasswordAge.Value / $day)
    $longest = [long]$pc.MaxPasswordAge.Value  # TIMEQ_FOREVER is -1 or 2^32 - 1
    if ($longest -gt 0 -and $longest -lt 4294967295) {
        $policy['maximum_age_days'] = [long][Math]::Ceiling($longest / $day)
    }
    $unlock = [long]$pc.AutoUnlockInterval.Value
    if ($unlock -ge 0 -and $unlock -lt 4294967295) {
        $policy['lockout_minutes'] = [long][Math]::Ceiling($unlock / 60)
    }
    $policy
}

function Profile-Keys {
    $all = Get-ChildItem 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList'
    @($all | Where-Object { $_.PSChildName -match '^S-1-(5-21|12-1)-[\d-]+$' } | Sort-Object -Property PSChildName)
}

# Numbers for everybody, before anything is written.
function Number-Everybody {
    $script:sids = @{}
    $script:names[$env:COMPUTERNAME] = 'PC-1'
    $script:domainUsers = @()
    $next = 1
    $builtIn = @{500 = 'Administrator'; 501 = 'Guest'; 503 = 'DefaultAccount'; 504 = 'WDAGUtilityAccount'}
    foreach ($one in Local-Users) {
        $rid = [long]($one.SID.Substring($one.SID.LastIndexOf('-') + 1))
        $name = "user$next"
        if ($builtIn.ContainsKey([int]$rid)) { $name = $builtIn[[int]$rid] } else { $next++ }
        $script:names[$one.Name] = $name
        $script:sids[$one.SID] = @{sid = "$ownSid-$rid"; folder = $name}
    }
    foreach ($key in Profile-Keys) {
        $sid = $key.PSChildName
        if (-not $script:sids.ContainsKey($sid)) {
            $prefix = $domainSid
            if ($sid -like 'S-1-12-1-*') { $prefix = $entraSid }
            $script:sids[$sid] = @{sid = "$prefix-$(1100 + $next)"; folder = "user$next"}
            $script:domainUsers += , @{sid = $script:sids[$sid].sid; unknown = 'domain controller not reachable'}
            $next++
        }
        $folder = Split-Path -Leaf $key.GetValue('ProfileImagePath')
        if (-not $script:names.ContainsKey($folder)) { $script:names[$folder] = $script:sids[$sid].folder }
    }
    $domain = [string](Fact 'host.membership_name')
    if ($domain -and $domain -ne 'WORKGROUP') { $script:names[$domain] = 'OFFICE' }
    foreach ($name in $env:USERDOMAIN, $env:USERDNSDOMAIN) {
        if ($name -and -not $script:names.ContainsKey($name)) { $script:names[$name] = 'OFFICE' }
    }
}

function Recorded-Profiles {
    $list = @()
    foreach ($key in Profile-Keys) {
        $known = $script:sids[$key.PSChildName]
        $profile = @{folder = $known.folder; sid = $known.sid}
        $high = $key.GetValue('LocalProfileLoadTimeHigh')
        $low = $key.GetValue('LocalProfileLoadTimeLow')
        if ($high -ne $null -and $low -ne $null) {
            $bytes = [BitConverter]::GetBytes([int]$low) + [BitConverter]::GetBytes([int]$high)
            $profile['last_used_at'] = Instant ([datetime]::FromFileTimeUtc([BitConverter]::ToInt64($bytes, 0)))
        }
        $list += , $profile
    }
    , $list
}

function Write-RecordedMachine([string]$file) {
    Number-Everybody
    $machine = @{now = $report['taken_at']; description = 'Recorded at a real PC: say here why it is kept.'}
    Part $machine 'host' { Recorded-Host }
    Part $machine 'registry' { Recorded-Registry }
    if ((Value 'HKLM:\SYSTEM\CurrentControlSet\Control\ProductOptions' 'ProductType') -eq 'WinNT') {
        Part $machine 'security_center' { , (Recorded-SecurityCenter) }
    }
    Part $machine 'wmi' { , (Recorded-Wmi) }
    Part $machine 'files' { Recorded-Files $machine }
    Part $machine 'services' { Recorded-Services }
    Part $machine 'accounts' { , (Recorded-Accounts) }
    Part $machine 'password_policy' { Recorded-PasswordPolicy }
    Part $machine 'user_profiles' { , (Recorded-Profiles) }
    $machine['domain_users'] = $script:domainUsers
    $path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($file)
    [IO.File]::WriteAllText($path, (Json $machine) + "`n", (New-Object Text.UTF8Encoding($false)))
}

if ($Record -ne '') {
    Write-RecordedMachine $Record
    Write-Output "INFO  recorded: $Record (read it before you take it away)"
}
exit $script:failed
