#include "test_main.h"

#include <QFile>
#include <QProcess>
#include <QTest>

namespace tst_ui_no_display {

// The program itself where no window can be opened.
class UiNoDisplay : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void endsWithASentence_data();
    void endsWithASentence();
};

void UiNoDisplay::endsWithASentence_data()
{
    QTest::addColumn<QString>("display");
    QTest::newRow("none") << QString();
    QTest::newRow("refused") << QStringLiteral("127.0.0.1:9999");
}

void UiNoDisplay::endsWithASentence()
{
    QFETCH(QString, display);
    const QString program = QStringLiteral(BINARY_DIR "/app/streamwright");
    QVERIFY2(QFile::exists(program), "Build the target streamwright.");
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"})
        environment.remove(QString::fromLatin1(name));
    if (!display.isEmpty()) environment.insert(QStringLiteral("DISPLAY"), display);
    QProcess window;
    window.setProcessEnvironment(environment);
    window.start(program, QStringList());
    QVERIFY(window.waitForFinished());
    QCOMPARE(window.exitStatus(), QProcess::NormalExit);
    QCOMPARE(window.exitCode(), 3);
    QCOMPARE(window.readAllStandardError(),
             QByteArray("There is no display to open a window on; \"streamwright run FILE\" runs a document "
                        "without one.\n"));
}

STREAMWRIGHT_TEST(UiNoDisplay)

}  // namespace tst_ui_no_display
#include "tst_ui_no_display.moc"
