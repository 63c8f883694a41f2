#!/usr/bin/env bash
# Builds what is shipped and measured: the release preset, guided by a profile of its own engine and optimised over all of
# its files at once. Arguments are targets (all, without any). The profile is made anew when the engine's sources change.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/installers/packages.sh"
build=$root/build/release
profile=$build/profile
records=1500000

install_packages "${packages_build[@]}"
bash "$root/installers/librdkafka.sh"
cd "$root"

# The compiler is part of it: no version reads another's profile.
wanted=$( { g++ --version; cat CMakeLists.txt CMakePresets.json engine/CMakeLists.txt installers/training/*; \
    find engine app/commands app/worker_main.cpp -type f -print0 | sort --zero-terminated | xargs --null cat; } | sha256sum)
if [ "$(cat "$profile/of" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$profile"
    mkdir -p "$profile/training"
    cmake --preset release -DSTREAMWRIGHT_PROFILE=generate >/dev/null
    cmake --build --preset release --target streamwright-worker
    echo "Training"
    g++ -O2 -std=c++20 tests/bench/make_sensors.cpp -o "$profile/training/make_sensors"
    (cd "$profile/training" && ./make_sensors sensors.ndjson "$records" 1000 uniform 500 1)
    cp installers/training/*.pipeline.json "$profile/training"
    for document in "$profile"/training/*.pipeline.json; do
        "$build/app/streamwright-worker" run "$document" --fresh --state "$profile/training/state"
    done
    rm -rf "$profile/training"
    echo "$wanted" >"$profile/of"
fi

targets=()
if [ $# -gt 0 ]; then targets=(--target "$@"); fi
cmake --preset release -DSTREAMWRIGHT_PROFILE=use >/dev/null
cmake --build --preset release "${targets[@]}"
