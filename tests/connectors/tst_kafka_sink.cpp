// labels: kafka
// The Kafka sink against a real broker: what a record looks like, what is refused, what is waited for.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "connectors/kafka/kafka_sink.h"
#include "connectors/kafka_readings.h"
#include "formats/json/json_encoder.h"
#include "support/kafka_admin.h"
#include "support/kafka_broker.h"
#endif

#include "test_main.h"

#include <QFile>
#include <QTemporaryDir>

#include <map>

namespace tst_kafka_sink {

using namespace engine;

class KafkaSinkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_refused.reasons.clear(); }
    void recordsHaveKeysHeadersAndValues();
    void keysGoWhereJavaPutsThem();
    void allCompressionsAreRead_data();
    void allCompressionsAreRead();
    void topicsAreMadeOnlyIfTold();
    void aRecordThatIsTooLargeIsRejected();
    void aRefusedRecordCostsNoOther_data();
    void aRefusedRecordCostsNoOther();
    void aTopicWithASmallerLimitEndsTheRun();
    void aBrokerThatIsGoneIsWaitedFor();
    void logsInByScramOverTls_data();
    void logsInByScramOverTls();
    void namesWhatIsMissing();
    void triesWithoutWriting();

private:
    KafkaSinkOptions options(const std::string& topic) const;
    KafkaSinkOptions loginOptions(const std::string& topic, const std::string& user) const;
    Status open(KafkaSink& sink)
    {
        return insist([&] { return sink.open(m_context, {}); });
    }
    // Opens, writes, prepares.
    Status writeOnce(const KafkaSinkOptions& options, const RecordBatch& batch);
    static Status prepare(KafkaSink& sink)
    {
        return insist([&]() -> Status {
            const auto staged = sink.prepare(Epoch{1}, EpochKind::Ordinary);
            return staged ? ok() : Status(staged.error());
        });
    }

    KafkaBroker m_broker;
    QTemporaryDir m_secrets;
    RefusedReadings m_refused;
    SinkContext m_context{systemEnv(), "", "pipeline", 0, &m_refused, "output"};
};

