// labels: asan
// Every cell of the table of alert states: what one evaluation makes of each phase. Times are plain numbers.
#ifndef Q_MOC_RUN
#include "operators/alert_rule/alert_state.h"
#endif

#include "alert_cells.h"
#include "test_main.h"

#include <map>
#include <set>

namespace tst_alert_state {

using namespace engine;

namespace {

const std::vector<AlertCell>& cellsOf(bool isPolicy)
{
    const auto read = [](const char* text) {
        std::vector<AlertCell> cells;
        for (const QString& line : QString(text).split('\n').mid(2)) {
            const QStringList parts = line.split('|');
            if (parts.size() < 6) continue;
            const auto part = [&](int i) { return parts.value(i).trimmed().toStdString(); };
            cells.push_back({part(0), part(1), part(2), part(3), part(4), part(5), part(6)});
        }
        return cells;
    };
    static const std::vector<AlertCell> kCells = read(kAlertCells), kPolicies = read(kPolicyCells);
    return isPolicy ? kPolicies : kCells;
}

AlertPolicy policyNamed(const QString& name)
{
    static const std::map<QString, AlertPolicy> kNames{{"firing", AlertPolicy::Fire},
                                                       {"normal", AlertPolicy::Resolve},
                                                       {"keep", AlertPolicy::KeepLast}};
    return kNames.at(name);
}

AlertTimes timesOf(const std::string& text)
{
    AlertTimes times{.keepLastMaxUs = 1000};
    for (const QString& part : QString::fromStdString(text).split(' ', Qt::SkipEmptyParts)) {
        const QString name = part.section('=', 0, 0), value = part.section('=', 1);
        if (name == "for") times.forUs = value.toInt();
        if (name == "keep") times.keepFiringUs = value.toInt();
        if (name == "nodata") times.noDataAfterUs = value.toInt();
        if (name == "error") times.errorAfterUs = value.toInt();
        if (name == "age") times.keepLastMaxUs = value.toInt();
        if (name == "k") times.missingAfter = value.toInt();
        if (name == "no_data") times.onNoData = policyNamed(value);
        if (name == "error_is") times.onError = policyNamed(value);
        if (name == "recovery") times.hasRecovery = true;
    }
    return times;
}

AlertEvaluation evaluationOf(QChar letter)
{
    static const std::map<QChar, AlertEvaluation> kLetters{
        {'B', {AlertInput::Breach, false, false, 90.0}}, {'X', {AlertInput::Breach, true, false, 99.0}},
        {'C', {AlertInput::Clear, false, false, 70.0}},  {'R', {AlertInput::Clear, false, true, 60.0}},
        {'N', {AlertInput::NoData, false, false, {}}},   {'E', {AlertInput::Fault, false, false, {}}},
        {'M', {AlertInput::Missing, false, false, {}}}};
    return kLetters.at(letter);
}

AlertState inPhase(const std::string& phase)
{
    AlertState state;
    const auto give = [&](char input, const char* times) {
        state.evaluate(timesOf(times), evaluationOf(QChar(input)), 0);
    };
    if (phase == "pending") give('B', "for=10");
    if (phase == "firing" || phase == "recovering") give('B', "");
    if (phase == "recovering") give('C', "keep=10");
    if (phase == "no_data") give('N', "nodata=0");
    if (phase == "error") give('E', "error=0");
    if (phase == "pending_no_data") give('N', "nodata=10");
    if (phase == "pending_error") give('E', "error=10");
    return state;
}

std::string noticeName(const std::optional<AlertTransition>& change)
{
    if (!change) return "-";
    static constexpr const char* kNames[] = {"", "fired", "updated", "resolved"};
    return kNames[static_cast<int>(change->notice)];
}

}  // namespace

class AlertStateTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cell_data();
    void cell();
    void theTableHasEveryCell();
    void isTheSameWhenSavedBetweenAllSteps_data() { cell_data(); }
    void isTheSameWhenSavedBetweenAllSteps();
    void resets_data();
    void resets();
    void keepsItsValueAndLevel();
    void clocksBeginAnewAfterALongGap();
    void saysWhenSilenceMayChangeItNext();
    void damagedBytesAreRefused();
    void theFirstVersionIsRead();

private:
    void check(const AlertCell& cell, bool isSaved);
};

void AlertStateTest::cell_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<bool>("isPolicy");
    for (const bool isPolicy : {false, true}) {
        int index = 0;
        for (const AlertCell& cell : cellsOf(isPolicy)) {
            QTest::addRow("%s, %s (%s)", cell.from.c_str(), cell.steps.c_str(), cell.times.c_str())
                << index++ << isPolicy;
        }
    }
}

void AlertStateTest::check(const AlertCell& cell, bool isSaved)
{
    AlertState state = inPhase(cell.from);
    QCOMPARE(std::string(alertPhaseName(state.phase())), cell.from);
    const AlertTimes times = timesOf(cell.times);
    std::optional<AlertTransition> change;
    for (const QString& step : QString::fromStdString(cell.steps).split(' ')) {
        const std::int64_t episode = state.episodeUs();
        const AlertPhase before = state.phase();
        if (isSaved) {
            std::string bytes;
            state.save(bytes);
            std::string_view in = bytes;
            AlertState read;
            QVERIFY(read.load(in) && in.empty() && read == state);
            state = read;
        }
        change = state.evaluate(times, evaluationOf(step[0]), step.section('@', 1).toInt());
        if (!change) QCOMPARE(state.phase(), before);
        if (!change) QCOMPARE(state.episodeUs(), episode);
        if (change) QCOMPARE(change->from, before);
        if (change) QCOMPARE(change->to, state.phase());
    }
    const std::string phase(state.isEvicted() ? "evicted" : alertPhaseName(state.phase()));
    QCOMPARE(phase, cell.to);
    QCOMPARE(noticeName(change), cell.notice);
    const std::string reason(alertReasonName(change ? change->reason : state.reason()));
    QCOMPARE(change ? reason : "(" + reason + ")", cell.reason);
    const std::int64_t wanted = cell.episode.empty() ? AlertState::kNoEpisode : std::stoi(cell.episode);
    QCOMPARE(change ? change->episodeUs : state.episodeUs(), wanted);
}

