#include "connectors/kafka/kafka_look.h"

#include <algorithm>
#include <system_error>

namespace engine {

KafkaLook lookAt(const KafkaClient& client, const KafkaLookFor& what, Duration longest)
{
    KafkaLook look;
    look.topics = client.askForTopics(what.topic, longest);
    std::erase_if(look.topics.found, [&](const KafkaTopic& topic) { return !what.wants(topic.name); });
    look.ids = client.askForIds(look.topics.found, what.longest);
    return look;
}

void KafkaLookQuestion::ask(KafkaClient& client, KafkaLookFor what)
{
    CHECK(!isAsked());
    m_isAsked = true;
    m_isAnswered = false;
    const Duration longest = client.prepareToAsk(what.longest);
    const auto look = [this, &client, what = std::move(what), longest] {
        m_look = lookAt(client, what, longest);
        m_isAnswered.store(true, std::memory_order_release);
    };
    try {
        m_thread = std::jthread(look);
    } catch (const std::system_error&) {
        look();  // no thread can be started: then it is waited for
    }
}

std::optional<KafkaLook> KafkaLookQuestion::poll()
{
    if (!isAsked() || !m_isAnswered.load(std::memory_order_acquire)) return {};
    drop();
    return std::move(m_look);
}

void KafkaLookQuestion::drop()
{
    if (m_thread.joinable()) m_thread.join();
    m_isAsked = false;
}

}  // namespace engine
