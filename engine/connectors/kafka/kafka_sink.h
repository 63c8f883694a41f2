#pragma once

#include "connectors/kafka/kafka_transaction.h"

#include <deque>
#include <functional>

namespace engine {

struct KafkaSinkOptions {
    KafkaParams access{};
    std::string topic{}, partitioner{}, compression{};
    Duration linger{};
    std::optional<std::size_t> key{};  // a column
    std::vector<std::pair<std::string, std::size_t>> headers{};
    bool makesTopic = false;
    int partitions = 1, replication = 1;  // of a topic that it makes
    std::function<std::unique_ptr<Encoder>()> encoder{};
};

// Writes rows to a topic. An epoch is prepared when the brokers have confirmed each of its records: by itself
// a failure repeats rows and loses none, and in the job's transaction, where there is one, neither. A full
// queue and brokers that do not answer are waited for. Belongs to its sink task.
class KafkaSink final : public Sink {
public:
    explicit KafkaSink(KafkaSinkOptions options) : m_options(std::move(options)) { }
    ~KafkaSink() override;
    Status open(SinkContext& context, const std::string& resumeFrom) override;
    Status write(const RecordBatch& batch) override;
    Status flush() override;
    Result<std::string> prepare(Epoch epoch, EpochKind kind) override;
    // Whether the topic is there, or a cluster that could make it; writes nothing.
    Status tryOut(const TryContext& context);

private:
    struct TopicEnd {
        void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
    };
    Status makeClient(Env& env, const std::string& baseDirectory);
    Status openTopic();
    Status prepareInTransaction();
    rd_kafka_t* producer() const { return m_transaction ? m_transaction->producer() : m_client->handle(); }
    void serve(Duration longest = {});
    Status findTopic(Duration longest);
    Status makeTopic();
    // A record that was refused with all others of its batch, one of which is at fault.
    struct Again {
        std::int32_t partition = 0;
        rd_kafka_resp_err_t why{};
        std::string value{};
        bool hasKey = false;
        std::string key{};
        rd_kafka_headers_t* headers = nullptr;  // owned until it is handed on
    };
    Status produceRow(const RecordBatch& batch, std::uint32_t row);
    rd_kafka_resp_err_t hand(const RecordBatch& batch, std::uint32_t row);
    rd_kafka_resp_err_t hand(Again& record);
    Status sendAgain();
    Status beginTrial();
    void endTrial();
    bool isAllDelivered(Duration longest);
    rd_kafka_headers_t* headersOf(const RecordBatch& batch, std::uint32_t row);
    void delivered(const rd_kafka_message_t& message);
    Error failureOf(rd_kafka_resp_err_t code, std::size_t bytes) const;
    Error stillWaiting(const std::optional<Error>& why);
    void askAfterTopic(MonotonicTime now);
    void forgetWait();
    std::string writing() const { return "write to topic \"" + m_options.topic + "\""; }

    KafkaSinkOptions m_options;
    const Clock* m_clock = nullptr;
    RefusedRows* m_refused = nullptr;
    std::unique_ptr<Encoder> m_encoder;
    std::unique_ptr<KafkaClient> m_client;
    KafkaTransaction* m_transaction = nullptr;  // then the client only asks questions
    Epoch m_prepared{};
    std::unique_ptr<rd_kafka_topic_t, TopicEnd> m_topic;
    bool m_isTopicNew = false;      // made by this run, or so it may be
    std::string m_text, m_keyText;  // of the batch being written; of one row
    std::vector<std::size_t> m_ends;
    std::uint32_t m_rowsTaken = 0;
    bool m_isEncoded = false;
    std::optional<MonotonicTime> m_waitsSince;
    MonotonicTime m_askedAt{};
    std::string m_unconfirmedBecause;  // as was last heard; empty: not asked yet
    int m_unconfirmed = 0;             // records, when it was last waited
    std::deque<Again> m_again;         // in the order in which they were written
    std::vector<Again> m_refusedInTrial;
    std::size_t m_underTrial = 0, m_trialSize = 1;  // records
    std::optional<Error> m_failure;  // what a record was lost to: the epoch is not to be decided
};

}  // namespace engine
