#!/usr/bin/env bash
# Installs what is missing and runs the benchmark by whose name it is called; bench_windows and others are links to it.
# Arguments go to NAME.py.
set -euo pipefail
root=$(cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../.." && pwd)
. "$root/installers/packages.sh"
install_packages "${packages_build[@]}" "${packages_test[@]}"
if [ "$(basename "$0")" = bench_profile ]; then install_packages "${packages_profile[@]}"; fi
bash "$root/installers/librdkafka.sh"
exec python3 "$root/tests/bench/$(basename "$0").py" "$@"
