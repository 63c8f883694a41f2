#include "fake_transport.h"
#include "test_main.h"
#include "ui/graph/canvas_prompts.h"
#include "ui/graph/canvas_signs.h"
#include "ui/graph/search_popup.h"
#include "ui/main_window.h"
#include "ui/overlay/notice_bar.h"
#include "ui/overlay/overlay.h"
#include "ui/pictures.h"

#include <QApplication>
#include <QDir>
#include <QImageReader>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRegularExpression>

namespace tst_ui_pictures {

using namespace engine;
using namespace ui;

// Takes pictures of the window in both themes from played data, and checks that they show something; they
// stay in the build directory to be looked at.
class WindowPictures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void pictures_data();
    void pictures();
    void emptyWindow();
    void editing_data();
    void editing();
    void cardsAndNotices_data();
    void cardsAndNotices();
    void everyStateIsInTheBook();

private:
    QString m_folder;
};

void WindowPictures::initTestCase()
{
    m_folder = QStringLiteral(BINARY_DIR "/pictures");
    QVERIFY(QDir().mkpath(m_folder));
    theme().install(*qApp, Shade::Dark);
}

void WindowPictures::pictures_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::addColumn<QString>("select");
    QTest::newRow("dark") << true << "hot";
    QTest::newRow("light") << false << "";
}

void WindowPictures::pictures()
{
    QFETCH(bool, isDark);
    QFETCH(QString, select);
    theme().setShade(isDark ? Shade::Dark : Shade::Light);
    auto transport = std::make_unique<fake::FakeTransport>(1000);
    fake::FakeTransport* engineEnd = transport.get();
    engineEnd->diagnostics = {
        {Diagnostic::Warning, NodeId{"all"}, "", "nodes[4]", "The inputs have different time columns.", {}}};
    Session session(std::make_unique<EngineClient>(fake::catalog(), std::move(transport)));
    MainWindow window(session);
    session.add(std::make_unique<PipelineDocument>(stateFromSpec(fake::hotMachines())));
    window.show();
    QTRY_VERIFY(!session.current()->analysis.schemas.empty());
    session.run();
    QTRY_VERIFY(session.current()->job.has_value());
    QTRY_VERIFY(engineEnd->openTaps() == 2);
    QCoreApplication::processEvents();
    if (!select.isEmpty()) window.selectNode(NodeId{select.toStdString()});
    QCoreApplication::processEvents();
    for (int i = 0; i < 200; ++i) engineEnd->tick();
    QTRY_VERIFY(window.dock().rows().rowCount() > 100);
    QTest::qWait(250);
    const QPixmap picture = window.grab();
    QVERIFY(picture.save(m_folder +
                         QStringLiteral("/%1-%2.png")
                             .arg(QString::fromUtf8(QTest::currentDataTag()))
                             .arg(picture.devicePixelRatio())));
    QVERIFY(window.dock().feed().points() >= 200);
    QCOMPARE(static_cast<int>(window.dock().feed().series().size()), 6);
}

void WindowPictures::emptyWindow()
{
    theme().setShade(Shade::Dark);
    Session session(std::make_unique<EngineClient>(fake::catalog(), std::make_unique<fake::FakeTransport>()));
    MainWindow window(session);
    window.show();
    QCoreApplication::processEvents();
    QVERIFY(window.grab().save(m_folder + QStringLiteral("/empty.png")));
}

void WindowPictures::editing_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::newRow("dark") << true;
    QTest::newRow("light") << false;
}

// The canvas in the middle of work: a frame, a note, an unknown component, a search, a wire that looks for a
// port.
void WindowPictures::editing()
{
    QFETCH(bool, isDark);
    theme().setShade(isDark ? Shade::Dark : Shade::Light);
    const QString tag = QString::fromUtf8(QTest::currentDataTag());
    const EdgeSpec doubtful = fake::link("known", "too_hot");
    auto transport = std::make_unique<fake::FakeTransport>(1000);
    transport->edgeProblems[doubtful] = "There is no column \"avg_temperature\".";
    Session session(std::make_unique<EngineClient>(fake::catalog(), std::move(transport)));
    MainWindow window(session);
    PipelineSpec spec = fake::hotMachines();
    spec.nodes.push_back(fake::makeNode("later", "from_the_future", "Later"));
    session.add(std::make_unique<PipelineDocument>(stateFromSpec(spec)));
    window.show();
    window.activateWindow();
    GraphView& view = window.view();
    GraphScene& scene = window.scene();
    const auto select = [&](std::initializer_list<const char*> ids) {
        QList<QGraphicsItem*> items;
        for (const char* id : ids) items += scene.node(NodeId{id});
        scene.select(items);
    };
    select({"machines", "known"});
    const auto frame = view.editor().addFrame({});
    view.editor().setRemarkText(*frame, QStringLiteral("Line 3: limits agreed with the plant"));
    const auto note = view.editor().addNote(scene.node(NodeId{"machines"})->pos() + QPointF(280, 128));
    view.editor().setRemarkText(*note, QStringLiteral("Ask Ann about <b>retired</b> machines.\nUntil June."));
    view.fit();
    select({"per_second"});
    view.setFocus();
    QTest::keyClick(&view, Qt::Key_Tab);
    QTest::keyClicks(&view.prompts().popup().field(), QStringLiteral("s"));
    QCoreApplication::processEvents();
    QVERIFY(window.grab().save(m_folder + QStringLiteral("/search-%1.png").arg(tag)));
    QTest::keyClick(&view.prompts().popup().field(), Qt::Key_Escape);
    view.zoomFull();
    view.lookAt(scene.node(NodeId{"known"})->pos() + QPointF(160, 40));
    QTRY_VERIFY(std::abs(view.zoom() - 1) < 0.01);
    scene.select(scene.node(NodeId{"later"}));
    view.signs().say(QStringLiteral("The clipboard holds no part of a pipeline. Copy some nodes first."));
    QVERIFY(window.grab().save(m_folder + QStringLiteral("/near-%1.png").arg(tag)));
    view.fit();
    const auto at = [&](const QPointF& point) { return view.mapFromScene(point); };
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, at(scene.node(NodeId{"known"})->outputAt("out")));
    const QPoint over = at(scene.node(NodeId{"too_hot"})->inputAt("in") - QPointF(12, 0));
    QMouseEvent move(QEvent::MouseMove, over, view.viewport()->mapToGlobal(over), Qt::NoButton,
                     Qt::LeftButton, {});
    QApplication::sendEvent(view.viewport(), &move);
    QTRY_VERIFY(view.signs().tip().contains(QStringLiteral("avg_temperature")));
    QVERIFY(window.grab().save(m_folder + QStringLiteral("/wire-%1.png").arg(tag)));
    QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, over);
}

