#include "catalog/component.h"
#include "control/server/local_client.h"
#include "test_main.h"
#include "ui/main_window.h"
#include "ui/pages/gallery_card.h"
#include "ui/pages/gallery_page.h"

#include <QApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QScrollArea>
#include <QScrollBar>
#include <QTemporaryDir>

#include <algorithm>

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
    void followsALogOfThisComputer();
    void theLogWrittenLastIsTaken();
    void thoseOfABrokerOpen();
    void outputsAreTheWindowsOwn();
    void firstCardsFitASmallWindow();
    void theSignToRunCoversNothing();

private:
    QTemporaryDir m_folder;
    Catalog m_catalog;
};

namespace {

bool needsBroker(const Example& example)
{
    return std::any_of(example.spec.nodes.begin(), example.spec.nodes.end(),
                       [](const NodeSpec& node) { return node.component.starts_with("kafka_"); });
}

}  // namespace

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
    // Those that make the input of others first.
    for (const bool isMaker : {true, false})
        for (int i = 0; i < static_cast<int>(all.size()); ++i) {
            const Example& example = all[static_cast<std::size_t>(i)];
            const bool makes = example.file.startsWith(QLatin1String("generate_"));
            if (needsBroker(example) || makes != isMaker) continue;
            QTest::newRow(qPrintable(example.file)) << i << QString::fromStdString(example.spec.name);
        }
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
    if (open->document->spec().nodes.front().params->contains("rows"))
        QTRY_VERIFY_WITH_TIMEOUT(isOver(open->state()), 20'000);
    // Its chart is there at once, as the example says.
    QVERIFY(window.dock().chart().isVisible());
    QVERIFY(open->viewProblems.empty());
    const auto views = viewsOf(open->document->spec());
    QVERIFY(!views.empty());
    QVERIFY(window.dock().chartPanel().view()->hasSameLines(views.begin()->second));
    QCOMPARE(window.dock().chart().thresholds().lines().size(), views.begin()->second.thresholds.size());
}

// Not one that an example writes, and both the card and the document say which.
void UiGallery::followsALogOfThisComputer()
{
    const std::vector<Example> all = examples();
    const auto example =
        std::find_if(all.begin(), all.end(), [](const Example& each) { return each.followsLog; });
    QVERIFY(example != all.end());
    const QString log = newestLog(usualLogs());
    QVERIFY2(!log.isEmpty(), "This computer has no log that can be read.");
    QVERIFY2(example->text.contains(log), qPrintable(example->text));
    Session session(makeLocalClient(m_catalog));
    MainWindow window(session, {m_folder.path(), m_folder.path() + QStringLiteral("/window.ini")});
    window.show();
    const auto card = static_cast<std::size_t>(example - all.begin());
    QTest::mouseClick(window.gallery().cards()[card], Qt::LeftButton);
    QTRY_VERIFY(session.current());
    const PipelineSpec& spec = session.current()->document->spec();
    QCOMPARE(QString::fromStdString(spec.parameters.front().fallback.get<std::string>()), log);
    QVERIFY(spec.notes.at(0).at("text").get<std::string>().find(log.toStdString()) != std::string::npos);
    const JobTelemetry& telemetry = session.current()->telemetry;
    QTRY_VERIFY(session.current()->hasTelemetry && telemetry.nodes.front().rowsOut > 0);
    QCOMPARE(session.current()->state(), JobState::Running);
}

void UiGallery::theLogWrittenLastIsTaken()
{
    QTemporaryDir folder;
    const auto write = [&](const char* name, const QByteArray& bytes, int minute) {
        QFile file(folder.filePath(QLatin1String(name)));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.flush() &&
            file.setFileTime(QDateTime({2024, 5, 1}, {12, minute}), QFileDevice::FileModificationTime);
    };
    QVERIFY(write("old", "line\n", 1) && write("new \"one\"", "line\n", 2) && write("empty", {}, 3));
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("folder")));
    QStringList logs;
    for (const char* name : {"gone", "old", "new \"one\"", "empty", "folder"})
        logs += folder.filePath(QLatin1String(name));
    const QString log = newestLog(logs);
    QCOMPARE(log, folder.filePath(QStringLiteral("new \"one\"")));
    QCOMPARE(newestLog({folder.filePath(QStringLiteral("empty"))}), QString());

    ExamplePlace place(folder.path());
    place.prepare();
    for (const Example& example : examples()) {
        const Parsed parsed = parsePipeline(place.textOf(example, log).toStdString());
        QVERIFY2(parsed.runnable(), qPrintable(example.file));
        if (!example.followsLog) continue;
        QCOMPARE(parsed.spec.parameters.front().fallback, Json(log.toStdString()));
        // Without any it makes its own.
        const Parsed own = parsePipeline(place.textOf(example, {}).toStdString());
        QVERIFY(own.runnable());
        QCOMPARE(own.spec.nodes.back().component, std::string("file_sink"));
    }
}

