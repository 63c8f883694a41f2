// Rows of a console sink in the window: they are counted and seen there, and nothing of them is printed.
#include "app/window_engine.h"

#include "test_main.h"

#include <QTemporaryDir>

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace tst_window_console {

using namespace engine;

namespace {

// What is written to standard output while it lives goes to a file.
class Output {
public:
    explicit Output(const QString& path)
    {
        std::fflush(stdout);
        m_before = ::dup(STDOUT_FILENO);
        const int file = ::open(path.toLocal8Bit().constData(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(file, STDOUT_FILENO);
        ::close(file);
    }
    ~Output()
    {
        std::fflush(stdout);
        ::dup2(m_before, STDOUT_FILENO);
        ::close(m_before);
    }

private:
    int m_before = -1;
};

}  // namespace

class WindowConsole : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsPrinted_data();
    void nothingIsPrinted();
};

void WindowConsole::nothingIsPrinted_data()
{
    QTest::addColumn<QByteArray>("format");
    QTest::newRow("json") << QByteArray("json");
    QTest::newRow("table") << QByteArray("table");
}

void WindowConsole::nothingIsPrinted()
{
    QFETCH(const QByteArray, format);
    QTemporaryDir folder;
    qputenv("XDG_STATE_HOME", folder.path().toUtf8());
    const QString path = folder.filePath(QStringLiteral("printed"));
    std::int64_t rows = 0;
    {
        const Output output(path);
        WindowEngine engine;
        const bool isOver = engine.start(R"({"format": 1, "id": "printed", "nodes": [
            {"id": "made", "component": "generator_source", "params": {"preset": "sensors", "rows": 500}},
            {"id": "shown", "component": "console_sink", "params": {"format": ")" +
                                             format + R"("}}], "edges": [["made.out", "shown.in"]]})",
                                         folder.path()) &&
            engine.reaches(JobState::Finished);
        if (isOver)
            for (const NodeTelemetry& node : engine.latest()->nodes)
                if (node.node == NodeId{"shown"}) rows = node.rowsIn;
    }
    QCOMPARE(rows, std::int64_t{500});
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray());
}

STREAMWRIGHT_TEST(WindowConsole)

}  // namespace tst_window_console
#include "tst_window_console.moc"
