#!/usr/bin/env bash
# Packs everything that benchmarks/gpu/run.sh needs on a machine with a GPU but without .NET and without network into one ignored folder.
#   benchmarks/gpu/pack.sh [--no-build] [FOLDER]        FOLDER is .gpu-pack unless named
# Environment: MIGRATE_SHARED (reference data, else ../shared or shared), MIGRATE_TORCHSHARP_SOURCE (a checkout of TorchSharp, whose native
# part then travels as source), ArtifactsPath (build output, else .build).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${ArtifactsPath:-$root/.build}
limit_mib=60
suites='Migrate.Crystals.Tests Migrate.Graphs.Tests Migrate.Models.Tests Migrate.Training.Tests Migrate.Evaluation.Tests Migrate.Baselines.Tests Migrate.Potentials.Tests Migrate.Cli.Tests'
# What a data folder has to hold for the tests and benchmarks; the rest of it stays here.
shared_parts='data/README.md data/elements data/migration-barriers data/neb-reference data/potentials/M3GNet-MP-2021.2.8-EFS
    data/potentials/TensorNet-MatPES-PBE-v2025.1-PES golden/README.md golden/elements golden/graph_summary.csv
    golden/graphs golden/models/model3 golden/models/model3_full golden/potentials golden/schedule golden/structures.json'

