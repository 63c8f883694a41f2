#pragma once

#include "component/operator.h"
#include "operators/lookup/lookup_answers.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace engine {

// Asks the outside for one key at a time and may block. Made and used by one thread of a pool.
class LookupClient {
public:
    virtual ~LookupClient() = default;
    virtual LookupAnswer ask(std::string_view key) = 0;
    // Any thread: what ask() waits for is not needed any more.
    virtual void interrupt() { }
};

// Threads that ask, with a bounded queue before them. Belongs to an operator, whose task's thread makes every
// call; the threads end with it, within moments, whatever they wait for.
class LookupPool {
public:
    using MakeClient = std::function<std::unique_ptr<LookupClient>(const std::atomic<bool>& isEnding)>;
    // A thread takes up to `atOnce` questions from the queue at a time.
    LookupPool(MakeClient make, int threads, std::size_t atOnce, std::shared_ptr<Waker> waker);
    ~LookupPool();
    Status start();
    bool ask(const LookupQuestionPtr& question);  // false: the queue is full
    using Answered = std::pair<LookupQuestionPtr, LookupAnswer>;
    void takeAnswers(std::vector<Answered>& into);  // cleared first

private:
    void work();
    const MakeClient m_make;
    const int m_threadsWanted;
    const std::size_t m_atOnce;
    const std::shared_ptr<Waker> m_waker;
    std::atomic<bool> m_isEnding = false;
    std::mutex m_mutex;
    std::condition_variable m_asked;
    std::deque<LookupQuestionPtr> m_queue;  // guarded by m_mutex, as is all that follows
    std::vector<Answered> m_answers;
    std::vector<LookupClient*> m_clients;
    std::vector<std::jthread> m_threads;  // of the task alone
};

}  // namespace engine
