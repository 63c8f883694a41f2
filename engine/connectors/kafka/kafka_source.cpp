#include "connectors/kafka/kafka_source.h"

#include "base/log.h"
#include "catalog/source_params.h"
#include "data/utf8.h"

#include <algorithm>

namespace engine {

namespace {

constexpr Duration kLookAgainWhenDown = std::chrono::seconds(1);
constexpr Duration kAskEndsAgain = std::chrono::seconds(10);  // after no answer
constexpr Duration kSilentFor =
    std::chrono::seconds(3);  // a first connection may take as long without a word
constexpr std::size_t kMessagesAtOnce = 2000;
constexpr std::size_t kMessageBytes = 512;  // what the client keeps beside a record that waits
// Each answer is unpacked as a whole, whatever waits already.
constexpr std::size_t kAnswerBytes = 1 << 20;  // of a broker, compressed
constexpr std::size_t kPartitionBytesLeast = 16 << 10, kPartitionBytesMost = 256 << 10;  // of it

bool isKafkaValueBlank(const rd_kafka_message_t& message)
{
    const std::string_view value(static_cast<const char*>(message.payload), message.len);
    return value.empty() ||
        (static_cast<unsigned char>(value.front()) <= ' ' &&
         value.find_first_not_of(" \t\r\n") == std::string_view::npos);
}

}  // namespace

KafkaSource::~KafkaSource()
{
    for (KafkaPart& part : m_parts)
        for (rd_kafka_message_t* message : part.waiting) rd_kafka_message_destroy(message);
    if (m_queue) rd_kafka_queue_destroy(m_queue);
}

Status KafkaSource::open(SourceContext& context, std::span<const SplitState> resumeFrom)
{
    if (!m_hasBegun) {
        m_hasBegun = true;
        m_env = &context.env;
        m_clock = &context.env.clock;
        m_baseDirectory = context.baseDirectory;
        m_openedAt = m_clock->monotonic();
        m_chunkBytes = context.chunkBytes;
        m_splitsMayWait = context.splitsMayWait;
        m_group = m_reading.group.empty() ? context.pipeline : m_reading.group;
        TRY(takeSaved(resumeFrom));
    }
    if (!m_client) TRY(connect());
    const KafkaLookFor what = lookFor();
    const Status status = takeParts(lookAt(*m_client, what, m_client->prepareToAsk(what.longest)));
    if (status) {
        m_isOpen = true;
        m_saved.clear();
        return ok();
    }
    const bool isSilent = status.error().code == ErrorCode::Busy && !m_client->trouble() &&
        m_clock->monotonic() - m_openedAt < kSilentFor;
    return isSilent ? Error{ErrorCode::Busy, {}, {}} : status.error();
}

// Where new ones begin is known before a client is made anew for them: those that are read go on as long as
// one has no leader yet.
Status KafkaSource::takeParts(KafkaLook look)
{
    TRY(findParts(std::move(look)));
    TRY(resolveStart());
    TRY(shareOut());
    return assign();
}

Status KafkaSource::connect()
{
    auto access = kafkaAccess(m_reading.access, *m_env, m_baseDirectory);
    if (!access) return access.error();
    const std::size_t queuedBytes = m_reading.prefetchBytes / m_shares;
    const std::size_t partitionBytes = std::clamp(queuedBytes, kPartitionBytesLeast, kPartitionBytesMost);
    KafkaClientSetup setup;
    setup.access = std::move(*access);
    setup.settings = {{"group.id", m_group},
                      {"enable.auto.commit", "false"},
                      {"enable.auto.offset.store", "false"},
                      {"auto.offset.reset", "error"},
                      // There is no group to be a member of, but so long the client keeps offsets that it
                      // could not tell, and with them itself, when the run ends while no broker answers.
                      {"session.timeout.ms", "6000"},
                      {"check.crcs", "true"},
                      {"enable.partition.eof", "true"},
                      {"isolation.level", "read_committed"},
                      // A question to the broker waits behind one for records that are not there yet.
                      {"fetch.wait.max.ms", "100"},
                      {"queued.min.messages", std::to_string(queuedBytes / kMessageBytes + 1)},
                      {"fetch.message.max.bytes", std::to_string(partitionBytes)},
                      {"queued.max.messages.kbytes", std::to_string((queuedBytes >> 10) + 1)}};
    // The client refuses an answer that is smaller than a message may be.
    std::size_t answerBytes = kAnswerBytes;
    for (const auto& [name, value] : setup.access.properties)
        if (name == "message.max.bytes")
            answerBytes = std::max<std::size_t>(answerBytes, std::strtoull(value.c_str(), nullptr, 10));
    setup.settings.emplace_back("fetch.max.bytes", std::to_string(answerBytes));
    if (rd_kafka_version() >= 0x020200ff) setup.settings.emplace_back("fetch.queue.backoff.ms", "5");
    auto client = KafkaClient::make(std::move(setup));
    if (!client) return client.error();
    if (m_queue) rd_kafka_queue_destroy(m_queue);
    m_endsQuestion.drop();
    m_lookQuestion.drop();
    m_client = std::move(*client);
    m_queue = rd_kafka_queue_get_consumer(m_client->handle());
    m_batch.resize(kMessagesAtOnce);
    return ok();
}

// What the client may hold counts for each of its queues: the common one, and that of each partition that has
// to wait. How many there can be is known when it has asked the cluster, and the client's settings are for
// life: where there are more now, another takes its place and begins where rows were last handed over.
Status KafkaSource::shareOut()
{
    const std::size_t shares = m_splitsMayWait ? m_parts.size() + 1 : 1;
    if (shares <= m_shares) return ok();
    for (KafkaPart& part : m_parts) {
        CHECK(part.waiting.empty());  // they are the old client's
        part.isAssigned = false;
    }
    // Twice as many, so that topics of a pattern that come one by one do not each cost a client.
    m_shares = m_shares == 1 ? shares : std::max(shares, 2 * m_shares);
    return connect();
}

// The lag is known from the beginning, and of a partition from which nothing is fetched at present. It is no
// reason not to read. One without a leader would keep those of the others waiting.
void KafkaSource::askForEnds()
{
    if (takeEnds() == KafkaEndsQuestion::Answer::NotYet || m_clock->monotonic() < m_askEndsAt) return;
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(m_parts.size())));
    for (const KafkaPart& part : m_parts)
        if (!part.isGone && !part.isOffline)
            rd_kafka_topic_partition_list_add(list.get(), part.topic.c_str(), part.partition);
    if (list->cnt > 0) m_endsQuestion.ask(*m_client, *list);
    m_askEndsAt = m_clock->monotonic() + m_reading.discoverEvery;
    takeEnds();
}

