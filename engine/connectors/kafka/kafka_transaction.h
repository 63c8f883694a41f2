#pragma once

#include "connectors/kafka/kafka_client.h"

#include <condition_variable>
#include <mutex>

namespace engine {

struct KafkaTransactionOptions {
    KafkaParams access{};
    Duration linger{};
    std::string topic{};  // of the first sink: the decision stands beside its partition 0
    std::string pipeline{}, baseDirectory{};
};

// The transaction of a cluster in which all Kafka sinks of a job write, and whose commit decides its epochs
// (reliability.md 1.2): one producer with a lasting transactional.id. Owned by the job and asked on the
// authority's thread; sinks write through it on theirs.
class KafkaTransaction final : public Authority {
public:
    KafkaTransaction(KafkaTransactionOptions options, Env& env);
    ~KafkaTransaction() override;
    Result<std::optional<Decision>> lastDecision() override;
    Verdict decide(const Decision& decision) override;
    void carryOn(Epoch epoch) override { settle(epoch); }
    void giveUp() override;

    // The rest is for sinks, between two calls of lastDecision().
    rd_kafka_t* producer() const { return m_client->handle(); }
    // A topic with its own settings; the caller's to destroy.
    Result<rd_kafka_topic_t*> openTopic(const std::string& name, const TextMap& settings);
    // Whether rows behind the barrier of this epoch may be written; waits so long for it at most.
    bool waitUntilOpen(Epoch prepared, Duration longest);
    bool flush(Duration longest);  // whether the brokers have confirmed all that was written
    void serve(Duration longest = {});
    std::optional<Error> failure() const;  // what a record was lost to: nothing more can be written
    // Why a record was not taken.
    Error errorOfWrite(rd_kafka_resp_err_t code, const std::string& topic) const;

private:
    using Answer = std::unique_ptr<rd_kafka_error_t, decltype(&rd_kafka_error_destroy)>;
    Status makeClient();
    void endClient();
    Status fence();
    Result<std::optional<Decision>> readDecision();
    Status beginTransaction();
    rd_kafka_error_t* sendDecision(const Decision& decision);
    template <class Call>
    std::optional<Verdict> insist(Epoch epoch, Call call);
    Verdict verdictOf(const rd_kafka_error_t* error, Epoch epoch);
    Error stillWaiting(const Error& error);
    Error errorOf(const rd_kafka_error_t* error, const std::string& doing) const;
    void settle(Epoch epoch);
    void delivered(const rd_kafka_message_t& message);
    std::string group() const { return m_options.pipeline + ".0"; }

    const KafkaTransactionOptions m_options;
    Env& m_env;
    std::unique_ptr<KafkaClient> m_client;
    bool m_isFenced = false;    // those that were there before
    std::string m_lastTopic;  // beside which the last decision stands
    bool m_isAnswered = false;  // with what was decided last: sinks write
    std::optional<MonotonicTime> m_waitsSince;
    MonotonicTime m_madeAt{};
    std::atomic<bool> m_mayAbort = false;  // there are rows, and no commit of them was tried
    std::atomic<bool> m_isGivenUp = false;
    mutable std::timed_mutex m_serving;  // held by whoever lets the client call back
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    Epoch m_settled{};  // guarded by m_mutex, as is the next
    std::optional<Error> m_failure{};
};

}  // namespace engine
