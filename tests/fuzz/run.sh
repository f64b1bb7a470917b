#!/bin/sh
# Runs every fuzz target on its corpus for some seconds each, two at a time.
# usage: run.sh BIN_DIR SECONDS
# A crash leaves its input in the working folder and ends with exit 1.
set -eu
bin=$1
seconds=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run_one() {
	name=$1
	mkdir -p "$work/$name"
	if "$bin/fuzz_$name" -max_total_time="$seconds" -timeout=20 \
		-rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
		"$work/$name" "$here/corpus/$name" >"$work/$name.log" 2>&1; then
		runs=$(sed -n 's/.*number_of_executed_units: //p' \
			"$work/$name.log")
		echo "fuzz $name: clean, $runs runs in $seconds s"
	else
		tail -40 "$work/$name.log"
		echo "fuzz $name: FAILED"
		touch "$work/failed"
	fi
}

running=0
for target in "$bin"/fuzz_*; do
	run_one "${target##*/fuzz_}" &
	running=$((running + 1))
	if [ "$running" -eq 2 ]; then
		wait
		running=0
	fi
done
wait
[ ! -e "$work/failed" ]
