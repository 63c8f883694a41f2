// labels: kafka
// What a Kafka source says of each partition: whether all is read that is there, and whether it can be read.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "connectors/kafka/kafka_source.h"
#include "support/kafka_admin.h"
#include "support/kafka_broker.h"

#include <librdkafka/rdkafka_mock.h>
#endif

#include "test_main.h"

namespace tst_kafka_splits {

using namespace engine;

namespace {

constexpr char kTopic[] = "readings";

MonotonicTime inHalfAMinute() { return systemEnv().clock.monotonic() + std::chrono::seconds(30); }

class CountingOutput final : public SourceOutput {
public:
    ByteInput& bytes(SplitId) override { qFatal("it has no bytes"); }
    void rows(SplitId, RecordBatch) override { }
    void records(SplitId, RawChunk chunk, std::vector<RecordReject>) override
    {
        m_records += static_cast<int>(static_cast<const KafkaRecords&>(*chunk.records).offsets.size());
    }
    bool hasRoom() const override { return true; }
    int count() const { return m_records; }

private:
    int m_records = 0;
};

// Reads on until the condition holds; false when it does not in time. `longest`: that a call has taken.
bool readUntil(KafkaSource& source, CountingOutput& output, const std::function<bool()>& condition,
               Duration* longest = nullptr)
{
    const Clock& clock = systemEnv().clock;
    for (const MonotonicTime end = inHalfAMinute(); !condition() && clock.monotonic() < end;) {
        const MonotonicTime began = clock.monotonic();
        const auto read = source.read(output, began + std::chrono::milliseconds(10));
        if (longest) *longest = std::max(*longest, clock.monotonic() - began);
        if (!read && read.error().code != ErrorCode::Busy) return false;
    }
    return condition();
}

KafkaReading readingFrom(const std::string& servers)
{
    KafkaReading reading;
    reading.access.bootstrapServers = servers;
    reading.topic = kTopic;
    reading.start = KafkaStart::Earliest;
    reading.prefetchBytes = reading.recordBytesMax = 1 << 20;
    reading.discoverEvery = std::chrono::milliseconds(100);
    return reading;
}

// As its task does, and with the beginning stored: until then it gives nothing. Empty, or what was wrong.
std::string openAndStore(KafkaSource& source)
{
    SourceContext context{systemEnv(), {}, 1 << 16, "pipeline"};
    Status opened = source.open(context, {});
    for (const MonotonicTime end = inHalfAMinute();
         !opened && opened.error().code == ErrorCode::Busy && systemEnv().clock.monotonic() < end;)
        opened = source.open(context, {});
    if (!opened) return "not open: " + opened.error().message;
    source.noted(Epoch{1});
    source.committed(Epoch{1});
    return {};
}

}  // namespace

class KafkaSplitsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void onlyWhatIsReadToItsEndIsSilent();
    void aPartitionThatNobodyServesIsTold();
    void endsAreAskedForWithoutWaiting();
    void aMissingLeaderIsNoSilence();
};

void KafkaSplitsTest::onlyWhatIsReadToItsEndIsSilent()
{
    KafkaBroker broker;
    QCOMPARE(broker.start(), std::string());
    broker.createTopic(kTopic, 2);
    broker.produce(kTopic, {{"{\"n\":1}"}});
    KafkaSource source(readingFrom(broker.servers()));
    const std::string problem = openAndStore(source);
    QVERIFY2(problem.empty(), problem.c_str());
    const auto kind = [&](std::size_t split) { return source.splits().at(split).kind; };
    const auto areAtEnd = [&] {
        return kind(0) == SplitState::AtKnownEnd && kind(1) == SplitState::AtKnownEnd;
    };
    CountingOutput output;
    QCOMPARE(kind(0), SplitState::Unreachable);  // a record waits there that has not come
    QVERIFY(readUntil(source, output, areAtEnd));
    QCOMPARE(output.count(), 1);
    broker.produce(kTopic, {{"{\"n\":2}"}});
    QVERIFY(readUntil(source, output, [&] { return output.count() == 2; }));
    QVERIFY(readUntil(source, output, areAtEnd));
    // A broker that takes two seconds to tell of partitions holds nothing up.
    broker.freeze();
    Duration longest{};
    QVERIFY(readUntil(
        source, output, [&] { return kind(0) == SplitState::Unreachable; }, &longest));
    QVERIFY2(longest < std::chrono::seconds(1), qPrintable(QString("%1 us").arg(longest.count())));
    broker.thaw();
    QVERIFY(readUntil(source, output, areAtEnd));
    broker.addPartitions(kTopic, 3);
    QVERIFY(readUntil(source, output, [&] { return source.splits().size() == 3; }));
    broker.stop();
    QVERIFY(readUntil(source, output, [&] { return kind(0) == SplitState::Unreachable; }));
}