void KafkaSinkTest::initTestCase()
{
    QCOMPARE(m_broker.start(), std::string());
    const std::pair<const char*, const char*> secrets[]{
        {"alice", "alice-secret"}, {"bob", "bob-secret"}, {"wrong", "wrong-secret"}};
    for (const auto& [name, value] : secrets) {
        QFile file(m_secrets.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(value);
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
    }
    systemEnv().secrets = {{}, m_secrets.path().toStdString()};
}

KafkaSinkOptions KafkaSinkTest::options(const std::string& topic) const
{
    KafkaSinkOptions made;
    made.access.bootstrapServers = m_broker.servers();
    made.topic = topic;
    made.partitioner = "murmur2_random";
    made.compression = "lz4";
    made.linger = std::chrono::milliseconds(5);
    made.key = 0;
    made.encoder = [] {
        EncodeOptions encode;
        encode.schema = readingSchema();
        return std::make_unique<JsonEncoder>(encode);
    };
    return made;
}

KafkaSinkOptions KafkaSinkTest::loginOptions(const std::string& topic, const std::string& user) const
{
    KafkaSinkOptions made = options(topic);
    made.access.bootstrapServers = m_broker.loginServers();
    made.access.security = "sasl_ssl";
    made.access.mechanism = "SCRAM-SHA-512";
    made.access.user = user;
    made.access.password = {user};
    made.access.ca = {m_broker.directory() + "/ca.pem"};
    return made;
}

Status KafkaSinkTest::writeOnce(const KafkaSinkOptions& options, const RecordBatch& batch)
{
    KafkaSink sink(options);
    TRY(open(sink));
    TRY(insist([&] { return sink.write(batch); }));
    return prepare(sink);
}

void KafkaSinkTest::recordsHaveKeysHeadersAndValues()
{
    m_broker.createTopic("shape", 1);
    KafkaSinkOptions made = options("shape");
    made.headers = {{"number", 1}, {"who", 0}};
    const auto written = writeOnce(made, readings({{"a\nb", 1}, {{}, 2}, {"", 3}}));
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    const auto records = m_broker.consume("shape");
    QCOMPARE(records.size(), std::size_t(3));
    QCOMPARE(records[0].key, std::string("a\nb"));
    QCOMPARE(records[0].value, std::string("{\"name\":\"a\\nb\",\"n\":1}"));
    QVERIFY(records[0].headers ==
            (std::vector<std::pair<std::string, std::string>>{{"number", "1"}, {"who", "a\nb"}}));
    QVERIFY(records[1].headers == (std::vector<std::pair<std::string, std::string>>{{"number", "2"}}));
    QVERIFY(records[1].key.empty());
}

void KafkaSinkTest::keysGoWhereJavaPutsThem()
{
    // murmur2 as Java's clients have it.
    const std::map<std::string, std::uint32_t> hashes{{"kafka", 0xd067cf64},
                                                      {"1234", 0x9fc97b14},
                                                      {"234", 0xe7c009ca},
                                                      {"34", 0x873930da},
                                                      {"4", 0x5a4b5ca1}};
    constexpr int kPartitions = 7;
    m_broker.createTopic("partitions", kPartitions);
    std::vector<Reading> rows;
    for (const auto& [key, hash] : hashes) rows.push_back({key, 1});
    QVERIFY(bool(writeOnce(options("partitions"), readings(rows))));
    const auto records = m_broker.consume("partitions");
    QCOMPARE(records.size(), hashes.size());
    for (const KafkaTestRecord& record : records)
        QCOMPARE(record.partition, static_cast<int>((hashes.at(record.key) & 0x7fffffff) % kPartitions));
}

void KafkaSinkTest::allCompressionsAreRead_data()
{
    QTest::addColumn<QString>("compression");
    for (const char* name : {"lz4", "zstd", "snappy", "gzip", "none"}) QTest::newRow(name) << name;
}

void KafkaSinkTest::allCompressionsAreRead()
{
    QFETCH(QString, compression);
    const std::string topic = "packed_" + compression.toStdString();
    m_broker.createTopic(topic, 2);
    KafkaSinkOptions made = options(topic);
    made.compression = compression.toStdString();
    QVERIFY(bool(writeOnce(made, countedReadings(0, 1500))));
    QCOMPARE(m_broker.consume(topic).size(), std::size_t(1500));
}

void KafkaSinkTest::topicsAreMadeOnlyIfTold()
{
    KafkaSinkOptions made = options("unheard_of");
    const auto refused = writeOnce(made, countedReadings(0, 1));
    QVERIFY(!refused);
    QVERIFY(refused.error().code == ErrorCode::Refused);
    QVERIFY2(refused.error().message.find("\"unheard_of\"") != std::string::npos &&
                 refused.error().message.find("there is no such topic") != std::string::npos,
             refused.error().message.c_str());
    QVERIFY(!hasKafkaTopic(m_broker.servers(), "unheard_of"));
    made.makesTopic = true;
    made.partitions = 3;
    for (int times = 0; times < 2; ++times) {
        const auto written = writeOnce(made, countedReadings(0, 10));
        QVERIFY2(written, written ? "" : written.error().message.c_str());
    }
    QCOMPARE(m_broker.consume("unheard_of").size(), std::size_t(20));
}

void KafkaSinkTest::aRecordThatIsTooLargeIsRejected()
{
    m_broker.createTopic("sizes", 1);
    const auto written =
        writeOnce(options("sizes"), readings({{"a", 1}, {std::string(8 << 20, 'x'), 2}, {"b", 3}}));
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    QCOMPARE(m_broker.consume("sizes").size(), std::size_t(2));
    QCOMPARE(m_refused.reasons.size(), std::size_t(1));
    QVERIFY(m_refused.reasons[0].find("larger than the client sends") != std::string::npos);
    // The limit can be raised.
    m_refused.reasons.clear();
    KafkaSinkOptions larger = options("sizes");
    larger.access.properties = {{"message.max.bytes", "10000000"}};
    larger.key.reset();
    QVERIFY(bool(writeOnce(larger, readings({{std::string(8 << 20, 'x'), 2}}))));
    QVERIFY(m_refused.reasons.empty());
    QCOMPARE(m_broker.consume("sizes").size(), std::size_t(3));
}

void KafkaSinkTest::aRefusedRecordCostsNoOther_data()
{
    QTest::addColumn<int>("rows");
    QTest::addColumn<int>("every");  // how many rows from one without a key to the next
    QTest::newRow("one alone") << 1 << 1;
    QTest::newRow("one of four") << 4 << 4;
    QTest::newRow("two of four") << 4 << 2;
    QTest::newRow("all") << 500 << 1;
    QTest::newRow("some of many batches") << 20'000 << 1'111;
}

// A broker takes all records of a batch or none, and a topic that is compacted takes none without a key.
void KafkaSinkTest::aRefusedRecordCostsNoOther()
{
    QFETCH(int, rows);
    QFETCH(int, every);
    const std::string topic = "compacted_" + std::to_string(rows) + "_" + std::to_string(every);
    m_broker.createTopic(topic, 1, "cleanup.policy", "compact");
    std::vector<Reading> given;
    std::map<std::string, std::string> wanted, found;
    std::size_t refused = 0;
    for (int n = 0; n < rows; ++n) {
        const bool hasKey = n % every != every / 2;
        given.push_back({hasKey ? std::optional("k" + std::to_string(n)) : std::nullopt, n});
        if (hasKey) wanted[*given.back().name] = std::to_string(n);
        refused += !hasKey;
    }
    KafkaSinkOptions made = options(topic);
    made.headers = {{"number", 1}};
    const auto written = writeOnce(made, readings(given));
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    const auto records = m_broker.consume(topic);
    for (const KafkaTestRecord& record : records) {
        QCOMPARE(record.headers.size(), std::size_t(1));
        found[record.key] = record.headers[0].second;
    }
    QVERIFY(found == wanted);
    QCOMPARE(records.size(), wanted.size());
    QCOMPARE(m_refused.reasons.size(), refused);
    for (const std::string& reason : m_refused.reasons)
        QVERIFY2(reason.find("a compacted topic takes none without") != std::string::npos, reason.c_str());
}

void KafkaSinkTest::aTopicWithASmallerLimitEndsTheRun()
{
    m_broker.createTopic("narrow", 1, "max.message.bytes", "10000");
    KafkaSinkOptions made = options("narrow");
    made.compression = "none";
    const auto written = writeOnce(made, readings({{std::string(20'000, 'x'), 2}}));
    QVERIFY(!written);
    QVERIFY(written.error().code == ErrorCode::Refused);
    QVERIFY2(written.error().message.find("raise its max.message.bytes") != std::string::npos,
             written.error().message.c_str());
}

void KafkaSinkTest::aBrokerThatIsGoneIsWaitedFor()
{
    m_broker.createTopic("patience", 1);
    KafkaSinkOptions made = options("patience");
    made.access.properties = {{"queue.buffering.max.messages", "5000"}};
    KafkaSink sink(made);
    QVERIFY(bool(open(sink)));
    QVERIFY(bool(insist([&] { return sink.write(countedReadings(0, 2000)); })));
    QVERIFY(bool(prepare(sink)));
    m_broker.stop();
    // The queue fills; then the sink is busy, and says why.
    std::int64_t next = 2000;
    RecordBatch batch = countedReadings(next, 1000);
    std::string said;
    for (int calls = 0; said.empty() && calls < 1000; ++calls) {
        const auto written = sink.write(batch);
        if (written) {
            batch = countedReadings(next += 1000, 1000);
            continue;
        }
        QVERIFY2(written.error().code == ErrorCode::Busy, written.error().message.c_str());
        said = written.error().message;
    }
    QVERIFY2(said.find("No Kafka broker answers at " + m_broker.servers()) != std::string::npos,
             said.c_str());
    QVERIFY(next <= 7000);
    QCOMPARE(m_broker.start(), std::string());
    QVERIFY(bool(insist([&] { return sink.write(batch); })));
    QVERIFY(bool(prepare(sink)));
    const auto records = m_broker.consume("patience");
    QCOMPARE(static_cast<std::int64_t>(records.size()), next + 1000);
    for (std::size_t i = 0; i < records.size(); ++i)
        QVERIFY(records[i].value.ends_with("\"n\":" + std::to_string(i) + "}"));
}

void KafkaSinkTest::logsInByScramOverTls_data()
{
    QTest::addColumn<QString>("mechanism");
    QTest::addColumn<QString>("secret");
    QTest::addColumn<QString>("authority");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("scram 512") << "SCRAM-SHA-512"
                               << "alice"
                               << "ca.pem"
                               << "";
    QTest::newRow("scram 256") << "SCRAM-SHA-256"
                               << "alice"
                               << "ca.pem"
                               << "";
    QTest::newRow("plain") << "PLAIN"
                           << "alice"
                           << "ca.pem"
                           << "";
    QTest::newRow("wrong password") << "SCRAM-SHA-512"
                                    << "wrong"
                                    << "ca.pem"
                                    << "refused the login of user \"alice\" by SCRAM-SHA-512";
    QTest::newRow("wrong authority") << "SCRAM-SHA-512"
                                     << "alice"
                                     << "other_ca.pem"
                                     << "is not trusted";
}

void KafkaSinkTest::logsInByScramOverTls()
{
    QFETCH(QString, mechanism);
    QFETCH(QString, secret);
    QFETCH(QString, authority);
    QFETCH(QString, sentence);
    const std::string topic = "login";
    if (!hasKafkaTopic(m_broker.servers(), topic)) m_broker.createTopic(topic, 1);
    KafkaSinkOptions made = loginOptions(topic, "alice");
    made.access.mechanism = mechanism.toStdString();
    made.access.password = {secret.toStdString()};
    made.access.ca = {m_broker.directory() + "/" + authority.toStdString()};
    const std::size_t before = m_broker.consume(topic).size();
    const auto written = writeOnce(made, countedReadings(0, 100));
    if (sentence.isEmpty()) {
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        QCOMPARE(m_broker.consume(topic).size(), before + 100);
        return;
    }
    QVERIFY(!written);
    const QString message = QString::fromStdString(written.error().message);
    QVERIFY2(written.error().code == ErrorCode::Refused && message.contains(sentence),
             qPrintable(message));
    QVERIFY(!message.contains("-secret"));
}

void KafkaSinkTest::namesWhatIsMissing()
{
    KafkaSinkOptions made = loginOptions("forbidden", "bob");
    made.makesTopic = true;
    const auto unmade = writeOnce(made, countedReadings(0, 10));
    QVERIFY(!unmade && unmade.error().message.find("CREATE to make topics") != std::string::npos);
    m_broker.createTopic("guarded", 1);
    const auto refused = writeOnce(loginOptions("guarded", "bob"), countedReadings(0, 10));
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.find("The user \"bob\" may not") != std::string::npos &&
                 refused.error().message.find("ACL that allows WRITE") != std::string::npos,
             refused.error().message.c_str());
    QVERIFY(allowOnKafkaTopic(m_broker.servers(), "bob", RD_KAFKA_ACL_OPERATION_DESCRIBE, "guarded"));
    const auto halfway = writeOnce(loginOptions("guarded", "bob"), countedReadings(0, 10));
    QVERIFY(!halfway && halfway.error().message.find("ACL") != std::string::npos);
    QVERIFY(allowOnKafkaTopic(m_broker.servers(), "bob", RD_KAFKA_ACL_OPERATION_WRITE, "guarded"));
    // The broker follows a moment after the controller has said that it is allowed.
    QString still;
    const auto isWritten = [&](const KafkaSinkOptions& options) {
        const auto written = writeOnce(options, countedReadings(0, 10));
        if (!written) still = QString::fromStdString(written.error().message);
        return bool(written);
    };
    QTRY_VERIFY2(isWritten(loginOptions("guarded", "bob")), qPrintable(still));
    // Nothing is to be made, so that he may not is no matter.
    KafkaSinkOptions there = loginOptions("guarded", "bob");
    there.makesTopic = true;
    QVERIFY2(isWritten(there), qPrintable(still));
}

void KafkaSinkTest::triesWithoutWriting()
{
    m_broker.createTopic("tried", 1);
    const TryContext tried{systemEnv(), "", true};
    QVERIFY(bool(KafkaSink(options("tried")).tryOut(tried)));
    QVERIFY(m_broker.consume("tried").empty());
    const auto none = KafkaSink(options("untried")).tryOut(tried);
    QVERIFY(none.error().message.find("there is no such topic") != std::string::npos);
    KafkaSinkOptions made = options("untried");
    made.makesTopic = true;
    QVERIFY(bool(KafkaSink(made).tryOut(tried)));
    QVERIFY(!hasKafkaTopic(m_broker.servers(), "untried"));
}

STREAMWRIGHT_TEST(KafkaSinkTest)

}  // namespace tst_kafka_sink
#include "tst_kafka_sink.moc"
