#include "catalog/component.h"
#include "control/server/local_client.h"
#include "ui/main_window.h"
#include "ui/pages/gallery_card.h"
#include "ui/pages/gallery_page.h"
#include "test_main.h"

#include <QApplication>
#include <QTemporaryDir>

namespace tst_ui_gallery {

using namespace engine;
using namespace ui;

// Every example of the gallery in the engine itself, at one click and with nothing set up.
class UiGallery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void runs_data();
    void runs();

private:
    QTemporaryDir m_folder;
    Catalog m_catalog;
};

void UiGallery::initTestCase()
{
    theme().install(*qApp, Shade::Dark);
    qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
    addBuiltinComponents(m_catalog);
}

void UiGallery::runs_data()
{
    QTest::addColumn<int>("card");
    QTest::addColumn<QString>("name");
    const std::vector<Example> all = examples();
    for (int i = 0; i < static_cast<int>(all.size()); ++i)
        QTest::newRow(qPrintable(all[static_cast<std::size_t>(i)].file))
            << i << QString::fromStdString(all[static_cast<std::size_t>(i)].spec.name);
}

void UiGallery::runs()
{
    QFETCH(int, card);
    QFETCH(QString, name);
    Session session(makeLocalClient(m_catalog));
    MainWindow window(session, {m_folder.path(), m_folder.path() + QStringLiteral("/window.ini")});
    window.show();
    QTest::mouseClick(window.gallery().cards()[static_cast<std::size_t>(card)], Qt::LeftButton);
    QTRY_VERIFY(session.current());
    OpenDocument* open = session.current();
    QCOMPARE(open->document->name(), name);
    const auto sentences = [open] {
        QStringList all;
        for (const Diagnostic& problem : open->problems()) all += QString::fromStdString(sentence(problem));
        return all.join(QLatin1Char('\n'));
    };
    const auto rows = [open] {
        std::int64_t count = 0;
        for (const NodeTelemetry& node : open->telemetry.nodes) count += node.rowsOut;
        return count;
    };
    QTRY_VERIFY_WITH_TIMEOUT(open->failure || (open->hasTelemetry && (rows() > 0 || isOver(open->state()))),
                             20'000);
    QVERIFY2(!open->failure, open->failure ? open->failure->message.c_str() : "");
    QVERIFY2(open->state() != JobState::Failed && rows() > 0, qPrintable(sentences()));
    // Its chart is there at once, as the example says.
    QVERIFY(window.dock().chart().isVisible());
    QVERIFY(open->viewProblems.empty());
    const auto views = viewsOf(open->document->spec());
    QVERIFY(!views.empty());
    QVERIFY(window.dock().chartPanel().view()->hasSameLines(views.begin()->second));
    QCOMPARE(window.dock().chart().thresholds().lines().size(), views.begin()->second.thresholds.size());
}

STREAMWRIGHT_WINDOW_TEST(UiGallery)

}  // namespace tst_ui_gallery
#include "tst_ui_gallery.moc"
