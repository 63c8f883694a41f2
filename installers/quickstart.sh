#!/usr/bin/env bash
# Installs what is missing, builds the release preset, and shows a pipeline that is running.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/installers/packages.sh"
example=$root/resources/examples/sensor_windows.pipeline.json

install_packages "${packages_run[@]}" "${packages_build[@]}"

echo "Building (some minutes the first time)"
if ! bash "$root/installers/librdkafka.sh"; then
    echo "librdkafka could not be built from its source; Debian's is taken. It cannot log in by SCRAM at Kafka 4." >&2
    install_packages "${packages_fallback[@]}"
fi
(cd "$root" && cmake --preset release >/dev/null && cmake --build --preset release)

program=$root/build/release/app/streamwright
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    code=0
    "$program" --run "$example" || code=$?
    # 3: there is a display, and it does not let this user in.
    [ "$code" -eq 3 ] || exit "$code"
fi

echo "There is no display here, so the example runs for 20 s with the table of its nodes instead of the window."
"$program" run "$example" --fresh --table --duration 20s
echo "To see the window, run \"$program --run $example\" in a desktop session, or log in with \"ssh -X\" and run this script again."
