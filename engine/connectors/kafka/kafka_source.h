#pragma once

#include "component/source.h"
#include "connectors/kafka/kafka_client.h"
#include "connectors/kafka/kafka_ends.h"
#include "connectors/kafka/kafka_look.h"
#include "connectors/kafka/kafka_records.h"

#include <algorithm>
#include <deque>
#include <map>
#include <re2/re2.h>
#include <string>
#include <vector>

namespace engine {

enum class KafkaStart { Committed, Earliest, Latest, AtTime };

// What a Kafka source was told to read.
struct KafkaReading {
    KafkaParams access{};
    std::string topic{};                     // a name, or a pattern that begins with ^
    std::vector<std::int32_t> partitions{};  // empty: all, and those that are added later
    KafkaStart start = KafkaStart::Committed;
    Timestamp startTime{};  // AtTime
    std::string group{};    // empty: the pipeline's id
    std::size_t prefetchBytes = 0, recordBytesMax = 0;
    Duration discoverEvery{};
    std::vector<KafkaColumn> besides{};
    bool needsTime = false;         // a record without a timestamp is rejected
    bool linesAreOneRecord = true;  // a line feed inside a value means nothing and is replaced
    bool blankIsFault = false;  // a value that is there and holds nothing; else the format says what it is
    bool isPattern() const { return !topic.empty() && topic.front() == '^'; }
    // `pattern`: the topic's, when it is one; the brokers' own topics fit none.
    bool reads(const std::string& name, const RE2* pattern) const
    {
        return pattern ? name.rfind("__", 0) != 0 && RE2::FullMatch(name, *pattern) : name == topic;
    }
    bool reads(std::int32_t partition) const
    {
        return partitions.empty() ||
            std::find(partitions.begin(), partitions.end(), partition) != partitions.end();
    }
};

// One partition: where it is being read, and the records that wait to be handed over as a chunk.
struct KafkaPart {
    std::string topic{};
    std::int32_t partition = 0;
    std::int64_t next = -1;  // offset; -1: not known yet
    std::int64_t end = -1;   // as it was asked; what is fetched tells a newer one
    bool beginsByStart = false;  // else, without a position, at its beginning
    bool isAssigned = false, isPaused = false;
    bool isOffline = false;  // no broker serves it
    bool isGone = false;     // with its topic, which fits a pattern and may come again
    std::vector<rd_kafka_message_t*> waiting{};
    std::size_t waitingBytes = 0;
    std::vector<RecordReject> rejects{};
    std::string name() const { return topic + "/" + std::to_string(partition); }
};

// Reads the partitions of topics, assigned by itself and not by a group; each is a split. Offsets are its own
// and lie in the checkpoint; the broker is told them afterwards, for tools that show the lag. Belongs to its
// source task.
class KafkaSource final : public Source {
public:
    explicit KafkaSource(KafkaReading reading) : m_reading(std::move(reading)) { }
    ~KafkaSource() override;
    Status open(SourceContext& context, std::span<const SplitState> resumeFrom) override;
    Result<ReadState> read(SourceOutput& into, MonotonicTime deadline) override;
    std::vector<SplitState> splits() const override;
    void pause(SplitId split, bool waits) override;
    bool lookOutside() override;
    void noted(Epoch epoch) override;
    void committed(Epoch epoch) override;
    bool tellsEnd() const override { return m_isOpen; }
    void tellEnd(MonotonicTime deadline) override;
    // Of a source that is open: what a run would see later. That the broker does not let it use its group,
    // and, as a warning, that nothing fits the pattern.
    Status tryOut();
    std::map<std::string, std::int64_t> counters() const override;

private:
    using Positions = std::vector<std::pair<std::size_t, std::int64_t>>;  // index into m_parts, next offset
    Status takeSaved(std::span<const SplitState> resumeFrom);
    KafkaLookFor lookFor() const;
    Status takeParts(KafkaLook look);
    Status connect();
    Status shareOut();
    std::optional<std::string> faultOf(const rd_kafka_message_t& message) const;
    bool isRead(const std::string& topic) const;
    bool isRead(const std::string& topic, std::int32_t partition) const;
    Status findParts(KafkaLook look);
    void leave(const std::string& topic);
    void beginAnew(const std::string& topic);
    Status compareIds(KafkaIdsAnswer answer);
    SplitState::Kind kindOf(const KafkaPart& part) const;
    bool isRemade(const std::string& topic) const;
    Status addParts(const KafkaTopic& topic);
    Status resolveStart();
    Status assign();
    void askForEnds();
    KafkaEndsQuestion::Answer takeEnds();
    Status lookAround(MonotonicTime now);
    Result<std::size_t> consume(int timeoutMs, std::size_t most, SourceOutput& into);
    Status take(rd_kafka_message_t* message, SourceOutput& into);
    Status errorOf(const rd_kafka_message_t& message);
    void handOver(std::size_t index, SourceOutput& into);
    KafkaPart* partOf(const rd_kafka_message_t& message);
    Error gone(const std::string& topic) const;
    Error nothingFits() const;
    Error remade(const std::string& topic) const;
    PartitionList offsetsOf(const Positions& positions) const;
    Positions positions() const;

    KafkaReading m_reading;
    bool m_splitsMayWait = false;
    std::unique_ptr<RE2> m_pattern;  // of the topics' names; null: one topic
    Env* m_env = nullptr;
    const Clock* m_clock = nullptr;
    std::string m_group, m_baseDirectory;
    std::size_t m_chunkBytes = 0;
    std::size_t m_shares = 1;  // of the prefetch, as the client was made
    std::unique_ptr<KafkaClient> m_client;
    KafkaEndsQuestion m_endsQuestion;  // to m_client, and so is the next
    KafkaLookQuestion m_lookQuestion;
    rd_kafka_queue_t* m_queue = nullptr;
    std::deque<KafkaPart> m_parts;  // by split
    std::map<std::string, std::map<std::int32_t, std::size_t>, std::less<>> m_byTopic;
    std::map<std::string, std::string> m_topicIds;  // of a topic that is made anew under its name: another
    std::vector<SplitState> m_saved;                // until it is open
    std::vector<rd_kafka_message_t*> m_batch;
    bool m_isResumed = false, m_hasBegun = false, m_isOpen = false;
    bool m_hasDropped = false;  // saved partitions that the document does not name any more
    std::string m_downBecause;     // empty: the cluster answers
    bool m_waitsForStore = false;  // of where it begins
    std::optional<Epoch> m_startNoted;
    std::map<Epoch, Positions> m_noted;
    MonotonicTime m_lookedAt{}, m_askEndsAt{}, m_openedAt{};
    std::int64_t m_withoutValue = 0;
};

// Cuts the records that wait into a chunk; frees them.
RawChunk kafkaChunk(KafkaPart& part, const KafkaReading& reading);

// The offsets at which partitions begin, asked of the broker; sets `next` of each. Busy: not yet, or not all.
Status resolveKafkaStart(KafkaClient& client, const KafkaReading& reading, const std::string& group,
                         KafkaStart start, const std::vector<KafkaPart*>& parts);

}  // namespace engine
