// Which partitions are read, and from where on.
#include "base/log.h"
#include "connectors/kafka/kafka_source.h"

#include <algorithm>

namespace engine {

namespace {

constexpr Duration kAnswerWithin = std::chrono::seconds(2);  // also from a busy computer
constexpr char kBeforeTopicId = '@';  // in a saved position

}  // namespace

bool KafkaSource::isRead(const std::string& topic) const
{
    return m_reading.reads(topic, m_pattern.get());
}

bool KafkaSource::isRead(const std::string& topic, std::int32_t partition) const
{
    return isRead(topic) && m_reading.reads(partition);
}

// The document may have changed since: then what it does not name any more is left.
Status KafkaSource::takeSaved(std::span<const SplitState> resumeFrom)
{
    if (m_reading.isPattern()) m_pattern = std::make_unique<RE2>(m_reading.topic);
    m_saved.assign(resumeFrom.begin(), resumeFrom.end());
    std::string dropped;
    for (const SplitState& split : resumeFrom) {
        const std::size_t slash = split.name.rfind('/');
        if (slash == std::string::npos)
            return Error{ErrorCode::Corrupt,
                         "The saved state knows no partition \"" + split.name +
                             "\"; start again with --fresh.",
                         split.name};
        if (split.position.empty()) continue;  // noted before the broker was asked where to begin
        KafkaPart part;
        part.topic = split.name.substr(0, slash);
        part.partition = static_cast<std::int32_t>(std::strtol(split.name.c_str() + slash + 1, nullptr, 10));
        part.next = std::strtoll(split.position.c_str(), nullptr, 10);
        if (!isRead(part.topic, part.partition)) {
            dropped += (dropped.empty() ? "" : ", ") + split.name;
            continue;
        }
        const std::size_t id = split.position.find(kBeforeTopicId);
        if (id != std::string::npos) m_topicIds[part.topic] = split.position.substr(id + 1);
        m_byTopic[part.topic][part.partition] = m_parts.size();
        m_parts.push_back(std::move(part));
    }
    m_isResumed = !m_parts.empty();
    m_hasDropped = !dropped.empty();
    m_waitsForStore = !m_isResumed || m_hasDropped;
    if (m_hasDropped)
        log(LogLevel::Warning,
            "The document now reads " + m_reading.topic + " and no longer " + dropped +
                ", from which the last run read: what was not read there is left. What is read instead "
                "begins by the parameter start.");
    return ok();
}

Error KafkaSource::gone(const std::string& topic) const
{
    return {ErrorCode::Refused,
            "The topic \"" + topic + "\" is gone from " + m_client->servers() +
                ", and with it what was not read yet. Make it anew and start with --fresh, or read another.",
            topic};
}

Error KafkaSource::nothingFits() const
{
    return {ErrorCode::Busy,
            "No topic at " + m_client->servers() + " fits the pattern \"" + m_reading.topic +
                "\", or none that may be read; it waits for one.",
            {}};
}

Error KafkaSource::remade(const std::string& topic) const
{
    return {ErrorCode::Refused,
            "The topic \"" + topic + "\" at " + m_client->servers() +
                " was recreated: it is another one than was read so far, and what was not read of that is "
                "gone. Start with --fresh to read the new one.",
            topic};
}

// While it is asked nothing of this changes.
KafkaLookFor KafkaSource::lookFor() const
{
    return {m_pattern ? std::string() : m_reading.topic,
            [this](const std::string& topic) { return isRead(topic); }, kAnswerWithin};
}

// Adds what is there now and was not known: topics of a pattern, partitions of a topic.
Status KafkaSource::findParts(KafkaLook look)
{
    const auto topics = m_client->take(std::move(look.topics));
    if (!topics) {
        const bool isGone = topics.error().where == kNoSuchTopic && m_byTopic.contains(m_reading.topic);
        return isGone ? gone(m_reading.topic) : topics.error();
    }
    for (const auto& [name, parts] : m_byTopic) {
        if (std::any_of(topics->begin(), topics->end(), [&](const auto& t) { return t.name == name; }))
            continue;
        if (!m_pattern) return gone(name);
        leave(name);
    }
    TRY(compareIds(std::move(look.ids)));
    for (const KafkaTopic& topic : *topics) TRY(addParts(topic));
    return ok();
}

// The others that fit the pattern are read on. Its positions are kept: that it is not listed may pass.
void KafkaSource::leave(const std::string& topic)
{
    bool isNew = false;
    for (const auto& [number, index] : m_byTopic.at(topic))
        isNew |= !std::exchange(m_parts[index].isGone, true);
    if (isNew)
        log(LogLevel::Warning,
            "The topic \"" + topic + "\" is not there any more at " + m_client->servers() +
                ", and with it what was not read yet. The others that fit \"" + m_reading.topic +
                "\" are read on, and so is this one if it comes again.");
}

// Another topic under a name that fits the pattern.
void KafkaSource::beginAnew(const std::string& topic)
{
    for (const auto& [number, index] : m_byTopic.at(topic)) {
        KafkaPart& part = m_parts[index];
        part.next = part.end = -1;
        part.beginsByStart = part.isAssigned = false;
    }
    log(LogLevel::Warning,
        "The topic \"" + topic + "\" at " + m_client->servers() +
            " was recreated: what was not read of the old one is gone, and the new one is read from its "
            "beginning.");
}

// Offsets mean nothing in another topic of the same name.
Status KafkaSource::compareIds(KafkaIdsAnswer answer)
{
    const auto ids = m_client->take(std::move(answer));
    if (!ids) return m_isOpen ? ok() : Status(ids.error());  // the next look around asks again
    for (const auto& [name, id] : *ids) {
        std::string& known = m_topicIds[name];
        if (!known.empty() && known != id) {
            if (!m_pattern) return remade(name);
            if (m_byTopic.contains(name)) beginAnew(name);
        }
        known = id;
    }
    return ok();
}

bool KafkaSource::isRemade(const std::string& topic) const
{
    const auto known = m_topicIds.find(topic);
    const auto ids = m_client->topicIds({{topic, {}}}, kAnswerWithin);
    return ids && known != m_topicIds.end() && ids->contains(topic) && ids->at(topic) != known->second;
}

Status KafkaSource::addParts(const KafkaTopic& topic)
{
    for (const std::int32_t wanted : m_reading.partitions)
        if (std::find(topic.partitions.begin(), topic.partitions.end(), wanted) == topic.partitions.end())
            return noSuchPartition(*m_client, topic, wanted);
    // Beside saved ones of its topic it was added since then, unless the document asks for others now.
    const bool isOther =
        m_hasDropped && (!m_byTopic.contains(topic.name) || !m_reading.partitions.empty());
    for (const auto& [number, index] : m_byTopic[topic.name])  // one that was made anew may have fewer
        if (m_pattern && !std::binary_search(topic.partitions.begin(), topic.partitions.end(), number))
            m_parts[index].isGone = true;
    for (const std::int32_t number : topic.partitions) {
        if (!isRead(topic.name, number)) continue;
        const auto [place, isNew] = m_byTopic[topic.name].emplace(number, m_parts.size());
        if (!isNew) {
            m_parts[place->second].isOffline = topic.offline.contains(number);
            m_parts[place->second].isGone = false;
            continue;
        }
        KafkaPart part;
        part.topic = topic.name;
        part.partition = number;
        part.isOffline = topic.offline.contains(number);
        part.beginsByStart = !m_isOpen && (!m_isResumed || isOther);
        if (m_isOpen)
            log(LogLevel::Warning,
                "Topic " + topic.name + " has a new partition, " + std::to_string(number) +
                    "; it is read from its beginning.");
        m_parts.push_back(std::move(part));
    }
    return ok();
}

// What came after the first start is new altogether and read from its beginning. No checkpoint knew it, so
// only the broker tells whether it was there to be read from its very first record.
Status KafkaSource::resolveStart()
{
    std::vector<KafkaPart*> byStart, added;
    for (KafkaPart& part : m_parts)
        if (part.next < 0 && !part.isGone) (part.beginsByStart ? byStart : added).push_back(&part);
    TRY(resolveKafkaStart(*m_client, m_reading, m_group, m_reading.start, byStart));
    const Status status = resolveKafkaStart(*m_client, m_reading, m_group, KafkaStart::Earliest, added);
    for (const KafkaPart* part : added)
        if (part->next > 0)
            log(LogLevel::Warning,
                "The first " + std::to_string(part->next) + " records of the new partition " + part->name() +
                    " are gone from the broker (retention, or somebody deleted them) and were not read.");
    return status;
}

// Silence means something at the end alone: before it records are there, and only do not come.
SplitState::Kind KafkaSource::kindOf(const KafkaPart& part) const
{
    std::int64_t low = 0, high = -1;
    if (part.isGone) return SplitState::AtKnownEnd;
    const bool mayBeDown = m_lookQuestion.isAsked() && m_client->trouble();
    if (!m_downBecause.empty() || mayBeDown || part.isOffline) return SplitState::Unreachable;
    const auto code = rd_kafka_get_watermark_offsets(m_client->handle(), part.topic.c_str(), part.partition,
                                                     &low, &high);
    const bool isAtEnd = code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 && part.next >= high;
    return isAtEnd ? SplitState::AtKnownEnd : SplitState::Unreachable;
}

// Until it is open, what was saved before: a part of the answers is no beginning.
std::vector<SplitState> KafkaSource::splits() const
{
    if (!m_isOpen) return m_saved;
    std::vector<SplitState> splits;
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        const KafkaPart& part = m_parts[i];
        SplitState split{SplitId{static_cast<std::uint32_t>(i)}, part.name(), {}, kindOf(part)};
        const auto id = m_topicIds.find(part.topic);
        if (part.next >= 0) split.position = std::to_string(part.next);
        if (part.next >= 0 && id != m_topicIds.end()) split.position += kBeforeTopicId + id->second;
        splits.push_back(std::move(split));
    }
    return splits;
}

}  // namespace engine