say() { printf '%s\n' "$*" >&2; }
stop() { say "pack.sh: $*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

build_first=true
if [ "${1:-}" = --no-build ]; then
    build_first=false
    shift
fi
[ $# -le 1 ] || stop "one folder at most"
pack=${1:-$root/.gpu-pack}

for tool in tar xz git dotnet; do
    have "$tool" || stop "$tool is missing"
done

# ---- The parts -----------------------------------------------------------------------------------------------------------

squeeze() { xz -T0 --lzma2=preset=6,dict=64MiB; }

# A folder of an archive is made here first: sorted names and no owners make two packs of one commit the same.
archive() { # archive NAME FOLDER NAMES…
    local name=$1 folder=$2
    shift 2
    tar -C "$folder" --sort=name --owner=0 --group=0 --numeric-owner -cf - "$@" | squeeze >"$pack/$name.tar.xz"
}

# Program and test suites as they were built, without libtorch (PyTorch's is used there), symbols and what only Windows loads. Without its
# .deps.json the host takes the files as they lie, and does not ask for those that are left out.
pack_programs() {
    local project stage=$work/bin
    for project in Migrate.Benchmarks Migrate.Cli $suites; do
        [ -d "$build/bin/$project/release" ] || stop "$project was not built; run without --no-build"
        mkdir -p "$stage/$project"
        tar -C "$build/bin/$project/release" --exclude='libtorch*' --exclude='libc10*' --exclude='libgomp*' --exclude='libshm*' \
            --exclude='libaoti*' --exclude='libbackend*' --exclude='libjitbackend*' --exclude='libnnapi*' --exclude='libtorchbind*' \
            --exclude='*.pdb' --exclude='*.xml' --exclude='*.deps.json' --exclude='./amd64' --exclude='./arm64' --exclude='./x86' \
            --exclude='./runs' --exclude='./runtimes' -cf - . | tar -C "$stage/$project" -xf -
    done
    # Only the word `gpu` runs there: BenchmarkDotNet's compiler and disassembler stay here.
    rm -f "$stage"/Migrate.Benchmarks/{Microsoft.CodeAnalysis*.dll,Iced.dll,Gee.External.Capstone.dll,Dia2Lib.dll,OSExtensions.dll,libcapstone*}
    same_files_once "$stage"
    archive programs "$work" bin
}

# Assemblies that several projects hold become hard links, which an archive stores once.
same_files_once() { # same_files_once FOLDER
    local sum file last='' kept=''
    find "$1" -type f -size +16k -exec sha256sum {} + | LC_ALL=C sort | while read -r sum file; do
        if [ "$sum" = "$last" ]; then ln -f "$kept" "$file"; else last=$sum kept=$file; fi
    done
}

pack_runtime() {
    local home version cache
    home=$(dirname "$(readlink -f "$(command -v dotnet)")")
    version=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[^ ]*\) .*/\1/p' | tail -n 1)
    [ -n "$version" ] || stop "no .NET 10 runtime found"
    cache=$build/gpu/dotnet-$version.tar.xz
    if [ ! -s "$cache" ]; then
        mkdir -p "$build/gpu"
        tar -C "$home" --sort=name --owner=0 --group=0 --numeric-owner -cf - LICENSE.txt dotnet "host/fxr/$version" "shared/Microsoft.NETCore.App/$version" |
            squeeze >"$cache.new"
        mv "$cache.new" "$cache"
    fi
    cp "$cache" "$pack/dotnet.tar.xz"
    runtime=$version
}

# Sources of the native library and of these scripts, as they are in the work tree.
pack_sources() {
    git -C "$root" ls-files -z --cached --others --exclude-standard -- CMakeLists.txt CMakePresets.json native tests/native benchmarks/gpu \
        src/Migrate.Cli/Weights src/Migrate.Training/Configs >"$work/names"
    (cd "$root" && while IFS= read -r -d '' name; do [ ! -f "$name" ] || printf '%s\0' "$name"; done <"$work/names") >"$work/files"
    tar -C "$root" --sort=name --owner=0 --group=0 --numeric-owner --null -T "$work/files" -cf - | squeeze >"$pack/source.tar.xz"
}

# Headers and test library that the C++ build looks for, from this machine.
pack_third_party() {
    local include googletest=${GOOGLETEST_SOURCE:-/usr/src/googletest}
    for include in "${HIGHWAY_INCLUDE_DIR:-/usr/include}" /usr/local/include; do
        [ ! -f "$include/hwy/highway.h" ] || break
    done
    [ -f "$include/hwy/highway.h" ] || stop "Google Highway's headers were not found (Debian: libhwy-dev)"
    mkdir -p "$work/third-party/include"
    cp -rL "$include/hwy" "$work/third-party/include/"
    if [ -f "$googletest/CMakeLists.txt" ]; then
        cp -rL "$googletest" "$work/third-party/googletest"
    else
        say "no GoogleTest sources (Debian: googletest): no C++ tests there"
    fi
    archive third-party "$work" third-party
}

pack_shared() {
    local shared=${MIGRATE_SHARED:-} part candidate names=()
    for candidate in "$root/shared" "$root/../shared"; do
        [ -n "$shared" ] || [ ! -f "$candidate/golden/README.md" ] || shared=$candidate
    done
    if [ -z "$shared" ]; then
        say "no reference data: tests that need them will show as skipped, and the example crystals are measured"
        return
    fi
    for part in $shared_parts; do
        [ ! -e "$shared/$part" ] || names+=("shared/$part")
    done
    mkdir -p "$work/links"
    ln -sfn "$(cd "$shared" && pwd)" "$work/links/shared"
    archive shared "$work/links" "${names[@]}"
}

pack_torchsharp() {
    local source=${MIGRATE_TORCHSHARP_SOURCE:-}
    [ -n "$source" ] || return 0
    [ -f "$source/src/Native/LibTorchSharp/CMakeLists.txt" ] || stop "MIGRATE_TORCHSHARP_SOURCE=$source holds no src/Native/LibTorchSharp"
    mkdir -p "$work/torchsharp"
    cp -r "$source/src/Native/LibTorchSharp" "$source"/src/Native/*.h "$work/torchsharp/"
    archive torchsharp "$work" torchsharp
}

# ---- The whole -----------------------------------------------------------------------------------------------------------

manifest() {
    local commit dirty=false file first=true
    commit=$(git -C "$root" rev-parse --verify -q HEAD 2>/dev/null || echo unknown)
    [ -z "$(git -C "$root" status --porcelain 2>/dev/null)" ] || dirty=true
    printf '{\n  "commit": "%s",\n  "dirty": %s,\n  "date": "%s",\n  "dotnet": "%s",\n  "files": {' \
        "$commit" "$dirty" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$runtime"
    for file in "$pack"/*.tar.xz; do
        $first || printf ','
        first=false
        printf '\n    "%s": {"bytes": %s, "sha256": "%s"}' "$(basename "$file")" "$(wc -c <"$file")" "$(sha256sum "$file" | cut -d' ' -f1)"
    done
    printf '\n  }\n}\n'
}

if $build_first; then
    say "building"
    "$root/build.sh" managed || stop "the build failed"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$pack"
mkdir -p "$pack"
runtime=
say "packing"
pack_programs
pack_runtime
pack_sources
pack_third_party
pack_shared
pack_torchsharp
manifest >"$pack/manifest.json"

bytes=$(cat "$pack"/* | wc -c)
say "$(cd "$pack" && wc -c ./* | awk '{ printf "%8.2f MiB  %s\n", $1 / 1048576, $2 }')"
[ "$bytes" -lt $((limit_mib << 20)) ] || stop "the pack has $((bytes >> 20)) MiB, more than $limit_mib"
printf '%s\n' "$pack"
