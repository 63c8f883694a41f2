#include "connectors/kafka/kafka_look.h"

#include <algorithm>

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
    m_isAnswered = false;
    const Duration longest = client.prepareToAsk(what.longest);
    m_thread = std::jthread([this, &client, what = std::move(what), longest] {
        m_look = lookAt(client, what, longest);
        m_isAnswered.store(true, std::memory_order_release);
    });
}

std::optional<KafkaLook> KafkaLookQuestion::poll()
{
    if (!isAsked() || !m_isAnswered.load(std::memory_order_acquire)) return {};
    m_thread.join();
    return std::move(m_look);
}

void KafkaLookQuestion::drop()
{
    if (isAsked()) m_thread.join();
}

}  // namespace engine