// They are run by tests/kafka/tst_kafka_example.cpp; here there is no broker, and they stand without a
// problem.
void UiGallery::thoseOfABrokerOpen()
{
    const std::vector<Example> all = examples();
    int found = 0;
    for (std::size_t card = 0; card < all.size(); ++card) {
        if (!needsBroker(all[card])) continue;
        ++found;
        Session session(makeLocalClient(m_catalog));
        MainWindow window(session, {m_folder.path(), m_folder.path() + QStringLiteral("/window.ini")});
        window.show();
        QTest::mouseClick(window.gallery().cards()[card], Qt::LeftButton);
        QTRY_VERIFY(session.current() && !session.current()->analysis.schemas.empty());
        QCOMPARE(session.current()->document->name(), QString::fromStdString(all[card].spec.name));
        for (const Diagnostic& problem : session.current()->analysis.diagnostics)
            QFAIL(sentence(problem).c_str());
    }
    QCOMPARE(found, 2);
}

// Two windows at the same time, of one user or of several, do not take each other's files.
void UiGallery::outputsAreTheWindowsOwn()
{
    QTemporaryDir folder;
    ExamplePlace one(folder.path()), other(folder.path());
    one.prepare();
    one.prepare();
    other.prepare();
    for (const Example& example : examples()) {
        const QByteArray first = one.withOutputs(example.bytes), second = other.withOutputs(example.bytes);
        QVERIFY2(!first.contains("/tmp/streamwright_"), qPrintable(example.file));
        QVERIFY(!parsePipeline(first.toStdString()).readOnly);
        if (!example.bytes.contains("/tmp/streamwright_")) continue;
        QVERIFY2(first != second, qPrintable(example.file));
        QVERIFY2(first.contains(folder.path().toUtf8()), qPrintable(example.file));
    }
    auto third = std::make_unique<ExamplePlace>(folder.path());
    third->prepare();
    const QByteArray path = third->withOutputs("\"/tmp/streamwright_x\"");
    third.reset();
    ExamplePlace next(folder.path());
    next.prepare();
    QCOMPARE(next.withOutputs("\"/tmp/streamwright_x\""), path);
}

// Nine cards are wholly in sight, those of real input among them; that there are more can be seen, and they
// come to sight by scrolling.
void UiGallery::firstCardsFitASmallWindow()
{
    Session session(makeLocalClient(m_catalog));
    MainWindow window(session, {m_folder.path(), m_folder.path() + QStringLiteral("/window.ini")});
    window.resize(1280, 800);
    window.show();
    const GalleryPage& page = window.gallery();
    const auto placeOf = [&](const GalleryCard* card) {
        return QRect(card->mapTo(&page, QPoint()), card->size());
    };
    const auto all = examples();
    constexpr std::size_t kInSight = 9;
    QVERIFY(all.front().isReal);
    for (std::size_t i = 0; i < all.size(); ++i) {
        QVERIFY2(!all[i].isReal || all[i].needsBroker || i < kInSight, qPrintable(all[i].file));
        if (i >= kInSight) continue;
        QVERIFY2(!all[i].needsBroker && !all[i].isHelper, qPrintable(all[i].file));
        QVERIFY2(page.rect().contains(placeOf(page.cards()[i])), qPrintable(all[i].file));
    }
    auto* area = page.findChild<QScrollArea*>();
    QVERIFY(area && area->verticalScrollBar()->isVisible());
    constexpr int kPartToSee = 16;
    QVERIFY(page.rect().bottom() - placeOf(page.cards()[kInSight]).top() >= kPartToSee);
    area->ensureWidgetVisible(page.cards().back());
    QVERIFY(page.rect().contains(placeOf(page.cards().back())));
}

void UiGallery::theSignToRunCoversNothing()
{
    Session session(makeLocalClient(m_catalog));
    constexpr int kFrame = 8, kDrawing = 88, kDrawingMargin = 16;
    for (const Example& example : examples()) {
        GalleryCard card(example, session.client());
        card.resize(400, GalleryCard::kHeight);
        const QImage before = card.grab().toImage();
        card.setAttribute(Qt::WA_UnderMouse);
        const QImage after = card.grab().toImage();
        QVERIFY(before != after);
        const QRect drawing(kFrame, kFrame, 400 - 2 * kFrame, kDrawing - kDrawingMargin - kFrame);
        const QRect words(kFrame, kDrawing + 12, 400 - 2 * kFrame,
                          GalleryCard::kHeight - kDrawing - 12 - kFrame);
        for (const QRect& place : {drawing, words})
            QVERIFY2(before.copy(place) == after.copy(place), qPrintable(example.file));
    }
}

STREAMWRIGHT_WINDOW_TEST(UiGallery)

}  // namespace tst_ui_gallery
#include "tst_ui_gallery.moc"
