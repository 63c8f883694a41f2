#pragma once

#include "base/time.h"

namespace engine {

// From here on the first SIGINT or SIGTERM is only noted, and a second ends the process at once with exit
// code 130.
void watchSignals();
bool wasInterrupted();

// Waits at most this long, less when a signal comes. Main thread.
void waitForSignal(Duration atMost);

}  // namespace engine
