# Builds, tests and runs Migrate on Windows, with the words of build.sh. Everything that is made lies in .build.
#   ./build.ps1 help
# Needed on the path: the .NET 10 SDK, CMake 3.21, and a C++20 compiler with OpenMP (Visual Studio's, from its developer prompt);
# for the C++ tests GoogleTest where CMake finds it.
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$build = Join-Path $root '.build'
$results = Join-Path $build 'results'
$word, $rest = $args
if (-not $word) { $word = 'help' }
$rest = @($rest | Where-Object { $null -ne $_ })

$exe = if ($env:OS -eq 'Windows_NT') { '.exe' } else { '' }
$program = Join-Path $build "bin/Migrate.Cli/release/migrate$exe"
$env:ArtifactsPath = $build
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'

function Stop-Build([string] $message) {
    [Console]::Error.WriteLine("build.ps1: $message")
    exit 2
}

function Test-Command([string] $name) { [bool](Get-Command $name -ErrorAction SilentlyContinue) }

function Assert-Tools {
    if (-not (Test-Command 'cmake')) { Stop-Build 'CMake is missing; install version 3.21 or newer from https://cmake.org' }
    $sdks = if (Test-Command 'dotnet') { dotnet --list-sdks } else { @() }
    if (-not ($sdks -match '^10\.')) {
        Stop-Build 'the .NET 10 SDK is missing; install it from https://dotnet.microsoft.com/download/dotnet/10.0'
    }
}

# Runs a program; true when it ends well. What it prints goes to the screen, not into the result of the function.
function Invoke-Step([string] $command, [string[]] $arguments) {
    & $command @arguments | Out-Host
    return $LASTEXITCODE -eq 0
}

function Build-Native([string] $preset) {
    $generator = @()
    $cache = Join-Path $build "native/$preset/CMakeCache.txt"
    if (-not (Test-Path $cache) -and (Test-Command 'ninja')) { $generator = @('-G', 'Ninja') }
    Push-Location $root
    try {
        return (Invoke-Step 'cmake' (@('--preset', $preset) + $generator)) -and
            (Invoke-Step 'cmake' @('--build', '--preset', $preset, '--config', 'Release', '--parallel'))
    }
    finally { Pop-Location }
}

function Build-Managed([string] $project) {
    # Visual Studio's generator puts a configuration's files one folder deeper than Ninja does.
    $native = Join-Path $build 'native/release'
    $deeper = Join-Path $native 'Release'
    if (Test-Path $deeper) { $native = $deeper }
    return Invoke-Step 'dotnet' @('build', (Join-Path $root $project), '-c', 'Release', '-v', 'q', '-nodereuse:false', "-p:MigrateNativeDir=$native/")
}

# One suite's counts, from the report it wrote; a suite without a report crashed and counts as one failure.
function Get-Counts([string] $report, [string] $element, [bool] $endedWell) {
    if (-not (Test-Path $report)) { return @{ Passed = 0; Failed = 1; Skipped = 0 } }
    $suite = ([xml](Get-Content -Raw $report)).SelectSingleNode("//$element")
    if ($element -eq 'testsuite') {
        $failed = [int]$suite.failures
        $skipped = [int]$suite.skipped + [int]$suite.disabled
        $passed = [int]$suite.tests - $failed - $skipped
    }
    else {
        $failed = [int]$suite.failed + [int]$suite.errors
        $skipped = [int]$suite.skipped
        $passed = [int]$suite.passed
    }
    if (-not $endedWell -and $failed -eq 0) { $failed = 1 }
    return @{ Passed = $passed; Failed = $failed; Skipped = $skipped }
}

function Invoke-Tests {
    Remove-Item -Recurse -Force $results -ErrorAction SilentlyContinue
    New-Item -ItemType Directory -Force $results | Out-Null
    $bad = @{ Passed = 0; Failed = 1; Skipped = 0 }
    $counts = @()
    if (Build-Native 'release') {
        $report = Join-Path $results 'native-release.xml'
        Push-Location $root
        $well = Invoke-Step 'ctest' @('--preset', 'release', '-C', 'Release', '--no-tests=error', '--output-junit', $report)
        Pop-Location
        $counts += Get-Counts $report 'testsuite' $well
    }
    else { $counts += $bad }
    if (Build-Managed 'Migrate.sln') {
        $env:OMP_NUM_THREADS = '1'
        foreach ($project in Get-ChildItem (Join-Path $root 'tests/*.Tests/*.csproj')) {
            $name = $project.BaseName
            $report = Join-Path $results "$name.xml"
            $well = Invoke-Step (Join-Path $build "bin/$name/release/$name$exe") @('-result-xml', $report, '-noLogo')
            $counts += Get-Counts $report 'assembly' $well
        }
        if (-not (Invoke-Step 'dotnet' @('format', (Join-Path $root 'Migrate.sln'), '--verify-no-changes', '--no-restore'))) { $counts += $bad }
    }
    else { $counts += $bad }
    $passed = ($counts | ForEach-Object { $_.Passed } | Measure-Object -Sum).Sum
    $failed = ($counts | ForEach-Object { $_.Failed } | Measure-Object -Sum).Sum
    $skipped = ($counts | ForEach-Object { $_.Skipped } | Measure-Object -Sum).Sum
    Write-Host "$passed passed, $failed failed, $skipped skipped"
    exit [int]($failed -gt 0)
}

function Build-Program([string] $project) {
    Assert-Tools
    if (-not ((Build-Native 'release') -and (Build-Managed $project))) { exit 1 }
}

switch ($word) {
    'run' {
        Build-Program 'src/Migrate.Cli'
        if ($rest.Count -eq 0) { $rest = @('predict', (Join-Path $root 'src/Migrate.Cli/Examples')) }
        & $program @rest
        exit $LASTEXITCODE
    }
    'test' { Assert-Tools; Invoke-Tests }
    'bench' {
        Build-Program 'benchmarks/Migrate.Benchmarks'
        & (Join-Path $build "bin/Migrate.Benchmarks/release/Migrate.Benchmarks$exe") @rest
        exit $LASTEXITCODE
    }
    'native' { Assert-Tools; if (-not (Build-Native 'release')) { exit 1 } }
    'managed' { Build-Program 'Migrate.sln' }
    'clean' { Remove-Item -Recurse -Force $build -ErrorAction SilentlyContinue }
    'help' {
        Write-Host @'
./build.ps1 WORD
  run [ARGS]    build what is missing, then run `migrate ARGS`; without ARGS, predict the example crystals
  test          build everything, run every C++ and .NET test and the format check
  bench [ARGS]  run the benchmarks; ARGS go to BenchmarkDotNet
  native        build the C++ library
  managed       build the C++ library and every .NET project
  clean         remove everything that was built
  help          this text
'@
    }
    default { Stop-Build "unknown word `"$word`"; words are run, test, bench, native, managed, clean, help" }
}
