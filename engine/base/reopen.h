#pragma once

namespace engine {

// The same pipe or terminal once more, opened so that a write to it waits for nobody: that one is ready does
// not promise room for all that is written, and the file itself is left as it is, since others have it too.
// The caller closes it. -1: it is something else, or cannot be written.
int reopenWithoutWaiting(int file);

}  // namespace engine
