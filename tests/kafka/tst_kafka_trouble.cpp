// labels: kafka
// What goes wrong between a Kafka source and its broker is told in a sentence that says what to do, with the
// exit code of an outside system; and how to get in: by TLS, by a login.
#include "kafka/kafka_run.h"
#include "support/kafka_admin.h"
#include "test_main.h"

namespace tst_kafka_trouble {

class KafkaTroubleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void refusals_data();
    void refusals();
    void logins_data();
    void logins();
    void aTopicIsDeletedWhileItIsRead();
    void aRecordOfEightMegabytes();
    void bombsAreRejectedInBoundedMemory_data();
    void bombsAreRejectedInBoundedMemory();
    void aBatchThatCannotBeUnpackedEndsTheRun();
    void badRecordsAreToldByTheirOffsets();
    void aFewBadRecordsAreLeftOut();
    void nobodyThereAtTheStart();
    void aPatternThatFitsNothing();

private:
    QString path(const QString& name) const { return m_directory->path() + "/" + name; }
    QString brokerFile(const QString& name) const
    {
        return QString::fromStdString(m_broker->directory()) + "/" + name;
    }
    QString servers() const { return QString::fromStdString(m_broker->servers()); }
    QString login(const QString& user, const QString& mechanism, const QString& ca = "ca.pem") const;
    QString write(const QString& at, const QString& topic, const QString& params) const;

    std::unique_ptr<engine::KafkaBroker> m_broker;
    std::unique_ptr<QTemporaryDir> m_directory;
};

void KafkaTroubleTest::initTestCase()
{
    m_broker = std::make_unique<engine::KafkaBroker>();
    const std::string problem = m_broker->start();
    QVERIFY2(problem.empty(), problem.c_str());
    m_broker->createTopic("there", 2);
    m_broker->produce("there", {{"{\"n\":1}"}, {"{\"n\":2}"}});
    m_broker->createTopic("readable", 1);
    QVERIFY(engine::allowOnKafkaTopic(m_broker->servers(), "bob", RD_KAFKA_ACL_OPERATION_READ, "readable"));
    QCOMPARE(QProcess::execute("openssl",
                               {"pkcs8", "-topk8", "-in", brokerFile("broker.key"), "-out",
                                brokerFile("locked.key"), "-passout", "pass:locked"}),
             0);
}

void KafkaTroubleTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", m_directory->path().toUtf8());
    QVERIFY(QDir().mkpath(path("streamwright/secrets")));
    for (const char* user : {"alice", "bob", "nobody"}) {
        const QString name = QString::fromLatin1(user);
        const QString file = path("streamwright/secrets/" + name);
        writeText(file, name + "-secret\n");
        QFile::setPermissions(file, QFile::ReadOwner | QFile::WriteOwner);
    }
}

QString KafkaTroubleTest::login(const QString& user, const QString& mechanism, const QString& ca) const
{
    return QString(R"("security": "sasl_ssl", "mechanism": "%2", "user": "%1", "password": "${secret:%1}",
      "ca": "%3",)")
        .arg(user, mechanism, brokerFile(ca));
}

QString KafkaTroubleTest::write(const QString& at, const QString& topic, const QString& params) const
{
    const QString start = params.contains("\"start\"") ? "" : R"("start": "earliest",)";
    writeText(path("k.pipeline.json"),
              kafkaDocument(at, topic, start + params, fileSink(path("out.ndjson")),
                            R"(["input.out", "output.in"])"));
    return path("k.pipeline.json");
}

