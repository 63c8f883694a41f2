#include "test_main.h"
#include "window_fixture.h"

#include <QApplication>
#include <QDir>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QtEndian>

#include <csignal>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace tst_ui_killed {

using namespace engine;
using namespace ui;

namespace {

enum Keysym : quint32 { Space = 0x20, Tab = 0xff09, Return = 0xff0d, Shift = 0xffe1, Control = 0xffe3 };

// The keyboard of a program that shows its window to a remote screen (RFB 3.3): the keys that come out at the
// other end are those of a system's keyboard.
class RemoteKeyboard {
public:
    bool plugIn(quint16 port)
    {
        const auto isThere = [&] {
            m_socket.abort();
            m_socket.connectToHost(QStringLiteral("127.0.0.1"), port);
            return m_socket.waitForConnected(1000);
        };
        if (!QTest::qWaitFor(isThere, 30'000) || !read(12)) return false;
        m_socket.write("RFB 003.003\n");
        if (!read(4)) return false;
        m_socket.write(QByteArray(1, '\1'));
        const auto head = read(24);
        return head && read(qFromBigEndian<qint32>(head->constData() + 20));
    }
    void press(quint32 sym)
    {
        send(sym, true);
        send(sym, false);
    }
    void pressControl(char letter)
    {
        send(Control, true);
        press(static_cast<quint32>(letter));
        send(Control, false);
    }
    void pressControlShift(char letter)
    {
        send(Control, true);
        send(Shift, true);
        press(static_cast<quint32>(letter));
        send(Shift, false);
        send(Control, false);
    }
    void type(const char* text)
    {
        for (; *text; ++text) press(static_cast<quint32>(*text));
    }

private:
    std::optional<QByteArray> read(qint64 bytes)
    {
        while (m_socket.bytesAvailable() < bytes)
            if (!m_socket.waitForReadyRead(30'000)) return {};
        return m_socket.read(bytes);
    }
    void send(quint32 sym, bool isDown)
    {
        QByteArray message(8, '\0');
        message[0] = 4;
        message[1] = isDown ? 1 : 0;
        qToBigEndian(sym, message.data() + 4);
        m_socket.write(message);
        m_socket.flush();
    }
    QTcpSocket m_socket;
};

// The one draft; nothing while there is none.
QFileInfo draftFile(const QString& folder)
{
    const QFileInfoList found =
        QDir(folder + QStringLiteral("/drafts")).entryInfoList({QStringLiteral("*.draft.json")}, QDir::Files);
    return found.size() == 1 ? found.front() : QFileInfo();
}

QByteArray draftIn(const QString& folder)
{
    const QFileInfo file = draftFile(folder);
    return file.exists() ? WindowFixture::bytesOf(file.filePath()) : QByteArray();
}

// Another number whenever it was written anew.
quint64 writingOf(const QString& folder)
{
    struct stat found { };
    const QByteArray path = draftFile(folder).filePath().toLocal8Bit();
    return ::stat(path.constData(), &found) == 0 ? quint64(found.st_ino) : 0;
}

quint16 freePort()
{
    QTcpServer server;
    // Below those that are given to whoever asks for any, so that nobody else has it before the program.
    for (quint16 port = quint16(10'000 + ::getpid() % 10'000); port < 32'000; ++port)
        if (server.listen(QHostAddress::LocalHost, port)) return port;
    return 0;
}

}  // namespace

// The program itself, killed while a document is being edited, and started once more.
class UiKilled : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void draftIsOffered();

private:
    void start(QProcess& window, quint16 port);
    QTemporaryDir m_home;
};

void UiKilled::start(QProcess& window, quint16 port)
{
    const QString program = QStringLiteral(BINARY_DIR "/app/streamwright");
    QVERIFY2(QFile::exists(program), "Build the target streamwright.");
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("HOME"), m_home.path());
    environment.insert(QStringLiteral("XDG_DATA_HOME"), m_home.filePath(QStringLiteral("data")));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), m_home.filePath(QStringLiteral("config")));
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"),
                       QStringLiteral("vnc:port=%1:size=1280x800").arg(port));
    window.setProcessEnvironment(environment);
    window.start(program, QStringList());
    QVERIFY(window.waitForStarted());
}

// Begun in the program, and gone on with in the one that is started after it.
void UiKilled::draftIsOffered()
{
    const QString data = m_home.filePath(QStringLiteral("data/streamwright"));
    quint16 port = freePort();
    QProcess killed;
    start(killed, port);
    if (QTest::currentTestFailed()) return;
    {
        RemoteKeyboard keyboard;
        QVERIFY2(keyboard.plugIn(port), killed.readAllStandardError().constData());
        keyboard.pressControl('n');
        keyboard.press(Tab);
        keyboard.type("generator");
        keyboard.press(Return);
        keyboard.press(Tab);
        keyboard.type("filter");
        keyboard.press(Return);
        QTRY_VERIFY(draftIn(data).contains("\\\"filter\\\""));
        // Once more, and killed before anything has come to rest.
        keyboard.press(Tab);
        keyboard.type("disc");
    }
    QCOMPARE(killed.state(), QProcess::Running);
    QCOMPARE(::kill(static_cast<pid_t>(killed.processId()), SIGKILL), 0);
    QVERIFY(killed.waitForFinished());
    QCOMPARE(killed.exitStatus(), QProcess::CrashExit);
    const QByteArray left = draftIn(data);
    const QString leftIn = draftFile(data).filePath();

    port = freePort();
    QProcess window;
    start(window, port);
    if (QTest::currentTestFailed()) return;
    RemoteKeyboard keyboard;
    QVERIFY2(keyboard.plugIn(port), window.readAllStandardError().constData());
    // The draft is the new window's now, and as it was: nothing comes back without an answer.
    QTRY_VERIFY(draftFile(data).exists() && draftFile(data).filePath() != leftIn);
    QCOMPARE(draftIn(data), left);
    const quint64 asLeft = writingOf(data);
    keyboard.pressControlShift('j');  // to the notice, whose first answer is to restore it
    keyboard.press(Space);
    QTRY_VERIFY(writingOf(data) != asLeft && writingOf(data) != 0);
    // Only what is open is written; it says all that it said.
    const Json draft = Json::parse(draftIn(data).toStdString());
    QCOMPARE(draft["is_modified"], Json(true));
    QCOMPARE(draft["text"], Json::parse(left.toStdString())["text"]);
    const PipelineSpec spec = parsePipeline(draft["text"].get<std::string>()).spec;
    QVERIFY(spec.nodes.size() >= 2);
    QCOMPARE(spec.nodes[0].component, std::string("generator_source"));
    QCOMPARE(spec.nodes[1].component, std::string("filter"));
    QCOMPARE(spec.edges.size(), spec.nodes.size() - 1);
    window.kill();
    QVERIFY(window.waitForFinished());
}

STREAMWRIGHT_WINDOW_TEST(UiKilled)

}  // namespace tst_ui_killed
#include "tst_ui_killed.moc"
