#include "base/heap.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace engine {

namespace {
constexpr int kMappedBlockBytes = 32 << 20;  // a larger block has pages of its own, given back when freed
constexpr int kKeptFreedBytes = 64 << 20;    // at the top of each of the library's heaps
}  // namespace

void keepFreedPages()
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, kMappedBlockBytes);
    mallopt(M_TRIM_THRESHOLD, kKeptFreedBytes);
#endif
}

}  // namespace engine
