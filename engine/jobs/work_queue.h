#pragma once

#include <functional>

namespace engine {

// Runs functions one after another, away from the caller: the snapshot writer, and who keeps alerts; both may
// wait for the disk.
// Owned by a job; what it is given must outlive it. Its destructor finishes what was begun and drops the
// rest.
class WorkQueue {
public:
    virtual ~WorkQueue() = default;
    virtual void post(std::function<void()> work) = 0;
    virtual void finish() = 0;  // returns when all that was posted is done
};

}  // namespace engine