void KafkaTroubleTest::refusals_data()
{
    QTest::addColumn<QString>("at");
    QTest::addColumn<QString>("topic");
    QTest::addColumn<QString>("params");
    QTest::addColumn<QString>("sentence");
    const QString safe = QString::fromStdString(m_broker->loginServers());
    const QString tls = QString::fromStdString(m_broker->tlsServers());
    const QString wrong = QString(login("alice", "SCRAM-SHA-512")).replace("secret:alice", "secret:bob");
    QTest::newRow("unknown topic") << servers() << "nowhere"
                                   << ""
                                   << "It is not possible to find topic \"nowhere\" at " + servers() +
            ": there is no such topic.";
    QTest::newRow("wrong password") << safe << "there" << wrong
                                    << "refused the login of user \"alice\" by SCRAM-SHA-512";
    QTest::newRow("no such user") << safe << "there" << login("nobody", "PLAIN")
                                  << "refused the login of user \"nobody\" by PLAIN";
    QTest::newRow("wrong authority") << safe << "there" << login("alice", "SCRAM-SHA-512", "other_ca.pem")
                                     << "is not trusted: it was not signed by " + brokerFile("other_ca.pem");
    QTest::newRow("TLS without authority") << tls << "there"
                                           << R"("security": "ssl",)"
                                           << "any authority that this computer knows";
    QTest::newRow("may not read") << safe << "there" << login("bob", "SCRAM-SHA-256")
                                  << "The user \"bob\" may not find topic \"there\"";
    for (const char* start : {"committed", "earliest"})
        QTest::addRow("may not read the group, %s", start)
            << safe << "readable" << login("bob", "SCRAM-SHA-256") + "\"start\": \"" + start + "\","
            << "the broker needs an ACL that allows READ on the group";
    const auto byTls = [this](const QString& more) {
        return QString(R"("security": "ssl", "ca": "%1",)").arg(brokerFile("ca.pem")) + more;
    };
    const auto own = [this](const QString& certificate, const QString& key) {
        return QString(R"("certificate": "%1", "certificate_key": "%2",)")
            .arg(brokerFile(certificate), brokerFile(key));
    };
    QTest::newRow("no TLS at its port") << tls << "there"
                                        << ""
                                        << "does this port speak TLS?";
    QTest::newRow("TLS at another port") << servers() << "there" << byTls("") << "does this port speak TLS?";
    QTest::newRow("no certificate") << tls << "there" << byTls("")
                                    << "asks for a certificate; set certificate and certificate_key";
    QTest::newRow("foreign certificate") << tls << "there" << byTls(own("other_ca.pem", "other_ca.key"))
                                         << "asks for a certificate and does not trust the one that it got";
    QTest::newRow("locked key") << tls << "there" << byTls(own("broker.crt", "locked.key"))
                                << "name the secret that unlocks it as certificate_key_password";
    QTest::newRow("no such partition") << servers() << "there"
                                       << R"("partitions": "0, 7",)"
                                       << "has no partition 7; it has 2, counted from 0";
    QTest::newRow("wrong host") << "nowhere.invalid:9092"
                                << "there"
                                << ""
                                << "No address is known for the broker nowhere.invalid:9092";
    QTest::newRow("advertised elsewhere")
        << QString::fromStdString(m_broker->misleadingServers()) << "there"
        << ""
        << QString("The cluster at %1 says that a broker is at %2, and nobody answers there")
               .arg(QString::fromStdString(m_broker->misleadingServers()), engine::KafkaBroker::kElsewhere);
    QTest::newRow("nobody there") << "127.0.0.1:1"
                                  << "there"
                                  << ""
                                  << "No Kafka broker answers at 127.0.0.1:1";
}

void KafkaTroubleTest::refusals()
{
    QFETCH(QString, at);
    QFETCH(QString, topic);
    QFETCH(QString, params);
    QFETCH(QString, sentence);
    const QString document = write(at, topic, params);
    const WorkerResult tried = runWorker({"validate", document, "--connect", "--state", path("state")});
    QVERIFY2(tried.exitCode == 3, qPrintable(tried.errors));
    QVERIFY2(tried.errors.contains("node \"input\": ") && tried.errors.contains(sentence),
             qPrintable(tried.errors));
    const WorkerResult run = runWorker({"run", document, "--state", path("state"), "--duration", "5s",
                                        "--metrics", path("metrics.json")});
    QVERIFY2(run.exitCode == 3, qPrintable(run.errors));
    const QString told = troubleOf("input", path("metrics.json"));
    QVERIFY2(told.contains(sentence), qPrintable(told));
    QVERIFY2(run.errors.contains("node \"input\": ") && run.errors.contains(sentence),
             qPrintable(run.errors));
    QVERIFY(!run.errors.contains("-secret"));
}

void KafkaTroubleTest::logins_data()
{
    QTest::addColumn<QString>("at");
    QTest::addColumn<QString>("params");
    const QString safe = QString::fromStdString(m_broker->loginServers());
    for (const char* mechanism : {"SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"})
        QTest::newRow(mechanism) << safe << login("alice", mechanism);
    QTest::newRow("certificate")
        << QString::fromStdString(m_broker->tlsServers())
        << QString(R"("security": "ssl", "ca": "%1", "certificate": "%2", "certificate_key": "%3",)")
               .arg(brokerFile("ca.pem"), brokerFile("broker.crt"), brokerFile("broker.key"));
}

void KafkaTroubleTest::logins()
{
    QFETCH(QString, at);
    QFETCH(QString, params);
    const QString document = write(at, "there", params);
    const WorkerResult tried = runWorker({"validate", document, "--connect", "--state", path("state")});
    QVERIFY2(tried.exitCode == 0, qPrintable(tried.errors));
    RunningWorker worker(m_directory->path(), document);
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 2; }), qPrintable(worker.errors()));
    QCOMPARE(worker.finish(), 0);
    QCOMPARE(linesOf(m_directory->path(), "out*.ndjson").size(), 2);
}

