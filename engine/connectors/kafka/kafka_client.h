#pragma once

#include "base/time.h"
#include "connectors/kafka/kafka_access.h"

#include <atomic>
#include <functional>
#include <librdkafka/rdkafka.h>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace engine {

// What an error's `where` says when it is about a topic that is not there.
inline constexpr std::string_view kNoSuchTopic = "topic";

struct KafkaTopic {
    std::string name{};
    std::vector<std::int32_t> partitions{};  // ascending
    std::set<std::int32_t> offline{};        // of these, those that no broker serves now
    bool operator==(const KafkaTopic&) const = default;
};

// What was asked of topics and what came of it, before it is judged.
struct KafkaTopicsAnswer {
    std::string asked{};  // one topic; empty: all
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_resp_err_t askedCode = RD_KAFKA_RESP_ERR_NO_ERROR;  // of that one topic
    std::vector<KafkaTopic> found{};                             // in the order of names
};
struct KafkaIdsAnswer {
    bool isAnswered = false;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;  // why not
    std::map<std::string, std::string> ids{};
};

// An offset that a group has committed, with what was written beside it.
struct KafkaGroupEntry {
    std::string topic{};
    std::int32_t partition = 0;
    std::int64_t offset = -1;
    std::string metadata{};
};

struct PartitionListDeleter {
    void operator()(rd_kafka_topic_partition_list_t* list) const
    {
        rd_kafka_topic_partition_list_destroy(list);
    }
};
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, PartitionListDeleter>;

struct KafkaClientSetup {
    KafkaRole role = KafkaRole::Consumer;
    KafkaAccess access{};
    TextMap settings{};  // beyond those that all clients have; ours, so not held against the allow-list
    std::function<void(const rd_kafka_message_t&)> onDelivered{};  // of a producer, called inside poll()
};

// One client of a cluster, with its callbacks turned into sentences. Belongs to one task and is used on its
// thread, but for the questions that say otherwise; what librdkafka's own threads say goes to the log.
class KafkaClient {
public:
    static Result<std::unique_ptr<KafkaClient>> make(KafkaClientSetup setup);
    ~KafkaClient();
    KafkaClient(const KafkaClient&) = delete;
    KafkaClient& operator=(const KafkaClient&) = delete;

    rd_kafka_t* handle() const { return m_handle; }
    // Serves callbacks, waiting at most so long for the first. Records of a consumer do not come this way,
    // but through its own queue.
    void poll(Duration longest = {});
    // The partitions of a topic, or of all topics for an empty name; in the order of names. Busy while no
    // broker answers in time; asked again, it waits for longer, up to five seconds.
    Result<std::vector<KafkaTopic>> topics(const std::string& name, Duration longest);
    // What tells a topic from another that had its name before. Without those that are not there, and empty
    // where brokers or librdkafka are too old to know. Busy: no answer in time.
    Result<std::map<std::string, std::string>> topicIds(const std::vector<KafkaTopic>& topics,
                                                        Duration longest);
    // Both in halves, for who does not wait: after prepareToAsk(), which says for how long, ask...() on any
    // thread while the client is used on its own, and there the answer is taken.
    Duration prepareToAsk(Duration longest);
    KafkaTopicsAnswer askForTopics(const std::string& name, Duration longest) const;
    KafkaIdsAnswer askForIds(const std::vector<KafkaTopic>& topics, Duration longest) const;
    Result<std::vector<KafkaTopic>> take(KafkaTopicsAnswer answer);
    Result<std::map<std::string, std::string>> take(KafkaIdsAnswer answer);
    // Sets the offsets that the group has committed, -1 or less where it has none.
    Status groupOffsets(const std::string& group, rd_kafka_topic_partition_list_t& offsets, Duration longest);
    // All that the group holds, once nothing of it is pending any more.
    Result<std::vector<KafkaGroupEntry>> groupEntries(const std::string& group, Duration longest);
    // The sentence for an error code. `doing` says to what: "read topic \"x\"". Busy: it may pass by itself.
    Error errorOf(rd_kafka_resp_err_t code, std::string_view doing, std::string_view detail = {}) const;
    // Why the cluster could not be reached when it was last tried, where the callbacks said so.
    const std::optional<Error>& trouble() const { return m_trouble; }
    void forgetTrouble() { m_trouble.reset(); }
    const std::string& servers() const { return m_servers; }
    // What could not be done, for a sentence, when not all of these offsets could be committed.
    std::string tellingOf(const rd_kafka_topic_partition_list_t* offsets) const;

private:
    KafkaClient() = default;
    static void onError(rd_kafka_t* handle, int code, const char* reason, void* self);
    static void onCommit(rd_kafka_t* handle, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t* offsets, void* self);
    static void onLog(const rd_kafka_t* handle, int level, const char* facility, const char* text);
    static void onDelivery(rd_kafka_t* handle, const rd_kafka_message_t* message, void* self);
    void remindOfServers();
    Error accessErrorOf(rd_kafka_resp_err_t code, std::string_view detail) const;
    Error addressErrorOf(std::string_view detail) const;
    Error silenceErrorOf(rd_kafka_resp_err_t code, std::string_view detail) const;
    Error passingErrorOf(rd_kafka_resp_err_t code, std::string_view what) const;

    rd_kafka_t* m_handle = nullptr;
    KafkaRole m_role = KafkaRole::Consumer;
    std::string m_servers, m_user, m_mechanism, m_caFile, m_group;
    bool m_hasCertificate = false, m_usesTls = false;
    std::function<void(const rd_kafka_message_t&)> m_onDelivered;
    std::optional<Error> m_trouble;
    std::string m_silentElsewhere;  // where the cluster says that a broker is, and nobody answered there
    unsigned m_unanswered = 0;      // questions, one after the other
    bool m_foundNobody = false;     // whom to ask, the last time
    bool m_hasToldOfCommit = false, m_hasAnswered = false;
    std::atomic<bool> m_isCutOff = false;  // at the first word: set by librdkafka's threads
};

// Of one that the document names.
Error noSuchPartition(const KafkaClient& client, const KafkaTopic& topic, std::int32_t wanted);

// What it means for a run that a record or batch of so many bytes was not taken.
Error deliveryErrorOf(const KafkaClient& client, const std::string& topic, rd_kafka_resp_err_t code,
                      std::size_t bytes);

// Whether a record is at fault, not the topic or the cluster: this one, or another in its batch, of which the
// broker takes all or none.
bool isRecordsFault(rd_kafka_resp_err_t code);

// Whether the error may pass without anybody doing anything to document or cluster: it is waited for.
bool mayPass(rd_kafka_resp_err_t code);

}  // namespace engine
