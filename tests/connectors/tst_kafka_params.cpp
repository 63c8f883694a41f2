// labels: asan
// What a Kafka source refuses before it has spoken to a broker.
#include "catalog/component.h"
#include "connectors/kafka/kafka_access.h"
#include "connectors/kafka/kafka_records.h"
#include "connectors/kafka/kafka_sink.h"
#include "test_main.h"

namespace engine {
void addJsonFormat(Catalog& catalog);
void addTextFormat(Catalog& catalog);
void addKafkaSource(Catalog& catalog);
}  // namespace engine

namespace tst_kafka_params {

using namespace engine;

class KafkaParamsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusals_data();
    void refusals();
    void secretsStayOutsideOfTheAccess();
    void columnsAreMergedRecordByRecord();
    void aRunStaysWithItsTopic();
};

namespace {

const Catalog& kafkaCatalog()
{
    static const Catalog catalog = [] {
        Catalog made;
        addJsonFormat(made);
        addTextFormat(made);
        addKafkaSource(made);
        return made;
    }();
    return catalog;
}

std::optional<Binding> bindKafka(const std::string& params, std::vector<Diagnostic>& found)
{
    const Constants constants;
    const BindContext context(kafkaCatalog(), {}, constants, found);
    return kafkaCatalog().find("kafka_source")->bind(*parseJson(params), context, found);
}

const std::string kPlain = R"("bootstrap_servers": "a:9092,[::1]:9093", "topic": "t")";
const std::string kColumn = R"("columns": [{"name": "n", "type": "bigint"}])";

}  // namespace

void KafkaParamsTest::refusals_data()
{
    QTest::addColumn<QString>("params");
    QTest::addColumn<QString>("param");
    QTest::addColumn<QString>("message");
    const auto with = [](const std::string& more) {
        return QString::fromStdString("{" + kPlain + ", " + kColumn + ", " + more + "}");
    };
    QTest::newRow("nothing wrong") << with(R"("start": "latest")") << ""
                                   << "";
    QTest::newRow("servers") << QString(R"({"bootstrap_servers": "http://a:1", "topic": "t",)" +
                                        QString::fromStdString(kColumn) + "}")
                             << "bootstrap_servers"
                             << "host:port";
    QTest::newRow("a login in the servers")
        << QString(R"({"bootstrap_servers": "u:hunter2@a:9092", "topic": "t",)" +
                   QString::fromStdString(kColumn) + "}")
        << "bootstrap_servers"
        << "user and password have parameters of their own";
    QTest::newRow("kinit") << with(R"("properties": {"sasl.kerberos.kinit.cmd": "rm"})") << "properties"
                           << "\"sasl.kerberos.kinit.cmd\" cannot be set";
    QTest::newRow("plugins") << with(R"("properties": {"plugin.library.paths": "x.so"})") << "properties"
                             << "\"plugin.library.paths\" cannot be set";
    QTest::newRow("misspelt") << with(R"("properties": {"fetch.min.bytess": "1"})") << "properties"
                              << "did you mean \"fetch.min.bytes\"?";
    for (const char* name : {"fetch.wait.max.ms", "isolation.level", "ssl.cipher.suites"})
        QTest::newRow(name) << with(R"("properties": {")" + std::string(name) + R"(": "1"})") << "properties"
                            << QString("\"%1\" cannot be set").arg(name);
    QTest::newRow("value of a property") << with(R"("properties": {"socket.timeout.ms": "abc"})")
                                         << "properties"
                                         << "does not take its property socket.timeout.ms";
    QTest::newRow("password in the open")
        << with(R"("security": "sasl_plaintext", "mechanism": "PLAIN", "user": "u",)"
                R"( "password": "${secret:p}")")
        << "mechanism"
        << "readable for everyone";
    QTest::newRow("no user") << with(R"("security": "sasl_ssl", "password": "${secret:p}")") << "user"
                             << "A login needs a user";
    QTest::newRow("pattern") << with(R"("start_time": "2026-01-01T00:00:00Z")").replace("\"t\"", "\"^a(\"")
                             << "topic"
                             << "regular expression";
    QTest::newRow("partitions") << with(R"("partitions": "1,x")") << "partitions"
                                << "0, 2, 5-7";
    QTest::newRow("time is missing") << with(R"("start": "timestamp")") << "start_time"
                                     << "from which time on";
    QTest::newRow("from") << QString::fromStdString("{" + kPlain +
                                                    R"(, "columns": [{"name": "k", "from": "keys"}]})")
                          << "columns[0].from"
                          << "there is no \"keys\"";
    QTest::newRow("type") << QString::fromStdString("{" + kPlain +
                                                    R"(, "columns": [{"name": "o", "from": "offset"}]})")
                          << "columns[0].type"
                          << "has the type bigint";
    QTest::newRow("place of a value column")
        << QString::fromStdString("{" + kPlain +
                                  R"(, "columns": [{"name": "k", "from": "key"},)"
                                  R"( {"name": "v", "type": "bigint", "encoding": "iso8601"}]})")
        << "columns[1].encoding"
        << "Only a timestamp column has an encoding";
    QTest::newRow("twice") << QString::fromStdString(
                                  "{" + kPlain +
                                  R"(, "columns": [{"name": "k", "from": "key"}, {"name": "k"}]})")
                           << "columns[1].name"
                           << "two columns named \"k\"";
}