KafkaEndsQuestion::Answer KafkaSource::takeEnds()
{
    const auto answer = m_endsQuestion.poll([&](const char* topic, std::int32_t partition, std::int64_t end) {
        const auto parts = m_byTopic.find(std::string_view(topic));
        if (parts == m_byTopic.end()) return;
        const auto part = parts->second.find(partition);
        if (part != parts->second.end()) m_parts[part->second].end = end;
    });
    if (answer == KafkaEndsQuestion::Answer::Failed) m_askEndsAt = m_clock->monotonic() + kAskEndsAgain;
    return answer;
}

// What is fetched tells where a partition ends; nothing is while nobody takes it.
bool KafkaSource::lookOutside()
{
    if (m_isOpen) askForEnds();
    return true;
}

Status KafkaSource::assign()
{
    const bool isOther =
        std::any_of(m_parts.begin(), m_parts.end(), [](const auto& p) { return p.isAssigned == p.isGone; });
    if (!isOther) return ok();
    m_endsQuestion.drop();
    m_askEndsAt = {};
    askForEnds();
    const auto list = rd_kafka_topic_partition_list_new(static_cast<int>(m_parts.size()));
    for (const KafkaPart& part : m_parts)
        if (!part.isGone)
            rd_kafka_topic_partition_list_add(list, part.topic.c_str(), part.partition)->offset = part.next;
    const auto code = rd_kafka_assign(m_client->handle(), list);
    rd_kafka_topic_partition_list_destroy(list);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return m_client->errorOf(code, "read its partitions");
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        m_parts[i].isAssigned = !m_parts[i].isGone;
        if (std::exchange(m_parts[i].isPaused, false)) pause(SplitId{static_cast<std::uint32_t>(i)}, true);
    }
    m_lookedAt = m_clock->monotonic();
    return ok();
}