void AlertStateTest::cell()
{
    QFETCH(int, index);
    QFETCH(bool, isPolicy);
    check(cellsOf(isPolicy)[static_cast<std::size_t>(index)], false);
}

void AlertStateTest::isTheSameWhenSavedBetweenAllSteps()
{
    QFETCH(int, index);
    QFETCH(bool, isPolicy);
    check(cellsOf(isPolicy)[static_cast<std::size_t>(index)], true);
}

void AlertStateTest::theTableHasEveryCell()
{
    std::set<std::pair<std::string, char>> cells;
    for (const AlertCell& cell : cellsOf(false))
        cells.insert({cell.from, cell.steps[0] == 'X' ? 'B' : cell.steps[0]});
    QCOMPARE(cells.size(), std::size_t{8 * 5});
}

void AlertStateTest::resets_data()
{
    QTest::addColumn<QString>("phase");
    QTest::addColumn<QString>("notice");
    for (const char* phase : {"pending", "pending_no_data", "pending_error"})
        QTest::newRow(phase) << phase << "";
    for (const char* phase : {"firing", "recovering", "no_data", "error"})
        QTest::newRow(phase) << phase << "resolved";
    QTest::newRow("normal") << "normal"
                            << "-";
}

void AlertStateTest::resets()
{
    QFETCH(QString, phase);
    QFETCH(QString, notice);
    for (const AlertReason why : {AlertReason::Updated, AlertReason::Paused, AlertReason::Deleted}) {
        AlertState state = inPhase(phase.toStdString());
        const auto change = state.reset(why);
        QCOMPARE(noticeName(change), notice.toStdString());
        QCOMPARE(state.phase(), AlertPhase::Normal);
        QCOMPARE(state.reason(), why);
        QCOMPARE(state.episodeUs(), AlertState::kNoEpisode);
        if (change) QCOMPARE(change->reason, why);
    }
}

void AlertStateTest::keepsItsValueAndLevel()
{
    AlertState state = inPhase("firing");
    QCOMPARE(state.value(), std::optional(90.0));
    state.evaluate({}, evaluationOf('X'), 1);
    QVERIFY(state.isCritical());
    QCOMPARE(state.value(), std::optional(99.0));
    state.evaluate({.noDataAfterUs = 10}, evaluationOf('N'), 2);
    QCOMPARE(state.value(), std::optional(99.0));
    const auto change = state.evaluate({}, evaluationOf('C'), 3);
    QVERIFY(change->isCritical);
    QVERIFY(!state.isCritical());
    QCOMPARE(state.value(), std::optional(70.0));
}

void AlertStateTest::clocksBeginAnewAfterALongGap()
{
    AlertState state = inPhase("pending");
    state.restartClocks(1000);
    const AlertTimes times{.forUs = 10};
    QVERIFY(!state.evaluate(times, evaluationOf('B'), 1009));
    QVERIFY(state.evaluate(times, evaluationOf('B'), 1010));
}

void AlertStateTest::saysWhenSilenceMayChangeItNext()
{
    const AlertTimes times{.forUs = 70, .noDataAfterUs = 50, .keepLastMaxUs = 5};
    AlertState state = inPhase("firing");
    state.evaluate(times, evaluationOf('N'), 10);
    const AlertState before = state;
    QVERIFY(!state.evaluate(times, evaluationOf('N'), 20) && state == before);
    // Whatever happens between now and then changes nothing.
    const std::int64_t next = state.nextChangeUs(times, 20);
    QVERIFY(next > 20 && next <= 60);
    QVERIFY(!state.evaluate(times, evaluationOf('N'), next - 1) && state == before);
    state.evaluate(times, evaluationOf('N'), 60);
    QCOMPARE(state.phase(), AlertPhase::NoData);
    QCOMPARE(state.nextChangeUs(times, 1'000'000), std::numeric_limits<std::int64_t>::max());
}

void AlertStateTest::damagedBytesAreRefused()
{
    std::string bytes;
    inPhase("firing").save(bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::string_view in(bytes.data(), size);
        AlertState state;
        QVERIFY(!state.load(in));
    }
    bytes[0] = 9;
    std::string_view in = bytes;
    AlertState state;
    QVERIFY(!state.load(in));
}

// It did not say whether the episode had fired, which is known of what fires.
void AlertStateTest::theFirstVersionIsRead()
{
    const AlertTimes times{.hasRecovery = true};
    for (const auto& [phase, to] :
         {std::pair{"firing", AlertPhase::Firing}, std::pair{"recovering", AlertPhase::Firing},
          std::pair{"no_data", AlertPhase::Normal}, std::pair{"error", AlertPhase::Normal}}) {
        std::string bytes;
        inPhase(phase).save(bytes);
        bytes[3] = static_cast<char>(bytes[3] & 7);
        std::string_view in = bytes;
        AlertState state;
        QVERIFY(state.load(in) && in.empty());
        state.evaluate(times, evaluationOf('C'), 5);
        QCOMPARE(state.phase(), to);
    }
}

STREAMWRIGHT_TEST(AlertStateTest)

}  // namespace tst_alert_state
#include "tst_alert_state.moc"
