#!/usr/bin/env bash
# Builds, tests and runs Migrate. Everything that is made lies in .build/; nothing else is touched. `./build.sh help` lists the words.
# What a word prints for itself goes to standard error, so that `./build.sh run … > file` holds the program's output alone.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$root/.build
logs=$build/log
results=$build/results
valgrind_cases='Shapes/Training.forward_equals_the_reference/20:Shapes/Training.gradients_foretell_the_loss/20:Kernels/EdgeGated.matches_the_reference/avx2_f32'
program=$build/bin/Migrate.Cli/release/migrate

export ArtifactsPath=$build
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

say() { printf '%s\n' "$*" >&2; }
stop() { say "build.sh: $*"; exit 2; }
have() { command -v "$1" >/dev/null 2>&1; }

help() {
    cat <<'END'
./build.sh WORD
  run [ARGS]    build what is missing, then run `migrate ARGS`; without ARGS, predict the example crystals
  test          build everything, run every C++ and .NET test and the format checks
  bench [ARGS]  run the benchmarks; ARGS go to BenchmarkDotNet, as --filter '*Graph*'
  native        build the C++ library
  managed [ARGS]
                build the C++ library and every .NET project; ARGS go to dotnet build, as -p:ManagedCuda=true
  clean         remove everything that was built
  help          this text
The program is .build/bin/Migrate.Cli/release/migrate.
END
}

# ---- What has to be on the machine -------------------------------------------------------------------------------------

# Installs Debian packages where that is possible without asking anyone; fails elsewhere.
install_packages() {
    have apt-get && [ "$(id -u)" = 0 ] || return 1
    say "installing $*"
    export DEBIAN_FRONTEND=noninteractive
    mkdir -p "$logs"
    {
        apt-get install -y --no-install-recommends "$@" ||
            { apt-get update && apt-get install -y --no-install-recommends "$@"; }
    } >"$logs/apt-get.log" 2>&1 || { tail -n 5 "$logs/apt-get.log" >&2; return 1; }
}

compiler() { printf '%s' "${CXX:-$(command -v g++ || command -v c++ || command -v clang++ || printf g++)}"; }

compiles() { # compiles FLAGS HEADER
    printf '#include <%s>\n' "$2" | "$(compiler)" -std=c++20 "$1" -fsyntax-only -x c++ - >/dev/null 2>&1
}

setup_native() { # setup_native [tests]: with GoogleTest or without
    local missing=()
    have cmake || missing+=(cmake)
    have ninja || have make || missing+=(ninja-build)
    have "$(compiler)" && compiles -fopenmp omp.h || missing+=(g++)
    # compiles fails as well where the compiler is the missing piece; the packages are wanted either way.
    compiles -DNDEBUG hwy/highway.h || missing+=(libhwy-dev)
    [ "${1:-}" != tests ] || compiles -DNDEBUG gtest/gtest.h || missing+=(libgtest-dev)
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}" ||
        stop "install these first (Debian names): ${missing[*]}; needed are CMake 3.21, ninja or make, a C++20 compiler with OpenMP, Google Highway, GoogleTest"
    setup_structure
    setup_cuda
}

# Voronoi cells and space groups, for descriptors. Without them those descriptors are left out, and `migrate info` says so.
setup_structure() {
    local missing=()
    compiles -DNDEBUG voro++/voro++.hh || missing+=(voro++-dev)
    compiles -DNDEBUG spglib.h || missing+=(libsymspg-dev)
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}" ||
        say "not found: ${missing[*]}; building without the descriptors that need them"
}

has_cuda_compiler() { have nvcc || [ -x /usr/local/cuda/bin/nvcc ] || have clang-21 || have clang-20 || have clang-19; }

# The CUDA kernels need nvcc, or clang 19 to make PTX of them. Without either the program has no GPU backend, and says so.
setup_cuda() {
    has_cuda_compiler || install_packages clang-19 || say "neither nvcc nor clang 19 found: building without CUDA kernels"
}

has_sdk() { have dotnet && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; }

use_dotnet() { export DOTNET_ROOT=$1 PATH=$1:$PATH; }

