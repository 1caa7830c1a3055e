#!/usr/bin/env bash
# The steps of run.sh, which starts each in a process of its own: steps.sh NAME [ARGS OF migrate train…]
# A step prints its log; it leaves a sentence in parts/NAME.note, numbers in parts/NAME.json, and rows of the table in parts/NAME.rows.
# It ends with 77 where it cannot run. parts/env.sh holds what a step found out for those after it.
set -euo pipefail

name=$1
shift
scratch=$HARNESS_SCRATCH pack=$HARNESS_PACK root=$HARNESS_ROOT out=$HARNESS_OUT
dry_run=$HARNESS_DRY_RUN quick=$HARNESS_QUICK seconds=$HARNESS_SECONDS
parts=$scratch/parts
suites='Migrate.Crystals.Tests Migrate.Graphs.Tests Migrate.Models.Tests Migrate.Training.Tests Migrate.Evaluation.Tests Migrate.Baselines.Tests Migrate.Potentials.Tests Migrate.Cli.Tests'
# Suites with tests of CUDA kernels, and the classes of these tests.
cuda_suites='Migrate.Graphs.Tests Migrate.Models.Tests Migrate.Training.Tests'
cuda_tests=${MIGRATE_CUDA_TESTS:-*Cuda*}
# Under the sanitizers, where a kernel takes a hundred times as long.
sanitized_tests=${MIGRATE_SANITIZED_TESTS:-$cuda_tests}

