// A pipeline made, wired, configured, saved and run in the window with the real engine, by keys alone.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "catalog/component.h"
#include "control/server/local_client.h"
#include "ui/main_window.h"
#include "ui/theme.h"
#endif

#include "test_main.h"

#include <QApplication>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QTemporaryDir>

#include <map>

namespace tst_ui_by_keys_alone {

using namespace ui;

namespace {

constexpr int kRecords = 5'000, kSensors = 7, kTabsMost = 200;
constexpr qint64 kBeginMs = 1'700'000'000'000, kStepMs = 7;

}  // namespace

class UiByKeysAlone : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void buildsRunsAndWrites();

private:
    void key(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const;
    void type(const QString& text) const;
    bool tabTo(const QString& name) const;
    void addNode(const QString& words) const;
    void toCanvas() const { key(Qt::Key_2, Qt::AltModifier); }
    void writeInput();
    QList<QByteArray> written() const;
    void addSource();
    void addWindow();
    void addSinkAndWire();
    void save();

    QTemporaryDir m_folder;
    engine::Catalog m_catalog;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
    QList<QByteArray> m_expected;  // sorted
};

// To the active window, which passes them on to its focus or to a list that is open over it.
void UiByKeysAlone::key(int key, Qt::KeyboardModifiers modifiers) const
{
    QVERIFY(QApplication::activeWindow());
    QTest::keyClick(QApplication::activeWindow()->windowHandle(), static_cast<Qt::Key>(key), modifiers);
}

void UiByKeysAlone::type(const QString& text) const
{
    QVERIFY(QApplication::activeWindow());
    for (const QChar c : text) QTest::keyClick(QApplication::activeWindow()->windowHandle(), c.toLatin1());
}

// Goes on with the Tab key until what has this name for a screen reader has the focus.
bool UiByKeysAlone::tabTo(const QString& name) const
{
    for (int i = 0; i < kTabsMost; ++i) {
        const QWidget* focused = QApplication::focusWidget();
        const auto* button = qobject_cast<const QAbstractButton*>(focused);
        if (focused && focused->accessibleName() == name) return true;
        if (button && button->text() == name) return true;
        if (m_window->view().hasFocus()) break;
        key(Qt::Key_Tab);
    }
    qWarning("Tab never came to \"%s\".", qPrintable(name));
    return false;
}

void UiByKeysAlone::initTestCase()
{
    qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
    theme().install(*qApp, Shade::Dark);
    QApplication::setKeyboardInputInterval(60'000);  // letters typed into a list are one search, however slow
    engine::addBuiltinComponents(m_catalog);
    m_session = std::make_unique<Session>(engine::makeLocalClient(m_catalog));
    m_window = std::make_unique<MainWindow>(*m_session);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    writeInput();
}

// One record every 7 ms; what comes of it is worked out here, a record at a time.
void UiByKeysAlone::writeInput()
{
    QByteArray text;
    std::map<std::pair<qint64, int>, std::pair<int, int>> groups;  // second, sensor: count, greatest
    for (int i = 0; i < kRecords; ++i) {
        const int sensor = i * 5 % kSensors, value = i * 37 % 100;
        const qint64 at = kBeginMs + i * kStepMs;
        text += QStringLiteral("{\"sensor\":\"s%1\",\"value\":%2,\"ts\":%3}\n")
                    .arg(sensor)
                    .arg(value)
                    .arg(at)
                    .toUtf8();
        if (value <= 40) continue;
        auto& [count, greatest] = groups[{at / 1000, sensor}];
        ++count;
        greatest = std::max(greatest, value);
    }
    for (const auto& [group, sums] : groups)
        m_expected += QStringLiteral("s%1,%2,%3").arg(group.second).arg(sums.first).arg(sums.second).toUtf8();
    std::sort(m_expected.begin(), m_expected.end());
    QFile file(m_folder.filePath(QStringLiteral("input.ndjson")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text), text.size());
}

// sensor, count and greatest of the lines "sensor,start,end,count,greatest".
QList<QByteArray> UiByKeysAlone::written() const
{
    QFile file(m_folder.filePath(QStringLiteral("output.csv")));
    if (!file.open(QIODevice::ReadOnly)) return {};
    QList<QByteArray> found;
    for (const QByteArray& line : file.readAll().split('\n')) {
        const QList<QByteArray> cells = line.split(',');
        if (cells.size() == 5) found += cells[0] + ',' + cells[3] + ',' + cells[4];
    }
    found.removeOne("sensor,n,greatest");
    std::sort(found.begin(), found.end());
    return found;
}

void UiByKeysAlone::addNode(const QString& words) const
{
    key(Qt::Key_Tab);
    type(words);
    key(Qt::Key_Return);
}

void UiByKeysAlone::addSource()
{
    addNode(QStringLiteral("file source"));
    key(Qt::Key_Return);  // to its form
    QVERIFY(tabTo(QStringLiteral("Path")));
    type(m_folder.filePath(QStringLiteral("input.ndjson")));
    key(Qt::Key_Return);
    QVERIFY(tabTo(QStringLiteral("Detect")));
    key(Qt::Key_Return);
    const auto focusedText = [] {
        const auto* button = qobject_cast<QAbstractButton*>(QApplication::focusWidget());
        return button ? button->text() : QString();
    };
    QTRY_COMPARE(focusedText(), QStringLiteral("Use these columns"));
    key(Qt::Key_Return);
    const engine::NodeSpec& source = m_session->current()->document->spec().nodes.at(0);
    QCOMPARE(source.params->at("columns").size(), std::size_t{3});
    QCOMPARE(source.params->at("time_column"), "ts");
}

void UiByKeysAlone::addWindow()
{
    addNode(QStringLiteral("window"));
    key(Qt::Key_Return);
    QVERIFY(tabTo(QStringLiteral("Size")));
    type(QStringLiteral("1s"));
    key(Qt::Key_Return);
    QVERIFY(tabTo(QStringLiteral("For each: add a column")));
    type(QStringLiteral("sensor"));
    key(Qt::Key_Return);
    const std::pair<QString, QString> aggregates[] = {{QStringLiteral("count"), QStringLiteral("n")},
                                                      {QStringLiteral("max"), QStringLiteral("greatest")}};
    for (const auto& [function, name] : aggregates) {
        QVERIFY(tabTo(QStringLiteral("Work out: add a row")));
        key(Qt::Key_Return);
        QVERIFY(tabTo(QStringLiteral("Function")));
        type(function);
        if (function != QStringLiteral("count")) {
            QVERIFY(tabTo(QStringLiteral("Of")));
            type(QStringLiteral("value"));
            key(Qt::Key_Return);
        }
        QVERIFY(tabTo(QStringLiteral("Name")));
        type(name);
        key(Qt::Key_Return);
    }
}

// The sink is put down without a wire, which is then drawn by choosing its beginning.
void UiByKeysAlone::addSinkAndWire()
{
    toCanvas();
    addNode(QStringLiteral("file sink"));
    key(Qt::Key_Z, Qt::ControlModifier);
    key(Qt::Key_Escape);  // nothing is selected: what is added now has no wire
    addNode(QStringLiteral("file sink"));
    QCOMPARE(m_session->current()->document->spec().edges.size(), std::size_t{2});
    key(Qt::Key_C, Qt::ShiftModifier);
    type(QStringLiteral("window"));
    key(Qt::Key_Return);
    QCOMPARE(m_session->current()->document->spec().edges.size(), std::size_t{3});
    key(Qt::Key_Return);
    QVERIFY(tabTo(QStringLiteral("Path")));
    type(m_folder.filePath(QStringLiteral("output.csv")));
    key(Qt::Key_Return);
    QVERIFY(tabTo(QStringLiteral("Format")));
    type(QStringLiteral("csv"));
    key(Qt::Key_Return);
}

void UiByKeysAlone::save()
{
    key(Qt::Key_S, Qt::ControlModifier);
    QTRY_VERIFY(m_window->findChild<QFileDialog*>());
    QVERIFY(QTest::qWaitForWindowActive(m_window->findChild<QFileDialog*>()));
    key(Qt::Key_A, Qt::ControlModifier);
    type(m_folder.filePath(QStringLiteral("keys.pipeline.json")));
    key(Qt::Key_Return);
    QTRY_VERIFY(!m_session->current()->document->path().isEmpty());
    m_window->activateWindow();  // there is no window manager here to do it
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void UiByKeysAlone::buildsRunsAndWrites()
{
    key(Qt::Key_N, Qt::ControlModifier);
    QVERIFY(m_session->current());
    addSource();
    toCanvas();
    addNode(QStringLiteral("filter"));
    key(Qt::Key_Return);
    QVERIFY(tabTo(QStringLiteral("Condition")));
    type(QStringLiteral("value > 40"));
    key(Qt::Key_Return);
    toCanvas();
    addWindow();
    addSinkAndWire();
    save();
    QString problems;
    const auto isSound = [&] {
        problems.clear();
        for (const auto& each : m_session->current()->problems())
            problems += QString::fromStdString(each.message) + QLatin1Char('\n');
        return problems.isEmpty();
    };
    QTRY_VERIFY2(isSound(), qPrintable(problems));
    key(Qt::Key_F5);
    QTRY_VERIFY_WITH_TIMEOUT(m_session->current()->job &&
                                 m_session->current()->telemetry.status.state == engine::JobState::Finished,
                             30'000);
    QVERIFY(m_expected.size() > 200);
    QCOMPARE(written(), m_expected);
}

STREAMWRIGHT_WINDOW_TEST(UiByKeysAlone)

}  // namespace tst_ui_by_keys_alone
#include "tst_ui_by_keys_alone.moc"
