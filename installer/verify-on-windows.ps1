# Looks at an installed Wardwatch on a real Windows PC: what the tests under Wine cannot show. Changes nothing, except
# with -LoosenRights.
#   powershell -ExecutionPolicy Bypass -File verify-on-windows.ps1 [-LoosenRights]
# Run as administrator. Prints PASS or FAIL per line; the exit code is the number of FAILs.
# -LoosenRights: lets Everyone read the data folder, restarts the service and looks whether that was taken back.
param([switch]$LoosenRights)
$ErrorActionPreference = 'Stop'
$program = Join-Path $env:ProgramFiles 'Wardwatch\wardwatch.exe'
$data = Join-Path $env:ProgramData 'Wardwatch'
$script:failed = 0

function Check([string]$name, [scriptblock]$test) {
    $why = ''
    try { $good = [bool](& $test) } catch { $good = $false; $why = " ($($_.Exception.Message))" }
    if ($good) { Write-Output "PASS $name" } else { Write-Output "FAIL $name$why"; $script:failed++ }
}

# True when nobody but SYSTEM and Administrators has any right.
function OnlySystem([string]$path) {
    $others = (Get-Acl -LiteralPath $path).Access | Where-Object {
        $sid = $_.IdentityReference.Translate([Security.Principal.SecurityIdentifier]).Value
        $_.AccessControlType -eq 'Allow' -and $sid -notin 'S-1-5-18', 'S-1-5-32-544'
    }
    @($others).Count -eq 0
}

function Events([int]$id) {
    $wanted = @{LogName = 'Application'; ProviderName = 'Wardwatch'; Id = $id}
    @(Get-WinEvent -FilterHashtable $wanted -MaxEvents 5 -ErrorAction SilentlyContinue)
}

$identity = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    Write-Output 'FAIL run this as administrator'
    exit 1
}

# Program and service
Check 'the program starts' { (& $program --version) -match '^wardwatch \d' }
Check 'the program is signed and the signature is valid' { (Get-AuthenticodeSignature $program).Status -eq 'Valid' }
Check 'the service runs' { (Get-Service Wardwatch).Status -eq 'Running' }
$config = (& sc.exe qc Wardwatch 4096) -join "`n"
Check 'the service runs as LocalSystem' { $config -match 'SERVICE_START_NAME\s*:\s*LocalSystem' }
Check 'its path is quoted' { $config -match 'BINARY_PATH_NAME\s*:\s*"' }
Check 'delayed automatic start' {
    (Get-ItemProperty 'HKLM:\SYSTEM\CurrentControlSet\Services\Wardwatch').DelayedAutostart -eq 1
}
Check 'restart on failure' { ((& sc.exe qfailure Wardwatch 4096) -join "`n") -match 'RESTART' }
Check 'only SeChangeNotifyPrivilege is required' {
    $privileges = (& sc.exe qprivs Wardwatch 4096) -join "`n"
    $found = [regex]::Matches($privileges, 'Se\w+Privilege') | ForEach-Object { $_.Value }
    @($found).Count -eq 1 -and $found -eq 'SeChangeNotifyPrivilege'
}
Check 'the service has a SID of its own' { ((& sc.exe qsidtype Wardwatch) -join "`n") -match 'UNRESTRICTED' }
Check 'no child process, so no console window' {
    $service = Get-WmiObject Win32_Service -Filter "Name='Wardwatch'"
    @(Get-WmiObject Win32_Process -Filter "ParentProcessId=$($service.ProcessId)").Count -eq 0
}

# Rights
Check 'the data folder: SYSTEM and Administrators only' { OnlySystem $data }
foreach ($file in Get-ChildItem -LiteralPath $data -Force) {
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

# Event Log
foreach ($id in 1, 3) {
    Check "event $id is there and readable" {
        $found = Events $id
        $found.Count -gt 0 -and $found[0].Message -and
            $found[0].Message -notmatch 'cannot be found|could not be found|không tìm thấy'
    }
}

# What the collectors see: compare with Windows Security and `net user`.
$report = (& $program scan --json) -join "`n" | ConvertFrom-Json
$known = $report.facts | Where-Object { $null -eq $_.unknown }
Check 'Security Center answers' { @($known | Where-Object { $_.id -like 'antivirus.*' }).Count -gt 0 }
Check 'password ages are known' { @($known | Where-Object { $_.id -eq 'accounts.password_changed_at' }).Count -gt 0 }
Check 'the password policy is known' { @($known | Where-Object { $_.id -like 'password_policy.*' }).Count -gt 0 }
$status = (& $program status --json) -join "`n" | ConvertFrom-Json
Write-Output "INFO  status: $($status | ConvertTo-Json -Compress -Depth 4)"
exit $script:failed