void KafkaParamsTest::refusals()
{
    QFETCH(QString, params);
    QFETCH(QString, param);
    QFETCH(QString, message);
    std::vector<Diagnostic> found;
    const auto binding = bindKafka(params.toStdString(), found);
    QCOMPARE(binding.has_value(), param.isEmpty());
    std::erase_if(found, [](const Diagnostic& each) { return each.severity != Diagnostic::Problem; });
    if (param.isEmpty()) {
        QVERIFY(found.empty());
        return;
    }
    QCOMPARE(QString::fromStdString(found[0].param), param);
    QVERIFY2(QString::fromStdString(found[0].message).contains(message), found[0].message.c_str());
    QVERIFY2(found.size() == 1, found.back().message.c_str());
}

// Without TLS and without a login nothing of them is taken along.
void KafkaParamsTest::secretsStayOutsideOfTheAccess()
{
    KafkaParams params;
    params.bootstrapServers = "a:1";
    params.user = "u";
    params.password = {"missing"};
    const auto open = kafkaAccess(params, systemEnv(), "/base");
    QVERIFY(open && open->user.empty() && open->password.empty());
    params.security = "sasl_ssl";
    params.ca = {"ca.pem"};
    QVERIFY(!kafkaAccess(params, systemEnv(), "/base"));
    params.password = {};
    const auto safe = kafkaAccess(params, systemEnv(), "/base");
    QVERIFY(safe && safe->caFile == "/base/ca.pem");
}

// Rows and the records they came from, with bad ones in between.
void KafkaParamsTest::columnsAreMergedRecordByRecord()
{
    std::vector<Diagnostic> found;
    const auto binding =
        bindKafka("{" + kPlain +
                      R"(, "columns": [{"name": "key", "from": "key"}, {"name": "n", "type": "bigint"},
            {"name": "offset", "type": "bigint", "from": "offset"}]})",
                  found);
    QVERIFY(binding);
    auto records = std::make_shared<KafkaRecords>();
    std::string bytes;
    constexpr int kCount = 5000;
    for (int i = 0; i < kCount; ++i) {
        bytes += i % 7 == 0 ? "bad" : "{\"n\":" + std::to_string(i) + "}";
        records->ends.push_back(static_cast<std::uint32_t>(bytes.size()));
        bytes += '\n';
        records->offsets.push_back(100 + 2 * i);
        records->timesUs.push_back(kNoWatermark);
        const std::string key = "k" + std::to_string(i);
        records->texts.push_back({static_cast<std::uint32_t>(records->text.size()),
                                  static_cast<std::uint32_t>(key.size()), i % 5 == 0});
        records->text += key;
    }
    RawChunk chunk;
    chunk.bytes = Buffer::copyOf(bytes);
    chunk.records = records;
    DecodedChunk decoded;
    binding->source.decoder({})->decode(chunk, decoded);
    int record = 0;
    const auto skipBad = [&] {
        while (record % 7 == 0 && record < kCount) ++record;
    };
    for (const RecordBatch& batch : decoded.batches)
        for (std::size_t row = 0; row < batch.rows(); ++row, ++record) {
            skipBad();
            QCOMPARE(batch.column(1).integers()[row], record);
            QCOMPARE(batch.column(2).integers()[row], 100 + 2 * record);
            QCOMPARE(batch.column(0).isNull(row), record % 5 == 0);
            if (record % 5) QCOMPARE(std::string(batch.column(0).text(row)), "k" + std::to_string(record));
        }
    skipBad();
    QCOMPARE(record, kCount);
    QCOMPARE(decoded.rejects.size(), std::size_t{(kCount + 6) / 7});
    QCOMPARE(decoded.rejects[1].place, std::string(":114"));
}

// What a sink that is gone on with says is the topic that it wrote to.
void KafkaParamsTest::aRunStaysWithItsTopic()
{
    KafkaSinkOptions options;
    options.topic = "new";
    KafkaSink sink(options);
    SinkContext context{systemEnv(), "", "pipeline", 0, nullptr, "output"};
    const Status refused = sink.open(context, "old");
    QVERIFY(!refused && refused.error().code == ErrorCode::Refused);
    QCOMPARE(refused.error().message,
             std::string("The run that is gone on with was writing to topic \"old\", and topic says \"new\" "
                         "now; put the old topic back, or start with --fresh."));
}

STREAMWRIGHT_TEST(KafkaParamsTest)

}  // namespace tst_kafka_params
#include "tst_kafka_params.moc"
