#!/usr/bin/env bash
# Makes the pictures of docs/pictures from a running example, in both themes at scale 1 and 2: docs/make_pictures.sh PROGRAM
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$(realpath "${1:?usage: docs/make_pictures.sh PROGRAM (a built streamwright)}")
state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
export XDG_STATE_HOME=$state XDG_RUNTIME_DIR=$state QT_QPA_PLATFORM=offscreen TZ=UTC LC_ALL=C.UTF-8
mkdir -p "$root/docs/pictures"
for theme in dark light; do
    for scale in 1 2; do
        suffix=$([ "$scale" = 1 ] && echo "" || echo "@2x")
        QT_SCALE_FACTOR=$scale "$program" --screenshot "$root/docs/pictures/window-$theme$suffix.png" --theme "$theme" \
            --after 9000 --size 1600x1000 --select warm "$root/resources/examples/sensor_windows.pipeline.json"
        QT_SCALE_FACTOR=$scale "$program" --screenshot "$root/docs/pictures/gallery-$theme$suffix.png" --theme "$theme" \
            --after 500 --size 1600x1000 --page home
        QT_SCALE_FACTOR=$scale "$program" --screenshot "$root/docs/pictures/jobs-$theme$suffix.png" --theme "$theme" \
            --after 9000 --size 1600x1000 --page jobs "$root/resources/examples/sensor_windows.pipeline.json"
        # Each minute the sensors of this example grow too hot; what fired for the pictures before is in the list.
        QT_SCALE_FACTOR=$scale "$program" --screenshot "$root/docs/pictures/alerts-$theme$suffix.png" --theme "$theme" \
            --after 45000 --size 1600x1000 --page alerts "$root/resources/examples/slow_drift.pipeline.json"
    done
done
