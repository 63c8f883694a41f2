#include "window_fixture.h"
#include "test_main.h"

#include <QApplication>
#include <QDir>
#include <QFileDialog>

namespace tst_ui_saving {

using namespace engine;
using namespace ui;

// What happens between an order to save or to close and the moment it is done: an edit, an undo, a slow stop.
class UiSaving : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init();
    void cleanup() { m_fixture.reset(); }
    void nameWithoutItsEndingReplacesNothingUnasked();
    void editedWhileItIsSavedIsAskedAboutAgain();
    void undoneWhileItIsSavedIsNotSaved();
    void startingOneIsStoppedAndClosed();
    void nothingIsEditedWhileTheWindowEnds();

private:
    Documents& documents() { return m_fixture->window->documents(); }
    void rename(const char* name)
    {
        m_open->document->edit(QStringLiteral("Rename"),
                               [name](DocumentState& state) { state.spec.name = name; });
    }
    // Whatever is on its way to the disk and back has arrived.
    void settle()
    {
        documents().worker().finish();
        QCoreApplication::processEvents();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<WindowFixture> m_fixture;
    QString m_path;
    OpenDocument* m_open = nullptr;
};

void UiSaving::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_path = m_folder->filePath(QStringLiteral("line.pipeline.json"));
    QVERIFY(WindowFixture::write(m_path, QByteArray::fromStdString(writePipeline(fake::hotMachines()))));
    m_fixture = std::make_unique<WindowFixture>();
    m_fixture->window->openFile(m_path);
    QTRY_VERIFY(m_fixture->session->current());
    m_open = m_fixture->session->current();
    settle();
}

void UiSaving::nameWithoutItsEndingReplacesNothingUnasked()
{
    const QString other = m_folder->filePath(QStringLiteral("other.pipeline.json"));
    QVERIFY(WindowFixture::write(other, "kept"));
    const auto saveAs = [&](const QString& name) {
        m_fixture->window->commands().run(QStringLiteral("file.save_as"));
        auto* dialog = m_fixture->window->findChild<QFileDialog*>();
        QVERIFY(dialog);
        Q_EMIT dialog->fileSelected(m_folder->filePath(name));
        delete dialog;
        settle();
    };
    saveAs(QStringLiteral("other"));
    QCOMPARE(WindowFixture::bytesOf(other), QByteArray("kept"));
    QVERIFY(m_fixture->answer(QStringLiteral("Cancel")));
    saveAs(QStringLiteral("other"));
    QVERIFY(m_fixture->answer(QStringLiteral("Replace it")));
    QTRY_COMPARE(m_open->document->path(), other);
    QVERIFY(WindowFixture::bytesOf(other).contains("Hot machines"));
    saveAs(QStringLiteral("THIRD.JSON"));
    QTRY_COMPARE(m_open->document->path(), m_folder->filePath(QStringLiteral("THIRD.JSON")));
}

void UiSaving::editedWhileItIsSavedIsAskedAboutAgain()
{
    rename("First");
    m_fixture->key(Qt::Key_W, Qt::ControlModifier);
    QVERIFY(m_fixture->answer(QStringLiteral("Save")));
    rename("Second");
    documents().worker().finish();
    QTRY_VERIFY(WindowFixture::bytesOf(m_path).contains("\"First\""));
    QTRY_VERIFY(m_fixture->window->overlay().card());
    QVERIFY(m_fixture->session->holds(m_open));
    QVERIFY(m_fixture->answer(QStringLiteral("Save")));
    QTRY_VERIFY(m_fixture->session->documents().empty());
    QVERIFY(WindowFixture::bytesOf(m_path).contains("\"Second\""));
}

void UiSaving::undoneWhileItIsSavedIsNotSaved()
{
    rename("First");
    documents().save(*m_open);
    m_open->document->undoStack().undo();
    bool isWritten = false;
    connect(&documents(), &Documents::saved, this, [&] { isWritten = true; });
    QTRY_VERIFY(isWritten);
    QVERIFY(WindowFixture::bytesOf(m_path).contains("\"First\""));
    QVERIFY(m_open->document->isModified());
    documents().save(*m_open);
    QTRY_VERIFY(!m_open->document->isModified());
    QVERIFY(WindowFixture::bytesOf(m_path).contains("\"Hot machines\""));
}

void UiSaving::startingOneIsStoppedAndClosed()
{
    m_fixture->far->startsSlowly = true;
    m_fixture->session->run();
    m_fixture->key(Qt::Key_W, Qt::ControlModifier);
    QVERIFY(m_fixture->answer(QStringLiteral("Stop and close")));
    QVERIFY(m_open->isStarting && m_fixture->far->orders.empty());
    m_fixture->far->finishStart();
    QTRY_VERIFY(m_fixture->session->documents().empty());
    QCOMPARE(m_fixture->far->orders.back().second, JobAction::Stop);
}

void UiSaving::nothingIsEditedWhileTheWindowEnds()
{
    m_fixture->far->stopsSlowly = true;
    m_fixture->session->run();
    QTRY_VERIFY(m_open->hasTelemetry);
    bool isClosed = false;
    connect(m_fixture->window.get(), &MainWindow::closed, this, [&] { isClosed = true; });
    m_fixture->window->close();
    QVERIFY(m_fixture->answer(QStringLiteral("Stop it and quit")));
    QVERIFY(m_fixture->window->overlay().card());
    m_fixture->key(Qt::Key_Escape);
    QVERIFY(m_fixture->window->overlay().card());
    QVERIFY(!isClosed);
    m_fixture->far->finishStop();
    QTRY_VERIFY(isClosed);
}

STREAMWRIGHT_WINDOW_TEST(UiSaving)

}  // namespace tst_ui_saving
#include "tst_ui_saving.moc"
