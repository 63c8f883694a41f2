// What becomes of records that a sink has handed over.
#include "connectors/kafka/kafka_sink.h"
#include "data/utf8.h"

namespace engine {

namespace {

constexpr Duration kTrialAnswer = std::chrono::milliseconds(50);
constexpr std::size_t kTrialMost = 4096;  // records

// What the broker says of the record itself is no answer: the client has given the text free by then.
std::string reasonOf(rd_kafka_resp_err_t why, bool hasKey)
{
    const std::string reason = "Kafka refuses the record: " + std::string(rd_kafka_err2str(why)) + ".";
    const bool mayNeedKey = why == RD_KAFKA_RESP_ERR_INVALID_RECORD && !hasKey;
    return mayNeedKey ? reason + " It has no key, and a compacted topic takes none without." : reason;
}

}  // namespace

bool isRecordsFault(rd_kafka_resp_err_t code)
{
#if RD_KAFKA_VERSION >= 0x020500ff
    if (code == RD_KAFKA_RESP_ERR__INVALID_DIFFERENT_RECORD) return true;
#endif
    return code == RD_KAFKA_RESP_ERR_INVALID_MSG || code == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE ||
        code == RD_KAFKA_RESP_ERR_INVALID_RECORD || code == RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP;
}

Error deliveryErrorOf(const KafkaClient& client, const std::string& topic, rd_kafka_resp_err_t code,
                      std::size_t bytes)
{
    char reason[512] = {};
    // What waited behind a fatal error is purged: that error is the reason.
    if (code == RD_KAFKA_RESP_ERR__FATAL || code == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
        code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
        if (const auto fatal = rd_kafka_fatal_error(client.handle(), reason, sizeof reason)) code = fatal;
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
        return {
            ErrorCode::Refused,
            "The topic \"" + topic + "\" does not take a record or batch of " + std::to_string(bytes) +
                " bytes and more; raise its max.message.bytes, or set message.max.bytes under properties to "
                "that value, so that records that are too large are rejected one by one.",
            {}};
    Error error = client.errorOf(code, "write to topic \"" + topic + "\"", reason);
    // The record is lost to this run: only a restart writes it again.
    if (error.code == ErrorCode::Busy) error.code = ErrorCode::Unavailable;
    return error;
}

Error KafkaSink::failureOf(rd_kafka_resp_err_t code, std::size_t bytes) const
{
    return m_transaction ? m_transaction->errorOfWrite(code, m_options.topic)
                         : deliveryErrorOf(*m_client, m_options.topic, code, bytes);
}

void KafkaSink::delivered(const rd_kafka_message_t& message)
{
    if (!isRecordsFault(message.err)) {
        if (!m_failure) m_failure = failureOf(message.err, message.len + message.key_len);
        return;
    }
    Again record{message.partition, message.err,
                 std::string(static_cast<const char*>(message.payload), message.len), message.key != nullptr};
    if (record.hasKey) record.key.assign(static_cast<const char*>(message.key), message.key_len);
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        record.headers = rd_kafka_headers_copy(headers);
    if (m_underTrial > 0)
        m_refusedInTrial.push_back(std::move(record));
    else
        m_again.push_back(std::move(record));
}

// To the partition where it was.
rd_kafka_resp_err_t KafkaSink::hand(Again& record)
{
    std::vector<rd_kafka_vu_t> with;
    const auto add = [&with](rd_kafka_vtype_t type) -> auto& {
        return with.emplace_back(rd_kafka_vu_t{type, {}}).u;
    };
    add(RD_KAFKA_VTYPE_RKT).rkt = m_topic.get();
    add(RD_KAFKA_VTYPE_PARTITION).i32 = record.partition;
    add(RD_KAFKA_VTYPE_MSGFLAGS).i = RD_KAFKA_MSG_F_COPY;
    add(RD_KAFKA_VTYPE_VALUE).mem = {record.value.data(), record.value.size()};
    if (record.hasKey) add(RD_KAFKA_VTYPE_KEY).mem = {record.key.data(), record.key.size()};
    if (record.headers) add(RD_KAFKA_VTYPE_HEADERS).headers = record.headers;
    rd_kafka_error_t* error = rd_kafka_produceva(m_client->handle(), with.data(), with.size());
    if (!error) {
        record.headers = nullptr;
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    const auto code = rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    return code;
}

bool KafkaSink::isAllDelivered(Duration longest)
{
    rd_kafka_flush(m_client->handle(), static_cast<int>(longest.count() / 1000));
    return rd_kafka_outq_len(m_client->handle()) == 0;
}

// Refused records are tried once more before any other is written, behind those that were under way with
// them: some at a time with nothing else under way, twice as many after each trial that went well and half
// as many after each that did not, until the one at fault is alone.
Status KafkaSink::sendAgain()
{
    const MonotonicTime until = m_clock->monotonic() + kTrialAnswer;
    while (!m_again.empty() || m_underTrial > 0) {
        if (m_clock->monotonic() >= until) return Error{ErrorCode::Busy, {}, {}};
        const bool isAll = isAllDelivered(kTrialAnswer);
        if (m_failure) return *m_failure;
        if (!isAll) return stillWaiting({});
        if (m_underTrial > 0)
            endTrial();
        else
            TRY(beginTrial());
    }
    return ok();
}

Status KafkaSink::beginTrial()
{
    while (m_underTrial < m_trialSize && !m_again.empty()) {
        const auto code = hand(m_again.front());
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && m_underTrial > 0) break;
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failureOf(code, m_again.front().value.size());
        m_again.pop_front();
        ++m_underTrial;
    }
    return ok();
}

void KafkaSink::endTrial()
{
    const std::size_t tried = std::exchange(m_underTrial, 0);
    if (m_refusedInTrial.empty()) {
        m_trialSize = std::min(2 * tried, kTrialMost);
        return;
    }
    if (tried > 1) {
        m_again.insert(m_again.begin(), m_refusedInTrial.begin(), m_refusedInTrial.end());
        m_trialSize = tried / 2;
    } else {
        const Again& refused = m_refusedInTrial.front();
        if (m_refused)
            m_refused->refuse(reasonOf(refused.why, refused.hasKey),
                              utf8Preview(refused.value, limits::kRejectPreviewBytes));
        if (refused.headers) rd_kafka_headers_destroy(refused.headers);
    }
    m_refusedInTrial.clear();
}

}  // namespace engine
