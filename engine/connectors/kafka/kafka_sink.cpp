#include "connectors/kafka/kafka_sink.h"

#include "data/time_text.h"

#include <charconv>

namespace engine {

namespace {

constexpr Duration kMoment = std::chrono::milliseconds(50), kLeastWait = std::chrono::milliseconds(1);
constexpr Duration kAnswer = std::chrono::milliseconds(200);  // of metadata, at first
constexpr Duration kTryAnswer = std::chrono::seconds(10);
constexpr Duration kTellAfter = std::chrono::seconds(2);
constexpr Duration kTellOfSilenceAfter = std::chrono::seconds(15);  // busy brokers take their time
constexpr Duration kAskEvery = std::chrono::seconds(1);
constexpr int kMakeTopicMs = 2000;

void appendNumberText(std::string& into, auto value)
{
    char digits[40];
    into.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// A value as the bytes of a key or header.
void appendPlain(std::string& into, const Column& column, std::uint32_t row)
{
    switch (column.type()) {
    case DataType::Bool: into += column.flags()[row] ? "true" : "false"; return;
    case DataType::Int64: return appendNumberText(into, column.integers()[row]);
    case DataType::Float64: return appendNumberText(into, column.numbers()[row]);
    case DataType::Time: return appendIso8601Millis(into, column.integers()[row]);
    case DataType::String: into += column.text(row); return;
    }
}

}  // namespace

KafkaSink::~KafkaSink()
{
    // Whoever ends before its epoch was prepared begins it anew: nobody waits for these any more.
    m_again.insert(m_again.end(), m_refusedInTrial.begin(), m_refusedInTrial.end());
    for (const Again& record : m_again)
        if (record.headers) rd_kafka_headers_destroy(record.headers);
    if (m_client && !m_transaction)
        rd_kafka_purge(m_client->handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    m_topic.reset();
    m_client.reset();
}

Status KafkaSink::makeClient(Env& env, const std::string& baseDirectory)
{
    auto access = kafkaAccess(m_options.access, env, baseDirectory);
    if (!access) return access.error();
    KafkaClientSetup setup;
    setup.role = KafkaRole::Producer;
    setup.access = std::move(*access);
    setup.settings = {{"enable.idempotence", m_transaction ? "false" : "true"},
                      {"message.timeout.ms", "0"},  // for as long as it takes
                      {"allow.auto.create.topics", "false"},
                      {"linger.ms", millisecondsText(m_options.linger)},
                      {"compression.type", m_options.compression},
                      {"partitioner", m_options.partitioner},
                      // A call for each that goes well is dear; how many wait tells the same.
                      {"delivery.report.only.error", "true"},
                      {"queue.buffering.max.messages", "50000"},
                      {"queue.buffering.max.kbytes", "32768"}};
    setup.onDelivered = [this](const rd_kafka_message_t& message) { delivered(message); };
    auto made = KafkaClient::make(std::move(setup));
    if (!made) return made.error();
    m_client = std::move(*made);
    m_clock = &env.clock;
    return ok();
}

Status KafkaSink::open(SinkContext& context, const std::string& resumeFrom)
{
    if (!resumeFrom.empty() && resumeFrom != m_options.topic)
        return Error{ErrorCode::Refused,
                     "The run that is gone on with was writing to topic \"" + resumeFrom +
                         "\", and topic says \"" + m_options.topic +
                         "\" now; put the old topic back, or start with --fresh.",
                     {}};
    if (!m_client) {
        m_refused = context.refused;
        m_transaction = dynamic_cast<KafkaTransaction*>(context.authority);
        m_encoder = m_options.encoder();
        TRY(makeClient(context.env, context.baseDirectory));
    }
    TRY(findTopic(kAnswer));
    forgetWait();
    return openTopic();
}

Status KafkaSink::openTopic()
{
    if (m_transaction) {
        const auto topic = m_transaction->openTopic(
            m_options.topic,
            {{"compression.type", m_options.compression}, {"partitioner", m_options.partitioner}});
        if (!topic) return topic.error();
        m_topic.reset(*topic);
        return ok();
    }
    m_topic.reset(rd_kafka_topic_new(m_client->handle(), m_options.topic.c_str(), nullptr));
    if (m_topic) return ok();
    return m_client->errorOf(rd_kafka_last_error(), writing());
}

void KafkaSink::serve(Duration longest)
{
    if (m_transaction) m_transaction->serve(longest);
    m_client->poll(m_transaction ? Duration{} : longest);
}

Status KafkaSink::findTopic(Duration longest)
{
    m_client->poll();
    const auto found = m_client->topics(m_options.topic, longest);
    if (found) return ok();
    if (m_options.makesTopic && found.error().code != ErrorCode::Busy) {
        TRY(makeTopic());  // who may not see a topic is not told that it is not there
        return findTopic(longest);
    }
    // A new topic takes a moment until all brokers know it.
    const bool isNew = m_isTopicNew && found.error().where == kNoSuchTopic;
    return found.error().code == ErrorCode::Busy || isNew ? stillWaiting(found.error()) : found.error();
}

Status KafkaSink::makeTopic()
{
    using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, decltype(&rd_kafka_NewTopic_destroy)>;
    using Queue = std::unique_ptr<rd_kafka_queue_t, decltype(&rd_kafka_queue_destroy)>;
    using Event = std::unique_ptr<rd_kafka_event_t, decltype(&rd_kafka_event_destroy)>;
    using Options = std::unique_ptr<rd_kafka_AdminOptions_t, decltype(&rd_kafka_AdminOptions_destroy)>;
    const std::string doing = "make topic \"" + m_options.topic + "\"";
    char reason[512] = {};
    const NewTopic topic(rd_kafka_NewTopic_new(m_options.topic.c_str(), m_options.partitions,
                                               m_options.replication, reason, sizeof reason),
                         rd_kafka_NewTopic_destroy);
    if (!topic)
        return Error{ErrorCode::InvalidSpec, "Kafka cannot " + doing + ": " + std::string(reason) + ".", {}};
    const Options options(rd_kafka_AdminOptions_new(m_client->handle(), RD_KAFKA_ADMIN_OP_CREATETOPICS),
                          rd_kafka_AdminOptions_destroy);
    rd_kafka_AdminOptions_set_request_timeout(options.get(), kMakeTopicMs, reason, sizeof reason);
    const Queue queue(rd_kafka_queue_new(m_client->handle()), rd_kafka_queue_destroy);
    rd_kafka_NewTopic_t* list[]{topic.get()};
    rd_kafka_CreateTopics(m_client->handle(), list, 1, options.get(), queue.get());
    const Event event(rd_kafka_queue_poll(queue.get(), kMakeTopicMs), rd_kafka_event_destroy);
    m_client->poll();
    const rd_kafka_CreateTopics_result_t* result =
        event ? rd_kafka_event_CreateTopics_result(event.get()) : nullptr;
    if (!result || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return stillWaiting(m_client->errorOf(
            event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT, doing));
    std::size_t count = 0;
    const rd_kafka_topic_result_t** topics = rd_kafka_CreateTopics_result_topics(result, &count);
    const auto code = count > 0 ? rd_kafka_topic_result_error(topics[0]) : RD_KAFKA_RESP_ERR_NO_ERROR;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
        // Also one that is there already: the answer to a try before may have come too late.
        m_isTopicNew = true;
        m_options.makesTopic = false;
        return ok();
    }
    const char* detail = rd_kafka_topic_result_error_string(topics[0]);
    // The right to make a topic may be given on the cluster as well, and is another than that to write.
    const bool isForbidden = code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    const Error error = m_client->errorOf(isForbidden ? RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED : code,
                                          doing, detail ? detail : "");
    return error.code == ErrorCode::Busy ? stillWaiting(error) : error;
}

// Busy for as long as the trouble may pass by itself; its sentence comes when it lasts.
Error KafkaSink::stillWaiting(const std::optional<Error>& why)
{
    if (m_client->trouble() && m_client->trouble()->code != ErrorCode::Busy) return *m_client->trouble();
    if (why && why->code != ErrorCode::Busy && why->where != kNoSuchTopic) return *why;
    const MonotonicTime now = m_clock->monotonic();
    const int unconfirmed = rd_kafka_outq_len(producer());
    if (unconfirmed < std::exchange(m_unconfirmed, unconfirmed) && m_waitsSince) forgetWait();
    if (!m_waitsSince) m_waitsSince = now;
    const Duration waited = now - *m_waitsSince;
    if (waited < kTellAfter) return {ErrorCode::Busy, {}, {}};
    if (!why) askAfterTopic(now);
    std::string told = why ? why->message : std::string();
    if (!why && waited >= kTellOfSilenceAfter) told = m_unconfirmedBecause;
    return {ErrorCode::Busy, m_client->trouble() ? m_client->trouble()->message : told, {}};
}

// Now and then while nothing is confirmed: the client may keep records for ever without a word.
void KafkaSink::askAfterTopic(MonotonicTime now)
{
    if (!m_unconfirmedBecause.empty() && now - m_askedAt < kAskEvery) return;
    m_askedAt = now;
    const auto found = m_client->topics(m_options.topic, kAnswer);
    const bool isAway = !found && found.error().code == ErrorCode::Busy;
    m_unconfirmedBecause = isAway ? found.error().message
                                  : "The brokers at " + m_client->servers() +
            " answer, but do not confirm what was written to topic \"" + m_options.topic +
            "\"; see whether its partitions have leaders and replicas enough. It is waited for.";
}

// The brokers have confirmed something.
void KafkaSink::forgetWait()
{
    m_waitsSince.reset();
    m_unconfirmedBecause.clear();
    m_client->forgetTrouble();
}

Status KafkaSink::write(const RecordBatch& batch)
{
    if (!m_isEncoded) {
        m_text.clear();
        m_ends.clear();
        m_encoder->encodeRows(batch, m_text, m_ends);
        m_isEncoded = true;
    }
    // What comes behind a barrier waits until the transaction before it is decided.
    if (m_transaction && !m_transaction->waitUntilOpen(m_prepared, kMoment)) {
        m_client->poll();
        return stillWaiting({});
    }
    for (; m_rowsTaken < m_ends.size(); ++m_rowsTaken) TRY(produceRow(batch, m_rowsTaken));
    m_rowsTaken = 0;
    m_isEncoded = false;
    return flush();
}

Status KafkaSink::flush()
{
    serve();
    const auto& lost = m_transaction ? m_transaction->failure() : m_failure;
    return lost ? Status(*lost) : ok();
}

rd_kafka_headers_t* KafkaSink::headersOf(const RecordBatch& batch, std::uint32_t row)
{
    if (m_options.headers.empty()) return nullptr;
    rd_kafka_headers_t* headers = rd_kafka_headers_new(m_options.headers.size());
    for (const auto& [name, index] : m_options.headers) {
        const Column& column = batch.column(index);
        if (column.isNull(row)) continue;
        m_keyText.clear();
        appendPlain(m_keyText, column, row);
        rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), m_keyText.data(),
                            static_cast<ssize_t>(m_keyText.size()));
    }
    return headers;
}

// Hands one row to the client, which copies it.
rd_kafka_resp_err_t KafkaSink::hand(const RecordBatch& batch, std::uint32_t row)
{
    const std::size_t begin = row == 0 ? 0 : m_ends[row - 1];
    char* value = m_text.data() + begin;
    const std::size_t length = m_ends[row] - begin - 1;  // without the line end
    rd_kafka_headers_t* headers = headersOf(batch, row);
    const void* key = nullptr;
    std::size_t keyLength = 0;
    if (m_options.key && !batch.column(*m_options.key).isNull(row)) {
        m_keyText.clear();
        appendPlain(m_keyText, batch.column(*m_options.key), row);
        key = m_keyText.data();
        keyLength = m_keyText.size();
    }
    if (!headers)
        return rd_kafka_produce(m_topic.get(), RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, value, length, key,
                                keyLength, nullptr) == 0
            ? RD_KAFKA_RESP_ERR_NO_ERROR
            : rd_kafka_last_error();
    const auto code = rd_kafka_producev(
        producer(), RD_KAFKA_V_RKT(m_topic.get()), RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(value, length),
        RD_KAFKA_V_KEY(key, keyLength), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_headers_destroy(headers);
    return code;
}

Status KafkaSink::produceRow(const RecordBatch& batch, std::uint32_t row)
{
    if (!m_again.empty() || m_underTrial > 0) TRY(sendAgain());
    auto code = hand(batch, row);
    // Nothing wakes who waits for room: what was delivered well is not told.
    for (Duration wait = kLeastWait; code == RD_KAFKA_RESP_ERR__QUEUE_FULL && wait < kMoment; wait *= 2) {
        serve(wait);
        if (m_failure) return *m_failure;
        code = hand(batch, row);
    }
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) return stillWaiting({});
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (m_waitsSince) forgetWait();
        return ok();
    }
    if (code != RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) return failureOf(code, 0);
    const std::size_t bytes = m_ends[row] - (row == 0 ? 0 : m_ends[row - 1]) - 1;
    if (m_refused)
        m_refused->refuseRow("The record of " + std::to_string(bytes) +
                                 " bytes is larger than the client sends; raise message.max.bytes under "
                                 "properties, and max.message.bytes of the topic.",
                             batch, row);
    return ok();
}

Status KafkaSink::prepareInTransaction()
{
    const bool isAll = m_transaction->flush(kMoment);
    m_client->poll();
    if (const auto lost = m_transaction->failure()) return *lost;
    return isAll ? ok() : Status(stillWaiting({}));
}

Result<std::string> KafkaSink::prepare(Epoch epoch, EpochKind)
{
    if (m_transaction) {
        TRY(prepareInTransaction());
        m_prepared = epoch;
        forgetWait();
        return m_options.topic;
    }
    do {
        TRY(sendAgain());
        const bool isAll = isAllDelivered(kMoment);
        if (m_failure) return *m_failure;
        if (!isAll) return stillWaiting({});
    } while (!m_again.empty());
    forgetWait();
    return m_options.topic;
}

Status KafkaSink::tryOut(const TryContext& context)
{
    TRY(makeClient(context.env, context.baseDirectory));
    m_client->poll();
    const auto found = m_client->topics(m_options.makesTopic ? std::string() : m_options.topic, kTryAnswer);
    return found ? ok() : Status(found.error());
}

}  // namespace engine