// New partitions now and then; after trouble, whether the cluster answers.
Status KafkaSource::lookAround(MonotonicTime now)
{
    m_client->poll();
    const bool isTroubled = m_client->trouble().has_value();
    if (isTroubled && m_client->trouble()->code != ErrorCode::Busy) return *m_client->trouble();
    const Duration every =
        isTroubled || !m_downBecause.empty() ? kLookAgainWhenDown : m_reading.discoverEvery;
    auto look = m_lookQuestion.poll();
    if (!look) {
        if (m_lookQuestion.isAsked() || now - m_lookedAt < every) return ok();
        m_lookedAt = now;
        m_lookQuestion.ask(*m_client, lookFor());
        return ok();
    }
    const bool isOld = m_lookedAt == MonotonicTime{};  // something has changed since it was asked
    const Status status = takeParts(std::move(*look));
    if (status) askForEnds();
    m_lookedAt = isOld ? MonotonicTime{} : m_clock->monotonic();
    m_downBecause = !status && status.error().code == ErrorCode::Busy ? status.error().message : "";
    return m_downBecause.empty() ? status : ok();
}

Result<ReadState> KafkaSource::read(SourceOutput& into, MonotonicTime deadline)
{
    if (m_waitsForStore) {
        waitUntil(*m_clock, deadline);
        return ReadState::Idle;
    }
    const std::size_t known = m_parts.size();
    takeEnds();
    TRY(lookAround(m_clock->monotonic()));
    if (m_parts.size() != known) return ReadState::More;  // the engine hears of them before their records
    bool gaveAny = false;
    for (;;) {
        auto got = consume(0, kMessagesAtOnce, into);
        if (!got) return got.error();
        const auto left = (deadline - m_clock->monotonic()).count() / 1000;
        if (*got == 0) {
            if (gaveAny || left <= 0) break;
            got = consume(static_cast<int>(left), 1, into);  // returns with the first
            if (!got) return got.error();
            if (*got == 0) break;
        }
        gaveAny = true;
        if (left <= 0 || !into.hasRoom()) break;
    }
    for (std::size_t i = 0; i < m_parts.size(); ++i) handOver(i, into);
    if (gaveAny) m_downBecause.clear();
    if (!m_downBecause.empty()) return Error{ErrorCode::Busy, m_downBecause, {}};
    if (std::all_of(m_parts.begin(), m_parts.end(), [](const KafkaPart& part) { return part.isGone; }))
        return nothingFits();
    return gaveAny ? ReadState::More : ReadState::Idle;
}

Result<std::size_t> KafkaSource::consume(int timeoutMs, std::size_t most, SourceOutput& into)
{
    const auto count = rd_kafka_consume_batch_queue(m_queue, timeoutMs, m_batch.data(), most);
    if (count <= 0) return std::size_t{0};
    Status status = ok();
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        if (status)
            status = take(m_batch[i], into);
        else
            rd_kafka_message_destroy(m_batch[i]);
    }
    if (!status) return status.error();
    return static_cast<std::size_t>(count);
}

KafkaPart* KafkaSource::partOf(const rd_kafka_message_t& message)
{
    if (!message.rkt) return nullptr;
    const auto topic = m_byTopic.find(std::string_view(rd_kafka_topic_name(message.rkt)));
    if (topic == m_byTopic.end()) return nullptr;
    const auto part = topic->second.find(message.partition);
    return part == topic->second.end() ? nullptr : &m_parts[part->second];
}

