#!/usr/bin/env bash
# Runs the local driver's conformance suite many times in a row, and stops at the first failure.
#
#   scripts/conformance-soak.sh [runs]        (default: 200; build first: npm run build)
#
# Prints the log of a run that fails, and a closing line with the number of runs and the time they took.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${1:-200}
[[ $runs =~ ^[1-9][0-9]*$ ]] || { echo "usage: $0 [runs]; runs is a number from 1 on, not '$runs'" >&2; exit 2; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
start=$SECONDS

for ((run = 1; run <= runs; run += 1)); do
  began=$SECONDS
  if ! npx vitest run --no-color packages/driver-local/test/conformance.local.test.ts >"$log" 2>&1; then
    cat "$log"
    echo "failed: run $run of $runs, after $((SECONDS - start)) s" >&2
    exit 1
  fi
  echo "run $run of $runs passed in $((SECONDS - began)) s"
done
echo "passed: $runs consecutive runs without a failure in $((SECONDS - start)) s"