setup_dotnet() {
    has_sdk && return
    local folder=$HOME/.dotnet script
    if [ -x "$folder/dotnet" ]; then
        use_dotnet "$folder"
        has_sdk && return
    fi
    say "installing the .NET 10 SDK into ~/.dotnet"
    mkdir -p "$logs"
    script=$logs/dotnet-install.sh
    if download https://dot.net/v1/dotnet-install.sh "$script" && bash "$script" --channel 10.0 --install-dir "$folder" >"$logs/dotnet-install.log" 2>&1; then
        use_dotnet "$folder"
        has_sdk && return
    fi
    stop "the .NET 10 SDK is missing and could not be downloaded; install it from https://dotnet.microsoft.com/download/dotnet/10.0"
}

download() { # download ADDRESS FILE
    if have curl; then curl -fsSL --retry 3 "$1" -o "$2"; elif have wget; then wget -qO "$2" "$1"; else return 1; fi
}

# ---- Building ----------------------------------------------------------------------------------------------------------

# Runs a command with its output in a log; shows the log only if the command fails.
quietly() { # quietly NAME COMMAND…
    local log=$logs/$1.log
    shift
    mkdir -p "$logs"
    # MSBuild says every error twice.
    "$@" >"$log" 2>&1 || { awk '!seen[$0]++' "$log" >&2; return 1; }
}

configure() { # configure PRESET
    local folder=$build/native/$1 cache=$build/native/$1/CMakeCache.txt generator=()
    # A build folder remembers where its sources were; a checkout that was moved starts again.
    if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
        rm -rf "$folder"
    fi
    if [ ! -f "$cache" ] && have ninja; then
        generator=(-G Ninja)
    fi
    (cd "$root" && quietly "configure-$1" cmake --preset "$1" ${generator[@]+"${generator[@]}"})
}

compile_native() { # compile_native PRESET [TARGET]
    configure "$1" && (cd "$root" && quietly "compile-$1" cmake --build --preset "$1" --parallel ${2:+--target "$2"})
}

compile_managed() { # compile_managed NAME PROJECT [ARGS]
    # Lock files say what a clean machine builds with; there they are held to, elsewhere they follow the project files.
    local locked=false
    if [ -n "${CI:-}" ] && [ "$(uname -sm)" = "Linux x86_64" ]; then
        locked=true
    fi
    # No compiler process stays behind when the build is over.
    quietly "compile-$1" dotnet build "$root/$2" -c Release -v q -nodereuse:false -p:UseSharedCompilation=false -p:RestoreLockedMode=$locked "${@:3}"
}

# True when nothing that the program is made of is newer than the program. A folder is newer when a file in it came or went.
up_to_date() {
    [ -x "$program" ] && [ -f "$build/program.stamp" ] &&
        [ -z "$(find "$root"/src "$root"/native "$root"/CMake* "$root"/Directory.* "$root"/global.json -newer "$build/program.stamp" -print -quit)" ]
}

# The stamp bears the time before the build, so that what is edited meanwhile counts as newer.
start_program() { mkdir -p "$build" && touch "$build/program.start"; }
finish_program() { mv "$build/program.start" "$build/program.stamp"; }

build_program() { # build_program NAME PROJECT [ARGS]
    start_program
    compile_native release migrate && compile_managed "$@" && finish_program
}

# ---- Testing -----------------------------------------------------------------------------------------------------------

# Each suite leaves one line "passed failed skipped" in a file of its own, also when it ran in the background.
record() { # record NAME PASSED FAILED SKIPPED
    printf '%s %s %s\n' "$2" "$3" "$4" >"$results/$1.sum"
    say "$(printf '%-28s %5s passed %5s failed %5s skipped' "$1" "$2" "$3" "$4")"
}

attribute() { # attribute FILE ELEMENT NAME: a whole number in the first such element of an XML file
    tr '\r\n\t' '   ' <"$1" | grep -o "<$2 [^>]*>" | sed -n "1s/.* $3=\"\([0-9][0-9]*\)\".*/\1/p"
}

check() { # check NAME COMMAND…: not a test, so it counts only when it fails
    local name=$1
    quietly "$@" || record "$name" 0 1 0
}

test_native() { # test_native PRESET: "release" has been built before, because two builds of one folder at a time disturb each other
    local report=$results/native-$1.xml all failed skipped
    if ! { [ "$1" = release ] || compile_native "$1"; } || ! (cd "$root" && ctest --preset "$1" --no-tests=error --output-junit "$report") >"$logs/native-$1.log" 2>&1; then
        tail -n 60 "$logs/native-$1.log" >&2 || true
        [ -f "$report" ] || { record "native-$1" 0 1 0; return; }
    fi
    all=$(attribute "$report" testsuite tests) failed=$(attribute "$report" testsuite failures)
    skipped=$(($(attribute "$report" testsuite skipped) + $(attribute "$report" testsuite disabled)))
    record "native-$1" $((all - failed - skipped)) "$failed" "$skipped"
}

