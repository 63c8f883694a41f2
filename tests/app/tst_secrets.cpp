// The value of a secret is used and never told: a canary is looked for in everything that the commands write.
#include "app/worker.h"
#include "test_main.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>

namespace tst_secrets {

class SecretsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void theValueIsNowhere();
    void whatIsWrongStandsAtTheNode_data();
    void whatIsWrongStandsAtTheNode();
    void elsewhereASecretIsRefused();
    void systemdsComesFirst();

private:
    static constexpr const char* kCanary = "hunter2-canary-4711";
    QString path(const QString& name) const { return m_directory->path() + "/" + name; }
    void write(const QString& name, const QByteArray& text, QFile::Permissions mode = kOwner);
    // A login at a port where nobody listens; `params` are further ones of the sink.
    QString document(const QString& params = {});
    WorkerResult run(const QString& file, const QStringList& more = {});
    static constexpr QFile::Permissions kOwner = QFile::ReadOwner | QFile::WriteOwner;
    std::unique_ptr<QTemporaryDir> m_directory;
};

void SecretsTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    qputenv("XDG_CONFIG_HOME", path("config").toUtf8());
    qunsetenv("CREDENTIALS_DIRECTORY");
}

void SecretsTest::cleanup() { qunsetenv("CREDENTIALS_DIRECTORY"); }

void SecretsTest::write(const QString& name, const QByteArray& text, QFile::Permissions mode)
{
    QVERIFY(QDir().mkpath(QFileInfo(path(name)).path()));
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
    QVERIFY(file.setPermissions(mode));
}

QString SecretsTest::document(const QString& params)
{
    write("x.pipeline.json",
          QString(R"({"format": 1, "id": "d2c1b0a9-7e6f-4d5c-8b4a-3f2e1d0c9b8d", "name": "Login",
  "settings": {"guarantee": "at_least_once", "checkpoint_interval": "100ms", "checkpoint_timeout": "10s"},
  "nodes": [{"id": "input", "component": "generator_source", "params": {"rate": 100}},
    {"id": "output", "component": "kafka_sink", "params": {"bootstrap_servers": "127.0.0.1:1", "topic": "x",
      "security": "sasl_plaintext", "user": "me", "password": "${secret:kafka}"%1}}],
  "edges": [["input.out", "output.in"]]})")
              .arg(params)
              .toUtf8());
    return path("x.pipeline.json");
}

WorkerResult SecretsTest::run(const QString& file, const QStringList& more)
{
    return runWorker(QStringList{"run", file, "--state", path("state")} + more);
}

void SecretsTest::theValueIsNowhere()
{
    write("config/streamwright/secrets/kafka", QByteArray(kCanary) + "\n");
    const QString file = document();
    QByteArray said;
    const auto take = [&](const WorkerResult& result) {
        said += result.output.toUtf8() + result.errors.toUtf8();
        return result.exitCode;
    };
    QCOMPARE(take(run(file, {"--duration", "3s", "--log-level", "debug", "--metrics", path("metrics.json")})),
             3);
    QVERIFY2(said.contains("node \"output\": No Kafka broker answers at 127.0.0.1:1"), said.constData());
    QCOMPARE(take(runWorker({"validate", file, "--connect", "--state", path("state"), "--json"})), 3);
    QCOMPARE(take(runWorker({"format", file})), 0);
    QCOMPARE(take(runWorker({"preview", file, "--node", "input"})), 0);
    QCOMPARE(take(runWorker({"state", "list", "--json"})), 0);
    QVERIFY2(!said.contains(kCanary), said.constData());
    int files = 0;
    for (QDirIterator each(m_directory->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
         each.hasNext();) {
        QFile written(each.next());
        if (written.fileName() == path("config/streamwright/secrets/kafka")) continue;
        QVERIFY(written.open(QIODevice::ReadOnly));
        QVERIFY2(!written.readAll().contains(kCanary), qPrintable(written.fileName()));
        ++files;
    }
    QVERIFY(files >= 2);
}

void SecretsTest::whatIsWrongStandsAtTheNode_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("mode");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("missing") << QByteArray() << 0 << "is not there; write its value into ";
    QTest::newRow("too open") << QByteArray(kCanary) << int(kOwner | QFile::ReadOther)
                              << "has the mode 0604; run chmod 600 ";
    QTest::newRow("empty") << QByteArray("\n") << int(kOwner) << "is empty";
}

void SecretsTest::whatIsWrongStandsAtTheNode()
{
    QFETCH(QByteArray, content);
    QFETCH(int, mode);
    QFETCH(QString, sentence);
    if (mode != 0) write("config/streamwright/secrets/kafka", content, QFile::Permissions(mode));
    const QString file = document();
    const WorkerResult result = run(file);
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(
        result.errors.contains(file + ": node \"output\": The secret \"kafka\" ") &&
            result.errors.contains(
                sentence + (sentence.endsWith(' ') ? path("config/streamwright/secrets/kafka") : QString())),
        qPrintable(result.errors));
    QVERIFY(!result.errors.contains(kCanary));
    const WorkerResult tried = runWorker({"validate", file, "--connect", "--state", path("state")});
    QCOMPARE(tried.exitCode, 3);
    QVERIFY2(tried.errors.contains("node \"output\": The secret \"kafka\" "), qPrintable(tried.errors));
}

void SecretsTest::elsewhereASecretIsRefused()
{
    const QString file = document(R"(, "headers": {"token": "${secret:kafka}"})");
    const WorkerResult result = runWorker({"validate", file});
    QCOMPARE(result.exitCode, 2);
    QVERIFY2(result.errors.contains("node \"output\", headers.token: A secret cannot stand here"),
             qPrintable(result.errors));
}

void SecretsTest::systemdsComesFirst()
{
    write("config/streamwright/secrets/kafka", "x", kOwner | QFile::ReadOther);
    write("credentials/kafka", kCanary, QFile::ReadOwner | QFile::ReadGroup);
    qputenv("CREDENTIALS_DIRECTORY", path("credentials").toUtf8());
    const WorkerResult result = run(document(), {"--duration", "3s"});
    QCOMPARE(result.exitCode, 3);
    QVERIFY2(result.errors.contains("No Kafka broker answers"), qPrintable(result.errors));
    write("credentials/kafka", kCanary, kOwner | QFile::ReadOther);
    const WorkerResult open = run(document(), {"--duration", "3s"});
    QCOMPARE(open.exitCode, 3);
    QVERIFY2(open.errors.contains("can be read by others: " + path("credentials/kafka") +
                                  " has the mode 0604; run chmod 600"),
             qPrintable(open.errors));
    QVERIFY2(!open.errors.contains(kCanary), qPrintable(open.errors));
}

STREAMWRIGHT_TEST(SecretsTest)

}  // namespace tst_secrets
#include "tst_secrets.moc"