void KafkaTroubleTest::aTopicIsDeletedWhileItIsRead()
{
    m_broker->createTopic("short_lived", 1);
    m_broker->produce("short_lived", {{"{\"n\":1}"}});
    RunningWorker worker(m_directory->path(),
                         write(servers(), "short_lived", R"("partition_discovery": "300ms",)"));
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 1; }), qPrintable(worker.errors()));
    m_broker->deleteTopic("short_lived");
    const int exitCode = worker.wait();
    QVERIFY2(exitCode == 3, qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("node \"input\": The topic \"short_lived\" is gone from"),
             qPrintable(worker.errors()));
}

void KafkaTroubleTest::aRecordOfEightMegabytes()
{
    m_broker->createTopic("large", 1, "max.message.bytes", "16000000");
    const std::string large = "{\"n\":2,\"text\":\"" + std::string(8 << 20, 'x') + "\"}";
    m_broker->produce("large", {{"{\"n\":1}"}, {large}, {"{\"n\":3}"}});
    {
        RunningWorker worker(m_directory->path(), write(servers(), "large", ""));
        QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 3; }), qPrintable(worker.errors()));
        QCOMPARE(worker.finish(), 0);
        QCOMPARE(linesOf(m_directory->path(), "out*.ndjson").size(), 3);
    }
    QVERIFY(QDir(path("state")).removeRecursively());
    for (const QString& name : QDir(m_directory->path()).entryList({"out*"})) QFile::remove(path(name));
    RunningWorker worker(m_directory->path(), write(servers(), "large", R"("max_record_bytes": "1MiB",)"));
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 2; }), qPrintable(worker.errors()));
    QCOMPARE(worker.finish(), 0);
    QVERIFY2(worker.errors().contains("large/0:1: The record is " + QString::number(large.size()) +
                                      " bytes long; max_record_bytes allows 1048576."),
             qPrintable(worker.errors()));
    QCOMPARE(linesOf(m_directory->path(), "out*.ndjson").size(), 2);
}

void KafkaTroubleTest::bombsAreRejectedInBoundedMemory_data()
{
    QTest::addColumn<QString>("compression");
    QTest::addColumn<int>("megabytes");
    QTest::addColumn<int>("peakMegabytes");
    QTest::addColumn<QString>("packedMost");
    QTest::newRow("lz4") << "lz4" << 100 << 400 << "1000000";
    QTest::newRow("gzip") << "gzip" << 100 << 400 << "1000000";
    // More than 33 the client may not unpack; all five come with one answer.
    QTest::newRow("zstd") << "zstd" << 30 << 300 << "1000000";
    // It packs no more than twenty times.
    QTest::newRow("snappy") << "snappy" << 100 << 400 << "8000000";
}

// Small batches that become large: one after the other, never some at a time.
void KafkaTroubleTest::bombsAreRejectedInBoundedMemory()
{
    QFETCH(QString, compression);
    QFETCH(int, megabytes);
    QFETCH(int, peakMegabytes);
    QFETCH(QString, packedMost);
    constexpr int kBombs = 5;
    const qint64 bombBytes = qint64(megabytes) << 20, peakMost = qint64(peakMegabytes) << 20;
    const std::string topic = "bombs_" + compression.toStdString();
    m_broker->createTopic(topic, 1, "max.message.bytes", packedMost.toStdString());
    const std::string content(static_cast<std::size_t>(bombBytes), 'x');
    const std::string bomb = "{\"n\":2,\"text\":\"" + content + "\"}";
    int next = 0;
    m_broker->produce(
        topic,
        [&](engine::KafkaTestRecord& record) {
            const bool isBomb = next > 0 && next <= kBombs;
            record.value = isBomb ? bomb : "{\"n\":1}";
            return next++ < kBombs + 2;
        },
        qPrintable(compression));
    RunningWorker worker(m_directory->path(), write(servers(), QString::fromStdString(topic), ""));
    const auto isRead = [&] {
        return worker.rowsIn() >= 2 && worker.node("input")["rows_rejected"].toInteger() >= kBombs;
    };
    QVERIFY2(worker.waitFor(isRead, 120'000), qPrintable(worker.errors()));
    const qint64 peak = worker.peakBytes();
    QVERIFY2(peak > 0 && peak < peakMost, qPrintable(QString::number(peak)));
    QCOMPARE(worker.finish(), 0);
    QVERIFY2(worker.errors().contains(QString("/0:%1: The record is %2 bytes long; max_record_bytes allows ")
                                          .arg(kBombs)
                                          .arg(bomb.size())),
             qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains(QString::number(kBombs) + " rejected"), qPrintable(worker.errors()));
    QCOMPARE(linesOf(m_directory->path(), "out*.ndjson").size(), 2);
}

// It would be asked for and refused for ever; what it takes is in the sentence.
void KafkaTroubleTest::aBatchThatCannotBeUnpackedEndsTheRun()
{
    constexpr std::size_t kTooLarge = 101'000'000;
    const std::string bomb = "{\"n\":2,\"text\":\"" + std::string(kTooLarge, 'x') + "\"}";
    m_broker->createTopic("unpacked", 1, "max.message.bytes", "1000000");
    int next = 0;
    m_broker->produce(
        "unpacked",
        [&](engine::KafkaTestRecord& record) {
            record.value = next == 0 ? "{\"n\":1}" : bomb;
            return next++ < 2;
        },
        "zstd");
    RunningWorker worker(m_directory->path(), write(servers(), "unpacked", ""));
    QVERIFY2(worker.wait() == 3, qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("node \"input\": The records of unpacked/0 from ") &&
                 worker.errors().contains("too large for receive.message.max.bytes"),
             qPrintable(worker.errors()));
    const QString more = R"("properties": {"receive.message.max.bytes": "400000000"},)";
    RunningWorker again(m_directory->path(), write(servers(), "unpacked", more));
    QVERIFY2(again.waitFor([&] { return again.node("input")["rows_rejected"].toInteger() == 1; }),
             qPrintable(again.errors()));
    QVERIFY2(again.finish() == 0, qPrintable(again.errors()));
    QCOMPARE(linesOf(m_directory->path(), "out*.ndjson").size(), 1);
}

void KafkaTroubleTest::badRecordsAreToldByTheirOffsets()
{
    m_broker->createTopic("all_bad", 1);
    m_broker->produce("all_bad", std::vector<engine::KafkaTestRecord>(300, {"no record"}));
    RunningWorker worker(m_directory->path(), write(servers(), "all_bad", ""));
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 300; }), qPrintable(worker.errors()));
    QCOMPARE(worker.finish(), 1);  // nothing came of it
    QVERIFY2(worker.errors().contains("all_bad/0:299: ") && worker.errors().contains("300 rejected"),
             qPrintable(worker.errors()));
    QVERIFY2(worker.errors().contains("node \"input\": None of its 300 records could be used"),
             qPrintable(worker.errors()));
}

