// labels: asan
#include "base/secret.h"
#include "support/manual_clock.h"
#include "support/memory_files.h"
#include "test_main.h"

#include <QFile>
#include <QTemporaryDir>

namespace tst_secret {

using namespace engine;

class SecretTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void readsTheFirstPlaceThatHasIt();
    void takesOffTheEndOfALine();
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void saysWhereItWouldLie();
    void letsTheGroupReadWhatTheServiceManagerGives();
    void seesTheModesOfARealDisk();
    void namesNeverLeadElsewhere();

private:
    Result<Secret> read(const std::string& name)
    {
        Env env{m_clock, *m_files, 1, {"/run/credentials", "/home/me/secrets"}};
        return readSecret(env, name);
    }
    std::unique_ptr<MemoryFiles> m_files;
    ManualClock m_clock;
};

void SecretTest::init() { m_files = std::make_unique<MemoryFiles>(); }

void SecretTest::readsTheFirstPlaceThatHasIt()
{
    m_files->put("/home/me/secrets/kafka", "own");
    QCOMPARE(read("kafka")->value(), std::string("own"));
    m_files->put("/run/credentials/kafka", "given");
    QCOMPARE(read("kafka")->value(), std::string("given"));
}

void SecretTest::takesOffTheEndOfALine()
{
    for (const auto& [written, value] :
         {std::pair{"pass\n", "pass"}, std::pair{"pass\r\n", "pass"},
          std::pair{"two\nlines\n\n", "two\nlines\n"}, std::pair{" a ", " a "}}) {
        m_files->put("/home/me/secrets/kafka", written);
        QCOMPARE(read("kafka")->value(), std::string(value));
    }
}

void SecretTest::saysWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("mode");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("too open") << QByteArray("hunter2") << 0644
                              << "can be read by others: /home/me/secrets/kafka has the mode 0644; run chmod "
                                 "600 /home/me/secrets/kafka.";
    QTest::newRow("open to the group") << QByteArray("hunter2") << 0640 << "has the mode 0640; run chmod 600";
    QTest::newRow("empty") << QByteArray() << 0600
                           << "is empty; write its value into /home/me/secrets/kafka.";
    QTest::newRow("only a line end") << QByteArray("\n") << 0600 << "is empty";
    QTest::newRow("too large")
        << QByteArray((64 << 10) + 1, 'x') << 0600
        << "is too large: /home/me/secrets/kafka has 65537 bytes, and 65536 are allowed";
    QTest::newRow("zero byte") << QByteArray("hun\0ter2", 8) << 0600 << "holds a zero byte";
    QTest::newRow("unreadable") << QByteArray("hunter2") << 0200 << "cannot be read. Cannot open";
}

void SecretTest::saysWhatIsWrong()
{
    QFETCH(QByteArray, content);
    QFETCH(int, mode);
    QFETCH(QString, sentence);
    m_files->put("/home/me/secrets/kafka", content.toStdString());
    m_files->setMode("/home/me/secrets/kafka", static_cast<unsigned>(mode));
    const auto secret = read("kafka");
    QVERIFY(!secret);
    const QString message = QString::fromStdString(secret.error().message);
    QVERIFY2(message.startsWith("The secret \"kafka\" ") && message.contains(sentence), qPrintable(message));
    QVERIFY(!message.contains("hunter2"));
    QVERIFY(secret.error().code == ErrorCode::Refused);
}

void SecretTest::saysWhereItWouldLie()
{
    const std::string message = read("kafka").error().message;
    QCOMPARE(message,
             std::string("The secret \"kafka\" is not there; write its value into /home/me/secrets/kafka and "
                         "run chmod 600 /home/me/secrets/kafka, or let systemd put it into "
                         "/run/credentials."));
    m_files->put("/home/me/secrets/kafka/below", "x");
    QVERIFY(read("kafka").error().message.find("is no file") != std::string::npos);
    Env nowhere{m_clock, *m_files};
    QVERIFY(readSecret(nowhere, "kafka").error().message.find("HOME") != std::string::npos);
}

void SecretTest::letsTheGroupReadWhatTheServiceManagerGives()
{
    m_files->put("/run/credentials/kafka", "given");
    for (const unsigned mode : {0400u, 0440u}) {
        m_files->setMode("/run/credentials/kafka", mode);
        QCOMPARE(read("kafka")->value(), std::string("given"));
    }
    // One that is refused is not looked for elsewhere.
    m_files->put("/home/me/secrets/kafka", "own");
    for (const auto& [mode, text] : {std::pair{0444u, "0444"}, std::pair{0666u, "0666"}, {0442u, "0442"}}) {
        m_files->setMode("/run/credentials/kafka", mode);
        const auto refused = read("kafka");
        QVERIFY(!refused && refused.error().code == ErrorCode::Refused);
        QCOMPARE(refused.error().message,
                 std::string("The secret \"kafka\" can be read by others: /run/credentials/kafka has the ") +
                     "mode " + text + "; run chmod 600 /run/credentials/kafka.");
    }
}

void SecretTest::seesTheModesOfARealDisk()
{
    QTemporaryDir directory;
    QFile file(directory.filePath("kafka"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("hunter2\n");
    file.close();
    Env env{systemEnv().clock, systemFiles(), 1, {{}, directory.path().toStdString()}};
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther));
    QVERIFY(readSecret(env, "kafka").error().message.find("has the mode 0604") != std::string::npos);
    QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::WriteOwner));
    QCOMPARE(readSecret(env, "kafka")->value(), std::string("hunter2"));
}

void SecretTest::namesNeverLeadElsewhere()
{
    m_files->put("/home/me/other", "x");
    for (const char* name : {"../other", "a/b", "", ".", "..", ".hidden", "a b", "\xc3\xa4"}) {
        QVERIFY2(!isSecretName(name), name);
        QVERIFY2(!read(name), name);
    }
    QVERIFY(isSecretName("Kafka-prod_2.key") && !isSecretName(std::string(129, 'a')));
}

STREAMWRIGHT_TEST(SecretTest)

}  // namespace tst_secret
#include "tst_secret.moc"
