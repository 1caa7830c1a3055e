#!/usr/bin/env bash
# Keeps what run.sh wrote: copies results.json and summary.md to benchmarks/results/<date>-gpu-<device>.{json,md}.
#   benchmarks/gpu/record.sh FILES…        results.json, or results.json and summary.md
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
stop() { printf 'record.sh: %s\n' "$*" >&2; exit 2; }

json='' markdown=''
for file in "$@"; do
    [ -f "$file" ] || stop "no such file: $file"
    case $file in
    *.json) json=$file ;;
    *.md) markdown=$file ;;
    *) stop "$file is neither .json nor .md" ;;
    esac
done
[ -n "$json" ] || stop "name a results.json"

member() { sed -n "s/^  \"$1\": \"\{0,1\}\([^\",]*\).*/\1/p" "$json" | head -n 1; }

[ "$(member dryRun)" = false ] || stop "$json is from a dry run: its numbers mean nothing"
date=$(member date)
device=$(member device | tr '[:upper:] ' '[:lower:]-' | tr -cd 'a-z0-9-')
[ -n "$date" ] || stop "$json names no date"
[ -n "$device" ] || stop "$json names no device"
target=$root/benchmarks/results/${date%%T*}-gpu-$device
cp "$json" "$target.json"
printf '%s\n' "$target.json"
if [ -n "$markdown" ]; then
    cp "$markdown" "$target.md"
    printf '%s\n' "$target.md"
fi