// In a cluster inside this process, in which partitions can lose their leader.
void KafkaSplitsTest::aPartitionThatNobodyServesIsTold()
{
    const KafkaAdmin owner = kafkaAdmin({});
    const std::unique_ptr<rd_kafka_mock_cluster_t, decltype(&rd_kafka_mock_cluster_destroy)> cluster(
        rd_kafka_mock_cluster_new(owner.get(), 1), rd_kafka_mock_cluster_destroy);
    rd_kafka_mock_topic_create(cluster.get(), kTopic, 2, 1);
    KafkaClientSetup setup;
    setup.access.servers = rd_kafka_mock_cluster_bootstraps(cluster.get());
    const auto client = KafkaClient::make(std::move(setup));
    QVERIFY(client);
    const auto offline = [&] {
        const auto topics = (*client)->topics(kTopic, std::chrono::seconds(20));
        return topics && topics->size() == 1 ? topics->front().offline : std::set<std::int32_t>{-1};
    };
    QCOMPARE(offline(), std::set<std::int32_t>{});
    rd_kafka_mock_partition_set_leader(cluster.get(), kTopic, 1, -1);
    QCOMPARE(offline(), std::set<std::int32_t>{1});
    rd_kafka_mock_partition_set_leader(cluster.get(), kTopic, 1, 1);
    QCOMPARE(offline(), std::set<std::int32_t>{});
}

// Rows are read on until a broker that takes its time has answered.
void KafkaSplitsTest::endsAreAskedForWithoutWaiting()
{
    if (rd_kafka_version() < 0x020300ff) QSKIP("this librdkafka knows only a question that is waited for");
    const KafkaAdmin owner = kafkaAdmin({});
    const std::unique_ptr<rd_kafka_mock_cluster_t, decltype(&rd_kafka_mock_cluster_destroy)> cluster(
        rd_kafka_mock_cluster_new(owner.get(), 1), rd_kafka_mock_cluster_destroy);
    rd_kafka_mock_topic_create(cluster.get(), kTopic, 2, 1);
    rd_kafka_mock_broker_set_rtt(cluster.get(), 1, 200);
    KafkaClientSetup setup;
    setup.access.servers = rd_kafka_mock_cluster_bootstraps(cluster.get());
    const auto client = KafkaClient::make(std::move(setup));
    QVERIFY(client);
    const PartitionList asked(rd_kafka_topic_partition_list_new(2));
    for (const int partition : {0, 1}) rd_kafka_topic_partition_list_add(asked.get(), kTopic, partition);
    std::map<std::int32_t, std::int64_t> ends;
    const auto take = [&](const char* topic, std::int32_t partition, std::int64_t end) {
        if (std::string(topic) == kTopic) ends[partition] = end;
    };
    using Answer = KafkaEndsQuestion::Answer;
    KafkaEndsQuestion question;
    question.ask(**client, *asked);
    Answer answer = question.poll(take);
    QVERIFY(answer == Answer::NotYet);
    for (const MonotonicTime end = inHalfAMinute();
         answer == Answer::NotYet && systemEnv().clock.monotonic() < end;) {
        answer = question.poll(take);
        if (answer == Answer::Failed) {  // it took longer than a question may, on a busy computer
            question.ask(**client, *asked);
            answer = Answer::NotYet;
        }
    }
    QVERIFY(answer == Answer::Told);
    QVERIFY(ends == (std::map<std::int32_t, std::int64_t>{{0, 0}, {1, 0}}));
    QVERIFY(question.poll(take) == Answer::None);
    question.ask(**client, *asked);
    question.drop();
    QVERIFY(question.poll(take) == Answer::None);
}

// Whoever reads that no broker answers looks for it in the wrong place.
void KafkaSplitsTest::aMissingLeaderIsNoSilence()
{
    KafkaClientSetup setup;
    setup.access.servers = "127.0.0.1:1";
    const auto client = KafkaClient::make(std::move(setup));
    QVERIFY(client);
    const auto told = [&](rd_kafka_resp_err_t code) {
        const Error error = (*client)->errorOf(code, "read topic \"readings\"");
        return error.code == ErrorCode::Busy ? error.message : "not Busy: " + error.message;
    };
    QCOMPARE(told(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION),
             std::string("The cluster at 127.0.0.1:1 answers, but a partition has no leader there at present "
                         "or has just got another: it cannot read topic \"readings\" now (Broker: Not leader "
                         "for partition). It is tried again. While it lasts, see whether all brokers of the "
                         "cluster run."));
    QVERIFY(told(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS).find("min.insync.replicas") != std::string::npos);
    QCOMPARE(told(RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS),
             std::string("The cluster at 127.0.0.1:1 answers: it cannot read topic \"readings\" now (Broker: "
                         "Coordinator load in progress). It is tried again."));
    for (const auto code : {RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION})
        QVERIFY(told(code).starts_with("No Kafka broker answers at 127.0.0.1:1"));
}

STREAMWRIGHT_TEST(KafkaSplitsTest)

}  // namespace tst_kafka_splits
#include "tst_kafka_splits.moc"