// Takes the message over.
Status KafkaSource::take(rd_kafka_message_t* message, SourceOutput& into)
{
    KafkaPart* part = partOf(*message);
    if (part && !part->isAssigned) {  // of the topic that had its name before
        rd_kafka_message_destroy(message);
        return ok();
    }
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR || !part) {
        const Status status = message->err ? errorOf(*message) : ok();
        // Behind the last record there may be marks of transactions, which are none.
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF && part)
            part->next = std::max(part->next, message->offset);
        rd_kafka_message_destroy(message);
        return status;
    }
    const bool isRepeated = message->offset < part->next;  // read before partitions were assigned anew
    if (!isRepeated) part->next = message->offset + 1;
    const bool hasValue = message->payload != nullptr;
    const auto fault = isRepeated || !hasValue ? std::nullopt : faultOf(*message);
    if (!isRepeated && hasValue && !fault) {
        part->waiting.push_back(message);
        part->waitingBytes += message->len;
        if (part->waitingBytes >= m_chunkBytes)
            handOver(static_cast<std::size_t>(m_byTopic.find(part->topic)->second.at(part->partition)), into);
        return ok();
    }
    m_withoutValue += !isRepeated && !hasValue;
    if (fault) {
        RecordReject reject;
        reject.reason = *fault;
        reject.place = ":" + std::to_string(message->offset);
        reject.raw = utf8Preview({static_cast<const char*>(message->payload), message->len},
                                 limits::kRejectPreviewBytes);
        part->rejects.push_back(std::move(reject));
    }
    rd_kafka_message_destroy(message);
    return ok();
}

// Why a record with a value is rejected before anything is decoded.
std::optional<std::string> KafkaSource::faultOf(const rd_kafka_message_t& message) const
{
    if (message.len > m_reading.recordBytesMax)
        return "The record is " + std::to_string(message.len) + " bytes long; max_record_bytes allows " +
            std::to_string(m_reading.recordBytesMax) + ".";
    if (m_reading.blankIsFault && isKafkaValueBlank(message)) return "The record's value is empty.";
    if (m_reading.needsTime && kafkaTimeUs(rd_kafka_message_timestamp(&message, nullptr)) == kNoWatermark)
        return "The record has no timestamp, and that is the time column.";
    return {};
}

Status KafkaSource::errorOf(const rd_kafka_message_t& message)
{
    const std::string topic = message.rkt ? rd_kafka_topic_name(message.rkt) : m_reading.topic;
    if (mayPass(message.err)) return ok();  // tried again by the client; an outage is seen by looking around
    switch (message.err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF: return ok();
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        if (!m_pattern) return gone(topic);
        m_lookedAt = {};  // what is there is seen by looking around
        return ok();
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        if (isRemade(topic) && m_pattern) {
            m_lookedAt = {};
            return ok();
        }
        if (isRemade(topic)) return remade(topic);
        return Error{
            ErrorCode::Refused,
            "The broker at " + m_client->servers() + " has no longer, or not any more, the records of " +
                topic + "/" + std::to_string(message.partition) +
                " from where this run wants to go on: they are past their retention, or the topic was "
                "made anew. Start with --fresh to read what is there.",
            topic};
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION: {
        const std::string detail = rd_kafka_message_errstr(&message);
        return Error{ErrorCode::Refused,
                     "The records of " + topic + "/" + std::to_string(message.partition) + " from " +
                         std::to_string(message.offset) + " on at " + m_client->servers() +
                         " cannot be unpacked (" + detail +
                         "): they are damaged, or become too large for receive.message.max.bytes, which is "
                         "100 MB if it is not set, and of which zstd may use no more than a third. Set it "
                         "under properties, or delete these records.",
                     topic};
    }
    default:
        return m_client->errorOf(message.err, "read topic \"" + topic + "\"",
                                 rd_kafka_message_errstr(&message));
    }
}

void KafkaSource::handOver(std::size_t index, SourceOutput& into)
{
    KafkaPart& part = m_parts[index];
    if (part.waiting.empty() && part.rejects.empty()) return;
    RawChunk chunk = kafkaChunk(part, m_reading);
    into.records(SplitId{static_cast<std::uint32_t>(index)}, std::move(chunk),
                 std::exchange(part.rejects, {}));
}

// By where its records go inside the client: pausing there would fetch them twice.
void KafkaSource::pause(SplitId split, bool waits)
{
    KafkaPart& part = m_parts[split.value];
    if (part.isPaused == waits) return;
    part.isPaused = waits;
    rd_kafka_queue_t* own =
        rd_kafka_queue_get_partition(m_client->handle(), part.topic.c_str(), part.partition);
    if (!own) return;
    rd_kafka_queue_forward(own, waits ? nullptr : m_queue);
    rd_kafka_queue_destroy(own);
}

}  // namespace engine
