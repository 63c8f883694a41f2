#pragma once

namespace engine {

// For tests of recovery: ends the process, as kill -9 would, when the environment variable
// STREAMWRIGHT_KILL_AT names this point ("write", "write:3" for the third time it is passed, "write:3+5" for
// 5 ms after that). STREAMWRIGHT_STOP_AT stops it there, as kill -STOP would. Does nothing in a build without
// STREAMWRIGHT_KILL_POINTS.
#ifdef STREAMWRIGHT_KILL_POINTS
void killPoint(const char* name);
#else
inline void killPoint(const char*) { }
#endif

}  // namespace engine
