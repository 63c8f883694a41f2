// labels: kafka
// `detect kafka://...` before a real broker: topics, a pattern, columns, and how it gets in.
#include "kafka/kafka_run.h"
#include "test_main.h"

namespace tst_kafka_detect {

class KafkaDetectTest : public QObject, private KafkaRuns {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void topicsAreListed();
    void columnsAreFound();
    void topicsThatFitAPattern();
    void getsInByTlsAndLogin();
    void refusals_data();
    void refusals();

private:
    WorkerResult detect(const QString& place, const QStringList& more = {}) const
    {
        return runWorker(QStringList{"detect", "kafka://" + place} + more);
    }
    QString safe() const { return QString::fromStdString(broker().loginServers()); }
    QStringList login(const QString& secret) const
    {
        const QString ca = QString::fromStdString(broker().directory()) + "/ca.pem";
        return {"--set", "security=sasl_ssl", "--set", "user=alice",
                "--set", "ca=" + ca,          "--set", "password=${secret:" + secret + "}"};
    }
};

void KafkaDetectTest::initTestCase()
{
    beginDirectory();
    qputenv("XDG_CONFIG_HOME", directory().toUtf8());
    QVERIFY(QDir().mkpath(path("streamwright/secrets")));
    for (const char* name : {"alice", "wrong"}) {
        const QString file = path("streamwright/secrets/") + name;
        writeText(file, QString(name) + "-secret\n");
        QVERIFY(QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner));
    }
    QCOMPARE(startBroker(), std::string());
    broker().createTopic("there", 2);
    broker().produce("there", {{"{\"n\":1}"}, {"{\"n\":2}"}});
    broker().createTopic("there_too", 1);
    broker().produce("there_too", {{"{\"n\":3,\"more\":\"x\"}"}});
    broker().createTopic("empty", 1);
}

void KafkaDetectTest::topicsAreListed()
{
    const WorkerResult topics = detect(servers());
    QVERIFY2(topics.exitCode == 0, qPrintable(topics.errors));
    QCOMPARE(topics.output,
             "There are 3 topics at " + servers() +
                 ".\n  empty (1 partition)\n  there (2 partitions)\n  there_too (1 partition)\n");
    const WorkerResult json = detect(servers(), {"--json"});
    QVERIFY2(json.exitCode == 0, qPrintable(json.errors));
    const QJsonObject told = QJsonDocument::fromJson(json.output.toUtf8()).object();
    QCOMPARE(told["bootstrap_servers"].toString(), servers());
    const QJsonArray wanted{QJsonObject{{"topic", "empty"}, {"partitions", 1}},
                            QJsonObject{{"topic", "there"}, {"partitions", 2}},
                            QJsonObject{{"topic", "there_too"}, {"partitions", 1}}};
    QCOMPARE(told["topics"].toArray(), wanted);
}

void KafkaDetectTest::columnsAreFound()
{
    const WorkerResult found = detect(servers() + "/there");
    QVERIFY2(found.exitCode == 0, qPrintable(found.errors));
    QVERIFY2(found.output.contains("Topic there: 2 partitions, 2 records."), qPrintable(found.output));
    QVERIFY2(found.output.contains("n     bigint"), qPrintable(found.output));
    const WorkerResult one = detect(servers() + "/there", {"--set", "partitions=1"});
    QVERIFY2(one.output.contains("Topic there: 1 partition, "), qPrintable(one.output + one.errors));
    const WorkerResult json = detect(servers() + "/there", {"--json"});
    const QJsonObject params = QJsonDocument::fromJson(json.output.toUtf8()).object();
    QCOMPARE(params["topic"].toString(), QString("there"));
    QCOMPARE(params["columns"].toArray().size(), 1);
    // Nothing to look at: what is known is JSON all the same.
    const WorkerResult empty = detect(servers() + "/empty", {"--json"});
    QVERIFY2(empty.exitCode == 0, qPrintable(empty.errors));
    QCOMPARE(QJsonDocument::fromJson(empty.output.toUtf8()).object(),
             (QJsonObject{{"bootstrap_servers", servers()}, {"topic", "empty"}}));
}