note() { printf '%s\n' "$*" >"$parts/$name.note"; }
skip() { note "$*"; exit 77; }
fail() { note "$*"; printf '%s\n' "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# ---- Where things are ------------------------------------------------------------------------------------------------------

if [ -n "$pack" ]; then
    sources=$scratch/work native=$scratch/native peers=$sources/benchmarks/gpu/peers
    export DOTNET_ROOT=$scratch/dotnet PATH=$scratch/dotnet:$PATH
    [ ! -d "$scratch/work/shared" ] || export MIGRATE_SHARED=$scratch/work/shared
else
    build=${ArtifactsPath:-$root/.build}
    sources=$root native=${MigrateNativeDir:-$build/native/release} peers=$root/benchmarks/gpu/peers
fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
[ ! -d "$native/cuda" ] || ! compgen -G "$native/cuda/*.fatbin" >/dev/null || export MIGRATE_CUDA_MODULES=$native/cuda

program() { # program PROJECT [FILE]: path of a built program
    if [ -n "$pack" ]; then printf '%s' "$scratch/work/bin/$1/${2:-$1}"; else printf '%s' "$build/bin/$1/release/${2:-$1}"; fi
}

require() { [ -x "$(program "$@")" ] || skip "$1 was not built"; }

# The folder of a python's torch, found without importing it, which takes seconds.
torch_folder() { # torch_folder PYTHON
    "$1" -c 'import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0])' 2>/dev/null
}

# The python that holds torch, or nothing.
python_with_torch() {
    local python
    for python in ${MIGRATE_PYTHON:-} python3 python; do
        if have "$python" && torch_folder "$python" >/dev/null; then
            printf '%s' "$python"
            return
        fi
    done
}

# The libtorch of a pack's programs: PyTorch's, in front of everything (LD_LIBRARY_PATH is searched before a library's own path).
if [ -n "$pack" ] && [ "$name" != unpack ]; then
    libtorch=${MIGRATE_LIBTORCH:-} python=$(python_with_torch)
    if [ -z "$libtorch" ] && [ -n "$python" ]; then
        libtorch=$(torch_folder "$python")
        libtorch=$libtorch/lib$(printf ':%s' "$libtorch"/../nvidia/*/lib)
    fi
    [ -z "$libtorch" ] || export LD_LIBRARY_PATH=$scratch/shim:$libtorch${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
fi
# shellcheck source=/dev/null
[ ! -f "$parts/env.sh" ] || . "$parts/env.sh"

emulated=$native/emulated/libmigrate_emulated_cuda.so
if $dry_run && [ -f "$emulated" ]; then export MIGRATE_CUDA_DRIVER=$emulated; fi

# ---- Before everything -----------------------------------------------------------------------------------------------------

step_unpack() {
    local file
    mkdir -p "$scratch/work" "$scratch/dotnet" "$scratch/shim"
    for file in "$pack"/*.tar.xz; do
        case $(basename "$file" .tar.xz) in
        dotnet) tar -C "$scratch/dotnet" -xf "$file" & ;;
        *) tar -C "$scratch/work" -xf "$file" & ;;
        esac
    done
    for _ in "$pack"/*.tar.xz; do wait -n || fail "an archive of the pack is damaged"; done
    note "pack of $(sed -n 's/^ *"date": "\(.*\)",$/\1/p' "$pack/manifest.json")"
}

first_line() { "$@" 2>&1 | head -n 1 | tr -d '\042\134' || true; }

step_environment() {
    local commit gpu='' driver='' torch='' memory='' python
    if [ -n "$pack" ]; then
        commit=$(sed -n 's/^ *"commit": "\(.*\)",$/\1/p' "$pack/manifest.json")
        ! grep -q '"dirty": true' "$pack/manifest.json" || commit="$commit, changed"
    else
        commit=$(git -C "$root" rev-parse --verify -q HEAD 2>/dev/null || echo unknown)
    fi
    if have nvidia-smi && nvidia-smi; then
        IFS=, read -r gpu driver memory < <(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader --id=0) || true
        gpu=${gpu# } driver=${driver# } memory=${memory# }
    elif ! $dry_run; then
        fail "nvidia-smi finds no GPU"
    fi
    python=$(python_with_torch)
    [ -z "$python" ] || torch=$("$python" -c 'import torch; print("PyTorch", torch.__version__, "CUDA", torch.version.cuda, "available" if torch.cuda.is_available() else "not available")')
    {
        printf '{\n'
        printf '  "commit": "%s",\n  "gpu": "%s",\n  "driver": "%s",\n  "memory": "%s",\n' "$commit" "${gpu:-no GPU}" "${driver:-none}" "$memory"
        printf '  "torch": "%s",\n' "${torch:-no PyTorch}"
        printf '  "nvcc": "%s",\n' "$(! have nvcc || nvcc --version | sed -n 's/^Cuda compilation tools, //p')"
        printf '  "cxx": "%s",\n  "cmake": "%s",\n' "$(! have g++ || first_line g++ --version)" "$(! have cmake || first_line cmake --version)"
        printf '  "cpu": "%s",\n' "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)"
        printf '  "cores": "%s",\n  "system": "%s"\n}\n' "$(nproc 2>/dev/null || echo '?')" "$(uname -srm)"
    } >"$parts/environment.json"
    cat "$parts/environment.json"
    note "${gpu:-no GPU}${driver:+, driver $driver}; ${torch:-no PyTorch}"
}

# With nvcc: machine code for the GPU. The library made here takes the place of the packed one.
build_native() {
    local third=$sources/third-party options=() generator=() project
    have cmake || skip "cmake is missing: the packed library is used, without kernels made by nvcc"
    ! have ninja || generator=(-G Ninja)
    # A compiler other than the developers' may warn of what theirs does not.
    sed -i 's/ -Werror//' "$sources/CMakeLists.txt"
    [ ! -d "$third/include" ] || options+=("-DHIGHWAY_INCLUDE_DIR=$third/include")
    if [ -d "$third/googletest" ]; then
        cmake -S "$third/googletest" -B "$scratch/googletest" ${generator[@]+"${generator[@]}"} -DCMAKE_BUILD_TYPE=Release -DBUILD_GMOCK=OFF \
            -DCMAKE_INSTALL_PREFIX="$scratch/gtest"
        cmake --build "$scratch/googletest" --parallel --target install
        options+=("-DCMAKE_PREFIX_PATH=$scratch/gtest")
    fi
    # Machine code for this GPU alone, by all processors: there is little time.
    if have nvidia-smi && [ "$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader --id=0)" = 9.0 ]; then
        options+=(-DMIGRATE_CUDA_ARCHITECTURES=90a)
    else
        options+=(-DMIGRATE_CUDA_ARCHITECTURES=80)
    fi
    if have nvcc && nvcc --help | grep -q -e --split-compile; then options+=(-DMIGRATE_NVCC_OPTIONS=--split-compile=0); fi
    cmake -S "$sources" -B "$native" ${generator[@]+"${generator[@]}"} -DCMAKE_BUILD_TYPE=Release ${options[@]+"${options[@]}"}
    # What everything else runs on comes first.
    cmake --build "$native" --parallel "$(nproc)" --target migrate || fail "the native library does not build"
    for project in "$sources"/bin/*/; do cp -f "$native/libmigrate.so" "$project"; done
    if have cuobjdump; then
        for module in "$native"/cuda/*.fatbin; do cuobjdump --dump-resource-usage "$module" || true; done
    fi
    note "the library and its kernels are built, the C++ tests are not"
    cmake --build "$native" --parallel "$(nproc)" || fail "the C++ tests do not build"
}

step_native() {
    local filter='*' program total=0 failed=0 one modules
    [ -z "$pack" ] || build_native
    ! $quick || filter='Lattice*:*Emulator*'
    for program in "$native/tests/native/migrate_tests" "$native/tests/native/cuda/migrate_cuda_tests"; do
        [ -x "$program" ] || continue
        "$program" --gtest_brief=1 --gtest_filter="$filter" | tee "$scratch/gtest.txt" || failed=1
        one=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' "$scratch/gtest.txt")
        total=$((total + ${one:-0}))
    done
    modules=$({ find "$native/cuda" -type f 2>/dev/null || true; } | sed 's|.*/||' | sort | tr '\n' ' ' | sed 's/ $//')
    [ "$failed" = 0 ] || fail "C++ tests fail; modules: ${modules:-none}"
    [ "$total" -gt 0 ] || skip "no C++ tests were built; modules: ${modules:-none}"
    note "$total C++ tests pass; modules: ${modules:-none}"
}

# ---- TorchSharp on PyTorch's libtorch --------------------------------------------------------------------------------------

smoke() {
    "$(program Migrate.Benchmarks)" gpu --only smoke --out "$scratch/smoke.json" --exchange "$scratch/smoke" --dry-run \
        >"$scratch/smoke.txt" 2>&1 && grep '^| smoke' "$scratch/smoke.txt"
}

# Names that the shim needs of libtorch and this one lacks. Two weak TLS functions are always among them.
missing_symbols() {
    local folder IFS=:
    nm -D --undefined-only "$(dirname "$(program Migrate.Benchmarks)")/libLibTorchSharp.so" | awk '{ print $2 }' | cut -d@ -f1 |
        grep -E '^_Z.*(2at|3c10|5torch)' | sort -u >"$scratch/needed.txt"
    for folder in ${LD_LIBRARY_PATH:-}; do
        nm -D --defined-only "$folder"/libtorch*.so "$folder"/libc10*.so 2>/dev/null || true
    done | awk 'NF >= 3 { print $3 }' | cut -d@ -f1 | sort -u >"$scratch/defined.txt"
    comm -23 "$scratch/needed.txt" "$scratch/defined.txt"
}

# TorchSharp's native part from source against the headers of this libtorch.
build_shim() {
    local source=$sources/torchsharp python folder
    python=$(python_with_torch)
    [ -d "$source" ] && [ -n "$python" ] && have cmake || return 1
    folder=$(torch_folder "$python")
    cmake -S "$(dirname "${BASH_SOURCE[0]}")/torchsharp" -B "$scratch/shim-build" -DTORCHSHARP_SOURCE="$source" -DTORCH_FOLDER="$folder" \
        -DCMAKE_BUILD_TYPE=Release && cmake --build "$scratch/shim-build" --parallel "$(nproc)" && cp "$scratch/shim-build/libLibTorchSharp.so" "$scratch/shim/"
}

step_torchsharp() {
    local missing cuda python
    require Migrate.Benchmarks
    python=$(python_with_torch)
    [ -n "${LD_LIBRARY_PATH:-}" ] || skip "no PyTorch and no MIGRATE_LIBTORCH: there is no libtorch here"
    missing=$(! have nm || missing_symbols)
    printf 'symbols that this libtorch lacks:\n%s\n' "${missing:-none}"
    if smoke; then
        cuda=$(grep -c 'on cuda' "$scratch/smoke.txt" || true)
        # PyTorch sees the GPU but the shim's libtorch does not: its CUDA half was not loaded.
        if [ "$cuda" = 0 ] && [ -n "$python" ] && "$python" -c 'import sys, torch; sys.exit(not torch.cuda.is_available())'; then
            printf 'export LD_PRELOAD=%s\n' "$(torch_folder "$python")/lib/libtorch_cuda.so" >"$parts/env.sh"
            # shellcheck source=/dev/null
            . "$parts/env.sh"
            smoke || { rm "$parts/env.sh"; fail "libtorch works on the CPU, but not with libtorch_cuda.so loaded first"; }
        fi
        note "the packed shim works: $(sed -n 's/.*| loss | \(.*\) |$/\1/p' "$scratch/smoke.txt")"
        return
    fi
    cat "$scratch/smoke.txt"
    build_shim || fail "the packed shim does not work with this libtorch ($(printf '%s' "$missing" | grep -c . || true) symbols missing), and there is no source to build another"
    # Beside each program lies the packed one, which would be found first.
    for folder in "$sources"/bin/*/; do cp -f "$scratch/shim/libLibTorchSharp.so" "$folder"; done
    smoke || { cat "$scratch/smoke.txt"; fail "neither the packed shim nor one built here works with this libtorch"; }
    note "a shim built here works"
}

# ---- Tests -----------------------------------------------------------------------------------------------------------------

number() { sed -n "1,5s/.*<assembly [^>]*[ ]$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1; }

run_suite() { # run_suite PROJECT ARGS…
    local project=$1
    shift
    printf '== %s\n' "$project"
    ${wrapper[@]+"${wrapper[@]}"} "$(program "$project")" -noColor -noLogo -result-xml "$scratch/$name-$project.xml" "$@" || printf '%s ended with %s\n' "$project" $?
}

# Adds a suite's numbers to passed, failed, skipped.
count() { # count PROJECT
    local report=$scratch/$name-$1.xml
    if [ ! -s "$report" ]; then
        failed=$((failed + 1))
        printf '%s left no report\n' "$1"
        return
    fi
    passed=$((passed + $(number passed "$report"))) skipped=$((skipped + $(number skipped "$report")))
    failed=$((failed + $(number failed "$report") + $(number errors "$report")))
}

verdict() { # verdict NOTHING: the sentence where no test ran
    [ "$failed" = 0 ] || fail "$passed passed, $failed failed, $skipped skipped"
    [ "$passed" != 0 ] || skip "$1 ($skipped skipped)"
    note "$passed passed, $skipped skipped"
}

wrapper=() passed=0 failed=0 skipped=0

cuda_classes() { # cuda_classes PATTERN
    local project
    for project in $cuda_suites; do
        if [ -x "$(program "$project")" ]; then
            run_suite "$project" -class "$1"
            count "$project"
        fi
    done
}

step_kernels() {
    ! $quick || skip "left out by --quick: the suites run these tests over the emulated GPU"
    cuda_classes "$cuda_tests"
    verdict "no test of CUDA kernels ran"
}

sanitize() {
    have compute-sanitizer || skip "compute-sanitizer is missing"
    wrapper=(compute-sanitizer --tool "$name" --error-exitcode 9 --target-processes application-only --log-file "$scratch/$name-%p.txt")
    cuda_classes "$sanitized_tests"
    cat "$scratch/$name"-*.txt || true
    ! cat "$scratch/$name"-*.txt 2>/dev/null | grep -E 'ERROR SUMMARY: [1-9]|SUMMARY: [1-9][0-9]* hazard' ||
        fail "$name: $(cat "$scratch/$name"-*.txt | grep -E 'SUMMARY: [1-9]' | head -n 1)"
    verdict "no test of CUDA kernels ran"
}

step_memcheck() { sanitize; }
step_racecheck() { sanitize; }

# All at once where there are cores for it. The architecture tests read the sources and belong to the developers' machines.
step_tests() {
    local project together=() cores
    cores=$(nproc)
    export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
    ! $quick || suites=Migrate.Evaluation.Tests
    for project in $suites; do
        [ -x "$(program "$project")" ] || continue
        together+=("$project")
        run_suite "$project" >"$scratch/logs/tests-$project.log" 2>&1 &
        [ "$cores" -ge 8 ] || wait
    done
    wait
    for project in ${together[@]+"${together[@]}"}; do
        tail -n 2 "$scratch/logs/tests-$project.log"
        count "$project"
    done
    verdict "no test suite was built"
}

# ---- Measurements ----------------------------------------------------------------------------------------------------------

step_bench() {
    local arguments=(--seconds 5 --case-seconds 70)
    require Migrate.Benchmarks
    ! $dry_run || arguments=(--dry-run)
    ! $quick || arguments+=(--in-process --only smoke --only exchange --only torch-float32 --only cuda-bfloat16 --only graph)
    "$(program Migrate.Benchmarks)" gpu --out "$parts/bench.json" --exchange "$scratch/exchange" "${arguments[@]}" ||
        fail "some cases failed: $(grep -c '"note": "failed' "$parts/bench.json" || true)"
    note "$(grep -c '"value": [0-9]' "$parts/bench.json") numbers"
}

peer() { # peer SCRIPT ARGS…
    local python script=$1
    shift
    python=$(python_with_torch)
    [ -n "$python" ] || skip "no python with torch"
    "$python" "$peers/$script" --out "$parts/$name.json" --seconds "$seconds" "$@"
    note "$(grep -c '"value": [0-9]' "$parts/$name.json") numbers"
}

small() { ! $dry_run || printf -- '--dry-run'; }

step_alignn() {
    [ -f "$scratch/exchange/unique.safetensors" ] || skip "the benchmarks left no graphs to run on"
    # shellcheck disable=SC2046
    peer alignn_peer.py --exchange "$scratch/exchange" $(small)
}

step_machine() {
    # shellcheck disable=SC2046
    peer machine_peak.py $(small)
}

step_graphs() {
    [ -f "$scratch/exchange/structures.safetensors" ] || skip "the benchmarks left no structures to run on"
    # shellcheck disable=SC2046
    peer graph_peer.py --exchange "$scratch/exchange" $(small)
}

# The run folder comes back in parts of at most 15 MiB; `cat training.tar.gz.* | tar xz` puts it together.
step_train() {
    local status=0
    require Migrate.Cli migrate
    # Names of files are relative to the sources; a pack has its data there as well, in shared/.
    cd "$sources"
    timeout --signal=TERM --kill-after=20 $((seconds - 40)) "$(program Migrate.Cli migrate)" train "$@" --run "$scratch/run" || status=$?
    [ -d "$scratch/run" ] || fail "the training left nothing"
    tar -C "$scratch" -czf - run | split -b 15M -d -a 1 - "$out/training.tar.gz."
    [ "$status" = 0 ] || [ "$status" = 124 ] || fail "migrate train ended with $status; what it left came back"
    note "$(tail -n 1 "$scratch/run/metrics.csv" 2>/dev/null | cut -c1-80) in training.tar.gz.*"
}

"step_$name" "$@"
