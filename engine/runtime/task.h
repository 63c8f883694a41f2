#pragma once

#include "base/ids.h"
#include "base/result.h"

namespace engine {

enum class Progress { Again, Waiting, Finished, Failed };

// The unit of scheduling: one source, lane, merge, chain of operators or sink, with its channels. The
// executor never runs step() of one task on two threads at once, so a task needs no locks.
class Task {
public:
    virtual ~Task() = default;
    TaskId id() const { return m_id; }
    virtual bool mayBlock() const { return false; }     // true: give it a thread of its own
    virtual bool mayLag() const { return false; }       // true: woken only after some steps of the waker
    virtual Progress step() = 0;                        // at most one input element or one read
    const Error& failure() const { return m_failure; }  // after Failed

protected:
    explicit Task(TaskId id) : m_id(id) { }
    Progress fail(Error error)
    {
        m_failure = std::move(error);
        return Progress::Failed;
    }

private:
    TaskId m_id;
    Error m_failure;
};

// Runs tasks until they finish. ThreadExecutor is the product; the tests have one that runs every task on the
// caller's thread in an order drawn from a seed.
class Executor {
public:
    virtual ~Executor() = default;
    virtual void start(Task& task) = 0;  // tasks have ids 0, 1, 2, ... in the order in which they are started
    virtual Status release() = 0;        // the tasks started so far begin to run; after an error none does
    virtual void wake(TaskId task) = 0;  // its Waiting may be over; safe from any thread
    virtual void cancel() = 0;           // no task takes another step; returns when none is in one
};

}  // namespace engine