void KafkaDetectTest::topicsThatFitAPattern()
{
    const WorkerResult found = detect(servers() + "/^there.*");
    QVERIFY2(found.exitCode == 0, qPrintable(found.errors));
    QVERIFY2(found.output.startsWith("Pattern ^there.*: 2 topics, 3 partitions, 3 records.\n"),
             qPrintable(found.output));
    QVERIFY2(found.output.contains("n     bigint") && found.output.contains("more  string"),
             qPrintable(found.output));
    const WorkerResult json = detect(servers() + "/^there.*", {"--json"});
    const QJsonObject params = QJsonDocument::fromJson(json.output.toUtf8()).object();
    QCOMPARE(params["topic"].toString(), QString("^there.*"));
    QCOMPARE(params["columns"].toArray().size(), 2);
}

void KafkaDetectTest::getsInByTlsAndLogin()
{
    const WorkerResult topics = detect(safe(), login("alice"));
    QVERIFY2(topics.exitCode == 0, qPrintable(topics.errors));
    QVERIFY2(topics.output.contains("  there (2 partitions)\n"), qPrintable(topics.output));
    const WorkerResult json = detect(safe() + "/there", login("alice") + QStringList{"--json"});
    QVERIFY2(json.exitCode == 0, qPrintable(json.errors));
    const QJsonObject params = QJsonDocument::fromJson(json.output.toUtf8()).object();
    QCOMPARE(params["password"].toString(), QString("${secret:alice}"));
    QCOMPARE(params["security"].toString(), QString("sasl_ssl"));
    QCOMPARE(params["columns"].toArray().size(), 1);
    QVERIFY(!json.output.contains("alice-secret"));
}

void KafkaDetectTest::refusals_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("sentence");
    const auto set = [](const QString& text) { return QStringList{"--set", text}; };
    QTest::newRow("no such topic") << servers() + "/nowhere" << QStringList() << 3
                                   << "there is no such topic";
    QTest::newRow("no topic fits") << servers() + "/^nowhere.*" << QStringList() << 3
                                   << "No topic at " + servers() + " fits the pattern \"^nowhere.*\"";
    QTest::newRow("no pattern") << servers() + "/^(" << QStringList() << 2
                                << "After ^ follows a regular expression";
    QTest::newRow("wrong password") << safe() + "/there" << login("wrong") << 3
                                    << "refused the login of user \"alice\"";
    QTest::newRow("no such secret") << safe() + "/there" << login("unknown") << 3 << "unknown";
    QTest::newRow("no such partition") << servers() + "/there" << set("partitions=7") << 3
                                      << "\"there\" at " + servers() + " has no partition 7; it has 2";
    QTest::newRow("partitions without a form") << servers() + "/there" << set("partitions=x") << 2
                                               << "Partitions are written as 0, 2, 5-7";
    QTest::newRow("what is found") << servers() + "/there" << set("columns=[]") << 2
                                   << "This is what detect finds in the records";
    QTest::newRow("a password itself") << safe() + "/there" << set("password=alice-secret") << 2
                                       << "--set password: The name of a secret is expected here";
    QTest::newRow("no user") << safe() + "/there" << set("security=sasl_ssl") << 2
                             << "A login needs a user";
    QTest::newRow("no such parameter") << servers() << set("securty=ssl") << 2
                                       << "no such parameter (did you mean \"security\"?)";
    QTest::newRow("no such choice") << servers() << set("security=tls") << 2 << "--set security: ";
    QTest::newRow("of the address") << servers() << set("topic=there") << 2
                                    << "--set topic: This stands in the address";
    QTest::newRow("no property") << servers() << set("properties={\"client.idd\": \"x\"}") << 2
                                 << "did you mean \"client.id\"?";
}

void KafkaDetectTest::refusals()
{
    QFETCH(QString, place);
    QFETCH(QStringList, options);
    QFETCH(int, exitCode);
    QFETCH(QString, sentence);
    const WorkerResult result = detect(place, options);
    QVERIFY2(result.exitCode == exitCode, qPrintable(QString::number(result.exitCode) + result.errors));
    QVERIFY2(result.errors.contains(sentence), qPrintable(result.errors));
    QVERIFY2(!result.errors.contains("-secret"), qPrintable(result.errors));
    QCOMPARE(result.output, QString());
}

STREAMWRIGHT_TEST(KafkaDetectTest)

}  // namespace tst_kafka_detect
#include "tst_kafka_detect.moc"