// The others pass, and nothing of the run has failed.
void KafkaTroubleTest::aFewBadRecordsAreLeftOut()
{
    constexpr int kRecords = 1000, kEvery = 100;
    m_broker->createTopic("few_bad", 1);
    int next = 0;
    m_broker->produce("few_bad", [&](engine::KafkaTestRecord& record) {
        record.value = next % kEvery == kEvery - 1 ? "no record" : "{\"n\":" + std::to_string(next) + "}";
        return next++ < kRecords;
    });
    RunningWorker worker(m_directory->path(), write(servers(), "few_bad", ""));
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= kRecords; }), qPrintable(worker.errors()));
    QCOMPARE(worker.finish(), 0);
    QVERIFY2(worker.errors().contains("few_bad/0:999: ") && worker.errors().contains("10 rejected"),
             qPrintable(worker.errors()));
    QCOMPARE(linesOf(m_directory->path(), "out*.ndjson").size(), kRecords - kRecords / kEvery);
}

// It waits for as long as it takes, says so, and goes on by itself.
void KafkaTroubleTest::nobodyThereAtTheStart()
{
    m_broker->stop();
    RunningWorker worker(m_directory->path(), write(servers(), "there", ""));
    QVERIFY2(worker.waitFor([&] { return worker.hasSaid("No Kafka broker answers at " + servers()); }),
             qPrintable(worker.errors()));
    const std::string problem = m_broker->start();
    QVERIFY2(problem.empty(), problem.c_str());
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 2; }), qPrintable(worker.errors()));
    QCOMPARE(worker.finish(), 0);
    QCOMPARE(linesOf(m_directory->path(), "out*.ndjson").size(), 2);
}

void KafkaTroubleTest::aPatternThatFitsNothing()
{
    const QString document = write(servers(), "^later_.*", "");
    const QString sentence = "No topic at " + servers() + " fits the pattern \"^later_.*\"";
    const WorkerResult tried = runWorker({"validate", document, "--connect", "--state", path("state")});
    QVERIFY2(tried.exitCode == 0 && tried.errors.contains(sentence), qPrintable(tried.errors));
    RunningWorker worker(m_directory->path(), document);
    QVERIFY2(worker.waitFor([&] { return worker.hasSaid("node \"input\": " + sentence); }),
             qPrintable(worker.errors()));
    m_broker->createTopic("later_on", 1);
    m_broker->produce("later_on", {{"{\"n\":1}"}});
    QVERIFY2(worker.waitFor([&] { return worker.rowsIn() >= 1; }), qPrintable(worker.errors()));
    QVERIFY2(worker.finish() == 0, qPrintable(worker.errors()));
}

STREAMWRIGHT_TEST(KafkaTroubleTest)

}  // namespace tst_kafka_trouble
#include "tst_kafka_trouble.moc"
