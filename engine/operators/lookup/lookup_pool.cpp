#include "operators/lookup/lookup_pool.h"

#include <system_error>

namespace engine {

LookupPool::LookupPool(MakeClient make, int threads, std::size_t atOnce, std::shared_ptr<Waker> waker)
    : m_make(std::move(make)),
      m_threadsWanted(threads),
      m_atOnce(atOnce),
      m_waker(std::move(waker))
{
}

LookupPool::~LookupPool()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isEnding.store(true);
        for (LookupClient* client : m_clients) client->interrupt();
    }
    m_asked.notify_all();
    m_threads.clear();
}

Status LookupPool::start()
{
    try {
        for (int i = 0; i < m_threadsWanted; ++i) m_threads.emplace_back([this] { work(); });
    } catch (const std::system_error& error) {
        return Error{ErrorCode::Refused,
                     "Only " + std::to_string(m_threads.size()) + " threads for look-ups could be started (" +
                         error.code().message() + "); choose a smaller concurrency.",
                     {}};
    }
    return ok();
}

bool LookupPool::ask(const LookupQuestionPtr& question)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_queue.size() >= m_atOnce * static_cast<std::size_t>(m_threadsWanted) * 2) return false;
        m_queue.push_back(question);
    }
    m_asked.notify_one();
    return true;
}

void LookupPool::takeAnswers(std::vector<Answered>& into)
{
    into.clear();
    const std::lock_guard lock(m_mutex);
    into.swap(m_answers);
}

void LookupPool::work()
{
    const std::unique_ptr<LookupClient> client = m_make(m_isEnding);
    std::unique_lock lock(m_mutex);
    m_clients.push_back(client.get());
    std::vector<LookupQuestionPtr> taken;
    std::vector<Answered> answered;
    for (;;) {
        m_asked.wait(lock, [this] { return m_isEnding.load() || !m_queue.empty(); });
        if (m_isEnding) break;
        while (!m_queue.empty() && taken.size() < m_atOnce) {
            taken.push_back(std::move(m_queue.front()));
            m_queue.pop_front();
        }
        lock.unlock();
        for (LookupQuestionPtr& question : taken) {
            LookupAnswer answer = client->ask(question->key);
            answered.emplace_back(std::move(question), std::move(answer));
        }
        taken.clear();
        lock.lock();
        const bool isFirst = m_answers.empty();
        for (Answered& each : answered) m_answers.push_back(std::move(each));
        answered.clear();
        lock.unlock();
        if (isFirst) m_waker->wake();
        lock.lock();
    }
    std::erase(m_clients, client.get());
}

}  // namespace engine
