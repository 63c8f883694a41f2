#pragma once

namespace engine {

// Asks the C library to keep the pages of what is freed, up to a bound: buffers of chunks and batches live
// for milliseconds, and a page that is given back is cleared again at the next use, a fifth of the time of
// reading a file. For the beginning of main(); does nothing where the library has no such choice.
void keepFreedPages();

}  // namespace engine
