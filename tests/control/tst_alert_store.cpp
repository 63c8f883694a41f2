// labels: asan
// The table of alerts: what comes twice is kept once, acknowledgements belong to one alert, old ones go, and
// a file that cannot be used is said so.
#ifndef Q_MOC_RUN
#include "control/server/alert_service.h"
#include "jobs/alert_store.h"
#endif

#include "test_main.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <sqlite3.h>

namespace tst_alert_store {

using namespace engine;

namespace {

constexpr Timestamp kNow{Duration{1'700'000'000'000'000}};

AlertChange changeOf(const char* episode, const char* from, const char* to, AlertChange::Kind kind,
                     int second)
{
    AlertChange change;
    change.kind = kind;
    change.pipeline = "p1";
    change.pipelineName = "Line 3";
    change.rule = {"too_hot"};
    change.labels = R"({"machine":"m1"})";
    change.from = from;
    change.to = to;
    change.reason = "condition";
    change.episode = episode;
    change.severity = "warning";
    change.summary = "m1 is hot: 81.5";
    change.value = 81.5;
    change.at = Timestamp(std::chrono::seconds(second));
    return change;
}

AlertChange fired(const char* episode, int second = 1)
{
    return changeOf(episode, "normal", "firing", AlertChange::Fired, second);
}
AlertChange resolved(const char* episode, int second = 9)
{
    return changeOf(episode, "firing", "normal", AlertChange::Resolved, second);
}

}  // namespace

class AlertStoreTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void anAlertIsListedUntilItEnds();
    void whatComesTwiceIsKeptOnce();
    void aTransitionWithoutAnAlertIsOnlyHistory();
    void theHistoryOfAnAlertIsInOrder();
    void anAcknowledgementBelongsToOneAlert();
    void whatIsOverCannotBeAcknowledged();
    void allIsThereAfterItWasOpenedAgain();
    void isBoundedByCountAndAge();
    void aTableThatIsMissingIsMade();
    void aFileOfSomebodyElseIsLeftAlone();
    void theServiceGoesOnWithoutItsFile();
    void alertsThatNobodyCanEndAreEnded();
    void whatWasEndedAndComesAgainIsOpenAgain();
    void valuesAreKeptWithTheAlert();
    void valuesOfNowComeBetweenTransitions();
    void aLockedTableTakesAllLater();

private:
    std::unique_ptr<AlertStore> open(const AlertStore::Bounds& bounds = {})
    {
        auto opened = AlertStore::open(m_file, bounds);
        if (!opened) qFatal("%s", opened.error().message.c_str());
        return std::move(*opened);
    }
    std::unique_ptr<QTemporaryDir> m_directory;
    std::string m_file;
};

void AlertStoreTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    m_file = (m_directory->path() + "/below/alerts.sqlite").toStdString();
}

void AlertStoreTest::anAlertIsListedUntilItEnds()
{
    auto store = open();
    const auto added = store->add({fired("e1")}, kNow);
    QVERIFY(added && added->size() == 1);
    const auto listed = store->list({.onlyOpen = true});
    QVERIFY(listed && *listed == *added);
    const AlertEpisode& episode = listed->front();
    QVERIFY(episode.isOpen && !episode.acknowledgement);
    QCOMPARE(episode.startedAt, Timestamp(std::chrono::seconds(1)));
    QVERIFY(episode.last == fired("e1"));
    const auto ended = store->add({resolved("e1")}, kNow);
    QVERIFY(ended && ended->size() == 1 && !ended->front().isOpen);
    QVERIFY(store->list({.onlyOpen = true})->empty());
    QCOMPARE(store->list({})->size(), std::size_t{1});
    QCOMPARE(store->list({})->front().startedAt, Timestamp(std::chrono::seconds(1)));
}

// After a crash a job tells again what it told since its last checkpoint.
void AlertStoreTest::whatComesTwiceIsKeptOnce()
{
    auto store = open();
    QVERIFY(store->add({fired("e1"), resolved("e1")}, kNow));
    const auto again = store->add({fired("e1"), resolved("e1"), fired("e2", 20)}, kNow);
    QVERIFY(again && again->size() == 1);
    QCOMPARE(again->front().last.episode, std::string("e2"));
    QCOMPARE(store->history("p1", "e1")->size(), std::size_t{2});
    QVERIFY(!store->list({})->back().isOpen);
}

void AlertStoreTest::aTransitionWithoutAnAlertIsOnlyHistory()
{
    auto store = open();
    const auto added = store->add({changeOf("", "normal", "pending", AlertChange::Silent, 1)}, kNow);
    QVERIFY(added && added->empty());
    QVERIFY(store->list({})->empty());
    QCOMPARE(store->history("p1", "")->size(), std::size_t{1});
}

void AlertStoreTest::theHistoryOfAnAlertIsInOrder()
{
    auto store = open();
    AlertChange critical = changeOf("e1", "firing", "firing", AlertChange::Updated, 5);
    critical.severity = "critical";
    critical.value.reset();
    QVERIFY(store->add({fired("e1")}, kNow) && store->add({critical, resolved("e1")}, kNow));
    const auto history = store->history("p1", "e1");
    QVERIFY(history && *history == std::vector({fired("e1"), critical, resolved("e1")}));
}

void AlertStoreTest::anAcknowledgementBelongsToOneAlert()
{
    auto store = open();
    QVERIFY(store->add({fired("e1"), fired("e2", 2)}, kNow));
    const AlertAcknowledgement by{"ana", "on my way", kNow};
    const auto acknowledged = store->acknowledge("p1", "e1", by);
    QVERIFY(acknowledged && acknowledged->acknowledgement == by);
    QVERIFY(!store->list({})->front().acknowledgement);
    QVERIFY(store->list({})->back().acknowledgement == by);
    // It stays through a change of level.
    QVERIFY(store->add({changeOf("e1", "firing", "firing", AlertChange::Updated, 6)}, kNow));
    QVERIFY(store->list({})->front().acknowledgement == by);
}

void AlertStoreTest::whatIsOverCannotBeAcknowledged()
{
    auto store = open();
    QVERIFY(store->add({fired("e1"), resolved("e1")}, kNow));
    const auto refused = store->acknowledge("p1", "e1", {"ana", "", kNow});
    QVERIFY(!refused && refused.error().message.find("over") != std::string::npos);
    QVERIFY(!store->acknowledge("p1", "e7", {"ana", "", kNow}));
}

void AlertStoreTest::allIsThereAfterItWasOpenedAgain()
{
    {
        auto store = open();
        QVERIFY(store->add({fired("e1")}, kNow));
        QVERIFY(store->acknowledge("p1", "e1", {"ana", "seen", kNow}));
    }
    const auto listed = open()->list({.onlyOpen = true});
    QVERIFY(listed && listed->size() == 1);
    QCOMPARE(listed->front().acknowledgement->comment, std::string("seen"));
}

void AlertStoreTest::isBoundedByCountAndAge()
{
    auto store = open({.changesMax = 10, .episodesMax = 3, .ageUsMax = 60'000'000, .checkedEvery = 1});
    for (int i = 0; i < 20; ++i) {
        const std::string name = "e" + std::to_string(i);
        QVERIFY(store->add({fired(name.c_str(), 2 * i), resolved(name.c_str(), 2 * i + 1)}, kNow));
    }
    QCOMPARE(store->list({})->size(), std::size_t{3});
    QCOMPARE(store->list({})->front().last.episode, std::string("e19"));
    QVERIFY(store->history("p1", "e0")->empty());
    QCOMPARE(store->history("p1", "e19")->size(), std::size_t{2});
    // What fires still is no matter of age.
    QVERIFY(store->add({fired("open", 100)}, kNow));
    QVERIFY(store->add({fired("later", 200)}, kNow + std::chrono::minutes(2)));
    QCOMPARE(store->list({})->size(), std::size_t{2});
    QCOMPARE(store->history("p1", "open")->size(), std::size_t{1});
    QCOMPARE(store->list({.max = 1})->size(), std::size_t{1});
}

// A table that came later, without another version of the file.
void AlertStoreTest::aTableThatIsMissingIsMade()
{
    QVERIFY(bool(open()->add({fired("e1")}, kNow)));
    sqlite3* database = nullptr;
    QCOMPARE(sqlite3_open(m_file.c_str(), &database), SQLITE_OK);
    QCOMPARE(sqlite3_exec(database, "DROP TABLE details", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
    const auto added = open()->add({fired("e2", 2)}, kNow);
    QVERIFY2(added, added ? "" : added.error().message.c_str());
    QCOMPARE(open()->list({.onlyOpen = true})->size(), std::size_t{2});
}

void AlertStoreTest::aFileOfSomebodyElseIsLeftAlone()
{
    const QString path = m_directory->path() + "/text";
    QFile file(path);
    const QByteArray text = QByteArray("these are notes, and no table of anything at all\n").repeated(40);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    file.close();
    const auto refused = AlertStore::open(path.toStdString());
    QVERIFY(!refused && refused.error().message.find(path.toStdString()) != std::string::npos);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), text);
}

void AlertStoreTest::theServiceGoesOnWithoutItsFile()
{
    qRegisterMetaType<LogLine>("engine::LogLine");
    AlertService service("/proc/nowhere/alerts.sqlite", systemEnv());
    int complaints = 0, changes = 0;
    connect(&service, &AlertService::logged, this, [&](const LogLine& line) {
        QCOMPARE(line.level, 3);
        ++complaints;
    });
    connect(&service, &AlertService::changed, this, [&] { ++changes; });
    service.begin();
    QCOMPARE(complaints, 1);
    QVERIFY(bool(service.keep({fired("e1")})));
    QCOMPARE(service.list({}).size(), std::size_t{1});
    QVERIFY(service.acknowledge("p1", "e1", {"ana", "", {}}));
    QVERIFY(service.list({}).front().acknowledgement->at > kNow);
    QCOMPARE(changes, 2);
    QVERIFY(!service.acknowledge("p1", "none", {"ana", "", {}}));
}

void AlertStoreTest::alertsThatNobodyCanEndAreEnded()
{
    auto store = open();
    AlertChange kept = fired("e2", 2), foreign = fired("e3", 3);
    kept.rule = {"too_cold"};
    foreign.pipeline = "p2";
    QVERIFY(store->add({fired("e1"), kept, foreign, fired("e4", 4), resolved("e4")}, kNow));
    const auto endings = store->endingsOf("p1", {"too_cold"}, kNow);
    QVERIFY(endings && endings->size() == 1);
    AlertChange expected = resolved("e1");
    expected.reason = "deleted";
    expected.at = kNow;
    QVERIFY(endings->front() == expected);
    QVERIFY(store->add(*endings, kNow));
    QVERIFY(*store->history("p1", "e1") == std::vector({fired("e1"), expected}));
    QCOMPARE(store->list({.onlyOpen = true})->size(), std::size_t{2});
    QVERIFY(store->endingsOf("p1", {"too_cold"}, kNow)->empty());
    QCOMPARE(store->endingsOf("p1", {}, kNow)->size(), std::size_t{1});
}

// The state was deleted, and the same file is read again: the episode has the same name.
void AlertStoreTest::whatWasEndedAndComesAgainIsOpenAgain()
{
    auto store = open();
    QVERIFY(store->add({fired("e1"), changeOf("e1", "firing", "firing", AlertChange::Updated, 5)}, kNow));
    QVERIFY(store->acknowledge("p1", "e1", {"ana", "known", kNow}));
    for (int i = 0; i < 2; ++i) {
        QVERIFY(store->add(*store->endingsOf("p1", {}, kNow), kNow));
        QVERIFY(store->list({.onlyOpen = true})->empty());
        const auto again = store->add({fired("e1")}, kNow);
        QVERIFY(again && again->size() == 1 && again->front().isOpen && !again->front().acknowledgement);
    }
    QVERIFY(store->add({resolved("e1")}, kNow));
    QVERIFY(*store->history("p1", "e1") == std::vector({fired("e1"), resolved("e1")}));
    // An alert that ended by itself stays so.
    QVERIFY(store->add({fired("e1")}, kNow)->empty());
    QVERIFY(store->list({.onlyOpen = true})->empty());
}

void AlertStoreTest::valuesAreKeptWithTheAlert()
{
    AlertChange first = fired("e1");
    first.condition = "t > 80";
    first.threshold = 80;
    for (int i = 0; i < 1000; ++i)
        first.points.push_back({Timestamp(std::chrono::seconds(i - 1000)), i + 0.5});
    const std::vector<AlertPoint> given = first.points;
    {
        auto store = open();
        QVERIFY(store->add({first}, kNow));
        QVERIFY(store->add({first}, kNow));  // told again after a crash: not kept again
        AlertChange last = resolved("e1");
        last.condition = "t > 90";
        last.threshold = 90;
        last.points = {{Timestamp(std::chrono::seconds(9)), 70}};
        QVERIFY(store->add({last}, kNow));
    }
    auto store = open();
    const auto listed = store->list({});
    QVERIFY(listed && listed->size() == 1);
    QCOMPARE(listed->front().condition, std::string("t > 90"));
    QCOMPARE(listed->front().threshold, std::optional<double>(90));
    const auto points = store->points("p1", "e1");
    QVERIFY(points && points->size() <= AlertStore::kPoints && points->size() > AlertStore::kPoints / 2);
    QVERIFY(points->front() == given.front());
    QCOMPARE(points->back().value, 70.0);
    QVERIFY((*points)[points->size() - 2] == given.back());
    QVERIFY(store->points("p1", "other")->empty());
}

void AlertStoreTest::valuesOfNowComeBetweenTransitions()
{
    AlertService service(m_file, systemEnv());
    std::vector<AlertEpisode> last;
    connect(&service, &AlertService::changed, this, [&](const auto& episodes) { last = episodes; });
    service.begin();
    QVERIFY(bool(service.keep({fired("e1")})));
    AlertChange seen = changeOf("e1", "", "", AlertChange::Observed, 3);
    seen.points = {{Timestamp(std::chrono::seconds(2)), 85}, {Timestamp(std::chrono::seconds(3)), 88}};
    last.clear();
    QVERIFY(bool(service.keep({seen})));
    QCOMPARE(last.size(), std::size_t{1});
    QCOMPARE(last.front().value, std::optional<double>(88));
    QCOMPARE(last.front().last.value, std::optional<double>(81.5));
    QCOMPARE(service.list({}).front().value, std::optional<double>(88));
    QCOMPARE(service.points("p1", "e1").size(), std::size_t{2});
    QCOMPARE(service.history("p1", "e1").size(), std::size_t{1});  // it is no transition
    // With the next transition they go to the table.
    QVERIFY(bool(service.keep({resolved("e1")})));
    QCOMPARE(last.front().value, std::optional<double>(81.5));
    QCOMPARE(open()->points("p1", "e1")->size(), std::size_t{2});
}

// Nothing of it is lost, and what a beginning ended comes before what the begun job told.
void AlertStoreTest::aLockedTableTakesAllLater()
{
    AlertService service(m_file, systemEnv());
    QStringList complaints;
    connect(&service, &AlertService::logged, this,
            [&](const LogLine& line) { complaints += QString::fromStdString(line.text); });
    service.begin();
    AlertChange seen = changeOf("e1", "", "", AlertChange::Observed, 3);
    seen.points = {{Timestamp(std::chrono::seconds(2)), 85}, {Timestamp(std::chrono::seconds(3)), 88}};
    QVERIFY(bool(service.keep({fired("e1"), seen})));
    sqlite3* other = nullptr;
    sqlite3_open(m_file.c_str(), &other);
    sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    service.endOthers("p1", {});
    const QString locked = QString::fromStdString("The alerts in " + m_file + " could not be written: ") +
        "database is locked by another program. Let that finish, or end it.";
    QCOMPARE(complaints, QStringList(locked));
    const Status kept = service.keep({fired("e2", 2), resolved("e2")});
    QVERIFY(!kept && kept.error().code == ErrorCode::Unavailable);
    QVERIFY(service.list({.onlyOpen = true}).front().last.episode == "e1");
    sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_close(other);
    QVERIFY(bool(service.keep({fired("e2", 2)})));
    QCOMPARE(service.history("p1", "e1").back().reason, std::string("deleted"));
    QCOMPARE(open()->points("p1", "e1")->size(), std::size_t{2});
    const auto left = service.list({.onlyOpen = true});
    QVERIFY(left.size() == 1 && left.front().last.episode == "e2");
}

STREAMWRIGHT_TEST(AlertStoreTest)

}  // namespace tst_alert_store
#include "tst_alert_store.moc"