void WindowPictures::cardsAndNotices_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::addColumn<QString>("command");
    for (const bool isDark : {true, false})
        for (const char* command : {"help.commands", "help.keys", "file.close", "view.text"})
            QTest::addRow("%s-%s", command + 5, isDark ? "dark" : "light") << isDark << QString(command);
}

void WindowPictures::cardsAndNotices()
{
    QFETCH(bool, isDark);
    QFETCH(QString, command);
    theme().setShade(isDark ? Shade::Dark : Shade::Light);
    Session session(std::make_unique<EngineClient>(fake::catalog(), std::make_unique<fake::FakeTransport>()));
    MainWindow window(session);
    window.resize(1280, 800);
    session.add(std::make_unique<PipelineDocument>(stateFromSpec(fake::hotMachines())));
    window.show();
    session.current()->document->setModified();
    window.notices().say(NoticeBar::Trouble,
                         QStringLiteral("weather.pipeline.json was not opened. The document cannot "
                                        "be read: No such file or directory."));
    window.commands().run(command);
    QCoreApplication::processEvents();
    const bool hasCard = !command.startsWith(QLatin1String("view"));
    QCOMPARE(window.overlay().card() != nullptr, hasCard);
    if (!hasCard) QTRY_VERIFY(!window.design().text().editor().toPlainText().isEmpty());
    QVERIFY(window.grab().save(m_folder + QStringLiteral("/%1.png").arg(QTest::currentDataTag())));
}

// docs/screens.md has the pictures that docs/make_pictures.sh makes, all of them and no others.
void WindowPictures::everyStateIsInTheBook()
{
    const QDir docs(QStringLiteral(SOURCE_DIR "/docs"));
    QFile file(docs.filePath(QStringLiteral("screens.md")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QString text = QString::fromUtf8(file.readAll());
    QStringList named, wanted;
    static const QRegularExpression link(QStringLiteral("\\((pictures/[^)]+)\\)"));
    for (auto found = link.globalMatch(text); found.hasNext();) named += found.next().captured(1);
    QStringList files;  // what the folder holds: each of them at twice the scale too
    for (const QString& state : Pictures::states())
        for (const char* theme : {"dark", "light"}) {
            const QString picture = QStringLiteral("pictures/%1-%2").arg(state, QString::fromLatin1(theme));
            wanted += picture + QStringLiteral(".png");
            files += {picture + QStringLiteral(".png"), picture + QStringLiteral("@2x.png")};
            const QSize once = QImageReader(docs.filePath(files[files.size() - 2])).size();
            const QSize twice = QImageReader(docs.filePath(files.back())).size();
            QVERIFY2(once.isValid(), qPrintable(picture));
            QVERIFY2(twice == 2 * once, qPrintable(picture + QStringLiteral("@2x.png")));
        }
    named.sort();
    wanted.sort();
    QCOMPARE(named, wanted);
    QStringList found;
    for (const QString& each : QDir(docs.filePath(QStringLiteral("pictures"))).entryList(QDir::Files))
        found += QStringLiteral("pictures/") + each;
    files.sort();
    found.sort();
    QCOMPARE(found, files);
    qint64 bytes = 0;
    for (const QFileInfo& each : QDir(docs.filePath(QStringLiteral("pictures"))).entryInfoList(QDir::Files))
        bytes += each.size();
    QVERIFY2(bytes < 26'000'000, qPrintable(QString::number(bytes)));
}

STREAMWRIGHT_WINDOW_TEST(WindowPictures)

}  // namespace tst_ui_pictures
#include "tst_ui_pictures.moc"
