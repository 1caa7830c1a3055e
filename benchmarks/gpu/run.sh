#!/usr/bin/env bash
# Builds, checks and measures Migrate on a machine with a GPU, from the folder that pack.sh made; README.md beside this says how.
#   benchmarks/gpu/run.sh [OPTIONS] [--train ARGS…]
#     --dry-run        the same steps here, tiny: the CPU stands in for the GPU; without --pack on what ./build.sh built
#     --quick          a part of the tests and cases, for a dry run that takes seconds
#     --pack FOLDER    the pack (.gpu-pack beside the sources)
#     --only A,B       these steps alone, with those that they cannot do without
#     --skip A,B       not these steps
#     --seconds N      time for everything (530; a dry run has an hour)
#     --train ARGS…    instead of measuring: `migrate train ARGS --run …`; the run folder comes back in parts
# Writes results.json, summary.md and logs.tar.gz to ${OUT:-.gpu-results}. Exit code: 0, or 1 if a step failed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${OUT:-$root/.gpu-results}
pack='' dry_run=false quick=false only='' skip='' seconds='' train=()

say() { printf '%s\n' "$*" >&2; }
stop() { say "run.sh: $*"; exit 2; }
need() { [ $# -ge 2 ] || stop "$1 needs a value"; }

while [ $# -gt 0 ]; do
    case $1 in
    --dry-run) dry_run=true ;;
    --quick) quick=true ;;
    --pack) need "$@"; pack=$2; shift ;;
    --only) need "$@"; only=$2; shift ;;
    --skip) need "$@"; skip=$2; shift ;;
    --seconds) need "$@"; seconds=$2; shift ;;
    --train) shift; train=("$@"); [ ${#train[@]} -gt 0 ] || stop "--train needs the arguments of \`migrate train\`"; break ;;
    -h | --help) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) stop "unknown word \"$1\" (see --help)" ;;
    esac
    shift
done
# A dry run may be on any machine: nobody waits for it with a clock.
slower=1
if $dry_run; then slower=6; fi
if [ -z "$seconds" ]; then if $dry_run; then seconds=3600; else seconds=530; fi; fi
case $seconds in '' | *[!0-9]*) stop "--seconds needs a whole number, not \"$seconds\"" ;; esac

if ! $dry_run || [ -n "$pack" ]; then
    pack=${pack:-$root/.gpu-pack}
    [ -f "$pack/manifest.json" ] || stop "no pack in $pack; make one with benchmarks/gpu/pack.sh"
    pack=$(cd "$pack" && pwd)
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$out" "$scratch/parts" "$scratch/logs"
rm -f "$out"/results.json "$out"/summary.md "$out"/logs.tar.gz "$out"/training.tar.gz.*
began=$SECONDS

# ---- Steps ---------------------------------------------------------------------------------------------------------------

# name and most seconds, in order; a line is done together. Those before the empty line are what all others stand on.
plan() {
    if [ -n "$pack" ]; then printf 'unpack 60\n'; fi
    printf 'environment 30\nnative 150\n'
    if [ -n "$pack" ]; then printf 'torchsharp 150\n'; fi
    printf '\n'
    if [ ${#train[@]} -gt 0 ]; then
        printf 'train 10000\n'
    else
        printf 'kernels 90 memcheck 90 racecheck 90 tests 120\nbench 240\nalignn 100\nmachine 40\ngraphs 40\n'
    fi
}

listed() { case ,$1, in *,"$2",*) return 0 ;; *) return 1 ;; esac }

wanted() { # wanted NAME BASE
    ! listed "$skip" "$1" || return 1
    [ -z "$only" ] || $2 || listed "$only" "$1"
}

left() { printf '%s' $((seconds - (SECONDS - began))); }