test_managed() { # test_managed PROJECT
    local suite=$build/bin/$1/release/$1 report=$results/$1.xml status=0 passed failed skipped
    # One thread of torch and OpenMP: the tests themselves run side by side.
    OMP_NUM_THREADS=1 "$suite" -result-xml "$report" -noColor -noLogo >"$logs/$1.log" 2>&1 || status=$?
    if [ ! -s "$report" ]; then
        tail -n 60 "$logs/$1.log" >&2 || true
        record "$1" 0 1 0
        return
    fi
    passed=$(attribute "$report" assembly passed) skipped=$(attribute "$report" assembly skipped)
    failed=$(($(attribute "$report" assembly failed) + $(attribute "$report" assembly errors)))
    if [ "$status" -ne 0 ]; then
        cat "$logs/$1.log" >&2
        [ "$failed" -ne 0 ] || failed=1
    fi
    record "$1" "$passed" "$failed" "$skipped"
}

# One small pass through each kernel under valgrind, which sees what the sanitizers' compilers optimized away. It knows no AVX-512 and
# shows programs a processor without; where it is not installed the case shows as skipped.
test_valgrind() {
    local program=$build/native/release/tests/native/migrate_tests
    if ! have valgrind; then
        record native-valgrind 0 0 1
    elif valgrind --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite --quiet "$program" \
        --gtest_filter="$valgrind_cases" >"$logs/valgrind.log" 2>&1; then
        record native-valgrind 1 0 0
    else
        tail -n 40 "$logs/valgrind.log" >&2
        record native-valgrind 0 1 0
    fi
}

format_native() {
    find "$root/native" "$root/tests/native" \( -name '*.cpp' -o -name '*.hpp' -o -name '*.h' -o -name '*.c' -o -name '*.cu' -o -name '*.cuh' \) -print0 |
        xargs -0 clang-format --dry-run --Werror
}

run_tests() {
    local background project name
    rm -rf "$results"
    mkdir -p "$results" "$logs"
    say "building the native library"
    start_program
    if ! compile_native release; then
        record native-release 0 1 0
        return
    fi
    say "building the .NET projects; testing the native library"
    { test_native release; test_valgrind; test_native asan; test_native tsan; } &
    background=$!
    # Ctrl-C takes the background with it.
    trap 'kill "$background" 2>/dev/null || true' EXIT
    if compile_managed managed Migrate.sln && finish_program; then
        for project in "$root"/tests/*.Tests/*.csproj; do
            name=$(basename "$project" .csproj)
            test_managed "$name"
        done
        check format dotnet format "$root/Migrate.sln" --verify-no-changes --no-restore
    else
        record managed-build 0 1 0
    fi
    if have clang-format; then check format-native format_native; fi
    wait "$background" || record native 0 1 0
    trap - EXIT
}

test_word() {
    setup_native tests
    setup_dotnet
    run_tests
    cat "$results"/*.sum | awk '{ p += $1; f += $2; s += $3 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }'
}

# ---- Words -------------------------------------------------------------------------------------------------------------

no_arguments() { [ "$1" -eq 0 ] || stop "$word takes no arguments"; }

word=${1:-help}
[ $# -eq 0 ] || shift
case $word in
run)
    setup_dotnet
    if ! up_to_date; then
        say "building Migrate; the first time takes some minutes"
        setup_native
        build_program run src/Migrate.Cli || exit 1
    fi
    [ $# -gt 0 ] || set -- predict "$root/src/Migrate.Cli/Examples"
    exec "$program" "$@"
    ;;
test)
    no_arguments $#
    test_word
    ;;
bench)
    setup_native
    setup_dotnet
    compile_native release migrate
    compile_managed bench benchmarks/Migrate.Benchmarks
    exec "$build/bin/Migrate.Benchmarks/release/Migrate.Benchmarks" "$@"
    ;;
native)
    no_arguments $#
    setup_native
    compile_native release
    say "$build/native/release"
    ;;
managed)
    setup_native
    setup_dotnet
    build_program managed Migrate.sln "$@"
    say "$program"
    ;;
clean)
    no_arguments $#
    rm -rf "$build"
    ;;
help | -h | --help) help ;;
*) stop "unknown word \"$word\"; words are run, test, bench, native, managed, clean, help" ;;
esac
