#pragma once

#include "base/time.h"

namespace engine {

// From here on the first SIGINT or SIGTERM is only noted, and a second ends the process at once with exit
// code 130.
void watchSignals();
bool wasInterrupted();

// A file that becomes larger than it may is an error of the write that meets it, not the end of the process.
void keepLimitsFromKilling();

// Waits at most this long, less when a signal comes. Main thread.
void waitForSignal(Duration atMost);

}  // namespace engine
