#!/usr/bin/env bash
# Makes the pictures of docs/screens.md from running examples, in both themes at scale 1 and 2: docs/make_pictures.sh PROGRAM
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$(realpath "${1:?usage: docs/make_pictures.sh PROGRAM (a built streamwright)}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export QT_QPA_PLATFORM=offscreen TZ=UTC LC_ALL=C.UTF-8
mkdir "$work/pictures"
for theme in dark light; do
    for scale in 1 2; do
        # In turn, since several at once would show a computer that is too busy; each with a state of its own,
        # since an example that goes on from an earlier run looks different.
        mkdir -m 700 "$work/$theme$scale"
        XDG_STATE_HOME=$work/$theme$scale XDG_RUNTIME_DIR=$work/$theme$scale QT_SCALE_FACTOR=$scale \
            "$program" --screenshots "$work/pictures" --theme "$theme" >/dev/null
    done
done

mkdir -p "$root/docs/pictures"
rm -f "$root"/docs/pictures/*.png
mv "$work"/pictures/*.png "$root/docs/pictures/"