# Runs one step; leaves "outcome seconds note" in a file. A step that ends with 77 could not run here.
step() { # step NAME LIMIT
    local name=$1 limit=$2 status=0 outcome start=$SECONDS note=''
    [ "$(left)" -ge "$limit" ] || limit=$(left)
    if [ "$limit" -lt 5 ]; then
        outcome=skipped note='no time left'
    else
        HARNESS_SCRATCH=$scratch HARNESS_PACK=$pack HARNESS_ROOT=$root HARNESS_OUT=$out HARNESS_DRY_RUN=$dry_run HARNESS_QUICK=$quick HARNESS_SECONDS=$limit \
            timeout --kill-after=5 "$limit" bash "$here/steps.sh" "$name" ${train[@]+"${train[@]}"} >"$scratch/logs/$name.log" 2>&1 </dev/null || status=$?
        case $status in
        0) outcome=passed ;;
        77) outcome=skipped ;;
        124 | 137) outcome='timed out' note="after $limit s" ;;
        *) outcome=failed ;;
        esac
        [ ! -s "$scratch/parts/$name.note" ] || note="$(sed 's/ *$//' "$scratch/parts/$name.note")${note:+ ($note)}"
        [ -n "$note" ] || [ "$outcome" != failed ] || note=$(tail -n 1 "$scratch/logs/$name.log")
    fi
    printf '%s\t%s\t%s\t%s\n' "$name" "$outcome" $((SECONDS - start)) "$note" >"$scratch/parts/$name.status"
    say "$(printf '%-12s %-9s %4s s  %s' "$name" "$outcome" $((SECONDS - start)) "$note")"
}

names=() base=true
while read -r -a line <&3; do
    if [ ${#line[@]} -eq 0 ]; then base=false; fi
    for ((i = 0; i < ${#line[@]}; i += 2)); do
        wanted "${line[i]}" $base || continue
        names+=("${line[i]}")
        step "${line[i]}" $((line[i + 1] * slower)) &
    done
    wait
done 3< <(plan)

# ---- Results -------------------------------------------------------------------------------------------------------------

text() { printf '"%s"' "$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g')"; }

statuses() { for name in ${names[@]+"${names[@]}"}; do cat "$scratch/parts/$name.status"; done; }

from_environment() { # a word of environment.json, which holds strings alone
    sed -n "s/^ *\"$1\": \"\(.*\)\",\{0,1\}\$/\1/p" "$scratch/parts/environment.json" 2>/dev/null | head -n 1
}

results() {
    local name outcome took note fragment comma=''
    printf '{\n  "date": "%s",\n  "commit": %s,\n  "dryRun": %s,\n  "device": %s,\n  "driver": %s,\n  "seconds": %s,\n  "steps": [' \
        "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$(text "$(from_environment commit)")" "$dry_run" "$(text "$(from_environment gpu)")" \
        "$(text "$(from_environment driver)")" $((SECONDS - began))
    while IFS=$'\t' read -r name outcome took note; do
        printf '%s\n    {"name": "%s", "outcome": "%s", "seconds": %s, "note": %s}' "$comma" "$name" "$outcome" "$took" "$(text "$note")"
        comma=,
    done < <(statuses)
    printf '\n  ]'
    for fragment in "$scratch"/parts/*.json; do
        [ -s "$fragment" ] || continue
        printf ',\n  "%s":\n' "$(basename "$fragment" .json)"
        cat "$fragment"
    done
    printf '}\n'
}

summary() {
    printf '# %s, %s\n\nCommit %s, driver %s, %s.\n' "$(from_environment gpu)" "$(date -u +%Y-%m-%d)" "$(from_environment commit)" \
        "$(from_environment driver)" "$(from_environment torch)"
    ! $dry_run || printf '\n**Dry run: tiny sizes on the CPU; the numbers mean nothing.**\n'
    printf '\n| step | outcome | s | note |\n|---|---|---:|---|\n'
    statuses | awk -F'\t' '{ gsub(/\|/, "/", $4); printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4 }'
    if compgen -G "$scratch/parts/*.rows" >/dev/null; then
        printf '\n| what | runner | value | unit | note |\n|---|---|---:|---|---|\n'
        cat "$scratch"/parts/*.rows | LC_ALL=C sort -s -t'|' -k2,2
    fi
}

results >"$out/results.json"
summary >"$out/summary.md"
tar -C "$scratch" -czf "$out/logs.tar.gz" logs
cat "$out/summary.md"
! statuses | cut -f2 | grep -qE '^(failed|timed out)$'
