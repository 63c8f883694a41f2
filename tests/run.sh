#!/usr/bin/env bash
# Installs what the tests need, builds the presets dev, asan and tsan, runs all tests, and closes with "N passed, N failed".
# With names of presets as arguments only those are built and run.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/installers/packages.sh"
presets=("$@")
if [ ${#presets[@]} -eq 0 ]; then presets=(dev asan tsan); fi

passed=0
failed=0

# A step that is no test of its own (install, configure, build) counts as one failed test when it fails.
give_up() {
    echo "$1" >&2
    failed=$((failed + 1))
    finish
}

finish() {
    echo "$passed passed, $failed failed"
    if [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then exit 1; fi
    exit 0
}

# count_results FILE: adds the tests of a JUnit file. One that was skipped or did not run counts as failed.
count_results() {
    local good all
    all=$(grep -c '<testcase ' "$1" || true)
    good=$(grep -c '<testcase .*status="run"' "$1" || true)
    passed=$((passed + good))
    failed=$((failed + all - good))
}

run_preset() {
    local preset=$1 build=$root/build/$1 results=$root/build/$1/results.xml parallel
    echo "== $preset: build"
    (cd "$root" && cmake --preset "$preset" >"$root/build/$preset.configure.log" 2>&1) || {
        cat "$root/build/$preset.configure.log" >&2
        give_up "The preset $preset could not be configured."
    }
    (cd "$root" && cmake --build --preset "$preset" -- --quiet) ||
        give_up "The preset $preset could not be built."

    echo "== $preset: tests"
    rm -f "$results"
    parallel=$(nproc)
    # Those with a broker run in dev alone and spend most of their time waiting for it.
    if [ "$preset" = dev ]; then parallel=$((parallel + 1)); fi
    (cd "$build" && ctest --output-on-failure --output-junit "$results" --timeout 300 --parallel "$parallel" \
        --resource-spec-file "$root/tests/brokers.json")
    if [ ! -s "$results" ]; then give_up "ctest of the preset $preset wrote no results."; fi
    count_results "$results"
}

install_packages "${packages_run[@]}" "${packages_build[@]}" "${packages_test[@]}" ||
    give_up "The packages could not be installed."
bash "$root/installers/librdkafka.sh" || give_up "librdkafka could not be built."
bash "$root/tests/peers/kafka/kafka.sh" jars || give_up "The jars of the Kafka broker could not be had."

export QT_QPA_PLATFORM=offscreen
export LC_ALL=C.UTF-8
export TZ=UTC
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
# Qt is not instrumented: what its own threads do among themselves is not ours to judge.
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:ignore_noninstrumented_modules=1
mkdir -p "$root/build"
for preset in "${presets[@]}"; do run_preset "$preset"; done
finish
