#include "window_fixture.h"
#include "test_main.h"

#include <QApplication>
#include <QDir>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QtEndian>

#include <csignal>
#include <optional>
#include <unistd.h>

namespace tst_ui_killed {

using namespace engine;
using namespace ui;

namespace {

enum Keysym : quint32 { Tab = 0xff09, Return = 0xff0d, Control = 0xffe3 };

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

// The text of the one draft; empty while there is none.
QByteArray draftIn(const QString& folder)
{
    const QDir drafts(folder + QStringLiteral("/drafts"));
    const QStringList names = drafts.entryList({QStringLiteral("*.draft.json")}, QDir::Files);
    return names.size() == 1 ? WindowFixture::bytesOf(drafts.filePath(names.front())) : QByteArray();
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

// The program itself, killed while a document is being edited.
class UiKilled : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void draftIsOffered();
};

void UiKilled::draftIsOffered()
{
    const QString program = QStringLiteral(BINARY_DIR "/app/streamwright");
    QVERIFY2(QFile::exists(program), "Build the target streamwright.");
    QTemporaryDir home;
    const quint16 port = freePort();
    QProcess window;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("HOME"), home.path());
    environment.insert(QStringLiteral("XDG_DATA_HOME"), home.filePath(QStringLiteral("data")));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home.filePath(QStringLiteral("config")));
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"),
                       QStringLiteral("vnc:port=%1:size=1280x800").arg(port));
    window.setProcessEnvironment(environment);
    window.start(program, QStringList());
    QVERIFY(window.waitForStarted());
    const QString data = home.filePath(QStringLiteral("data/streamwright"));
    {
        RemoteKeyboard keyboard;
        QVERIFY2(keyboard.plugIn(port), window.readAllStandardError().constData());
        keyboard.pressControl('n');
        keyboard.press(Tab);
        keyboard.type("generator");
        keyboard.press(Return);
        keyboard.press(Tab);
        keyboard.type("filter");
        keyboard.press(Return);
        QTRY_VERIFY_WITH_TIMEOUT(draftIn(data).contains("\\\"filter\\\""), 30'000);
        // Once more, and killed before anything has come to rest.
        keyboard.press(Tab);
        keyboard.type("disc");
    }
    QCOMPARE(window.state(), QProcess::Running);
    QCOMPARE(::kill(static_cast<pid_t>(window.processId()), SIGKILL), 0);
    QVERIFY(window.waitForFinished());
    QCOMPARE(window.exitStatus(), QProcess::CrashExit);

    WindowFixture fixture(data);
    fixture.window->restore();
    QTRY_VERIFY(fixture.window->notices().text().contains(QStringLiteral("Untitled")));
    QVERIFY(!fixture.session->current());
    QVERIFY(fixture.answerNotice(QStringLiteral("Restore")));
    QTRY_VERIFY(fixture.session->current());
    const PipelineSpec& spec = fixture.session->current()->document->spec();
    QVERIFY(fixture.session->current()->document->isModified());
    QVERIFY(spec.nodes.size() >= 2);
    QCOMPARE(spec.nodes[0].component, std::string("generator_source"));
    QCOMPARE(spec.nodes[1].component, std::string("filter"));
    QCOMPARE(spec.edges.size(), spec.nodes.size() - 1);
}

STREAMWRIGHT_WINDOW_TEST(UiKilled)

}  // namespace tst_ui_killed
#include "tst_ui_killed.moc"
