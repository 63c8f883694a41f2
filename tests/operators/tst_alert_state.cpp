// links: engine_components
// labels: asan
// Every cell of the table of alert states: what one evaluation makes of each phase. Times are plain numbers.
#ifndef Q_MOC_RUN
#include "operators/alert_rule/alert_state.h"
#endif

#include <QtTest>

#include <map>
#include <set>

using namespace engine;

namespace {

// A row of the table. `steps`: inputs with their times; a phase is entered at 0. `to`, `notice`, `reason` and
// `episode` are those of the last step; a reason in parentheses is the phase's, where nothing was told.
struct AlertCell {
    const char* from;
    const char* times;
    const char* steps;
    const char* to;
    const char* notice;
    const char* reason;
    int episode;
};

constexpr int kNone = -1;

const AlertCell kAlertCells[] = {
    // From              times               steps              to               notice      reason      episode
    {"normal",          "",                  "B@5",             "firing",          "fired",    "condition", 5},
    {"normal",          "for=10",            "B@5",             "pending",         "",         "condition", kNone},
    {"normal",          "",                  "C@5",             "normal",          "-",        "()", kNone},
    {"normal",          "nodata=10",         "N@5",             "pending_no_data", "",         "no_data", kNone},
    {"normal",          "nodata=10",         "N@5 N@14",        "pending_no_data", "-",        "(no_data)", kNone},
    {"normal",          "nodata=10",         "N@5 N@15",        "no_data",         "fired",    "no_data", 15},
    {"normal",          "nodata=0",          "N@5",             "no_data",         "fired",    "no_data", 5},
    {"normal",          "error=10",          "E@5",             "pending_error",   "",         "error", kNone},
    {"normal",          "error=10",          "E@5 E@14",        "pending_error",   "-",        "(error)", kNone},
    {"normal",          "error=10",          "E@5 E@15",        "error",           "fired",    "error", 15},
    {"normal",          "",                  "M@5",             "normal",          "-",        "()", kNone},
    {"normal",          "",                  "M@5 M@6",         "evicted",         "-",        "()", kNone},

    {"pending",         "for=10",            "B@9",             "pending",         "-",        "(condition)", kNone},
    {"pending",         "for=10",            "B@10",            "firing",          "fired",    "condition", 10},
    {"pending",         "for=10",            "C@5",             "normal",          "",         "cleared", kNone},
    {"pending",         "for=10 nodata=10",  "N@5",             "pending_no_data", "",         "no_data", kNone},
    {"pending",         "for=10 nodata=10",  "N@5 N@14",        "pending_no_data", "-",        "(no_data)", kNone},
    {"pending",         "for=10 nodata=10",  "N@5 N@15",        "no_data",         "fired",    "no_data", 15},
    {"pending",         "for=10 nodata=0",   "N@5",             "no_data",         "fired",    "no_data", 5},
    {"pending",         "for=10 error=10",   "E@5",             "pending_error",   "",         "error", kNone},
    {"pending",         "for=10 error=10",   "E@5 E@15",        "error",           "fired",    "error", 15},
    {"pending",         "for=10",            "M@5",             "pending",         "-",        "(condition)", kNone},
    {"pending",         "for=10",            "M@5 M@6",         "normal",          "",         "missing_series", kNone},

    {"firing",          "for=10",            "B@5",             "firing",          "-",        "(condition)", 0},
    {"firing",          "",                  "X@5",             "firing",          "updated",  "critical_condition", 0},
    {"firing",          "",                  "X@5 B@6",         "firing",          "updated",  "condition", 0},
    {"firing",          "",                  "C@5",             "normal",          "resolved", "cleared", 0},
    {"firing",          "keep=10",           "C@5",             "recovering",      "",         "cleared", 0},
    {"firing",          "nodata=10",         "N@5",             "firing",          "-",        "(no_data)", 0},
    {"firing",          "nodata=10",         "N@5 N@14",        "firing",          "-",        "(no_data)", 0},
    {"firing",          "nodata=10",         "N@5 N@15",        "no_data",         "updated",  "no_data", 0},
    {"firing",          "nodata=10",         "N@5 B@6 N@15",    "firing",          "-",        "(no_data)", 0},
    {"firing",          "nodata=10",         "N@5 B@6",         "firing",          "-",        "(condition)", 0},
    {"firing",          "error=10",          "E@5",             "firing",          "-",        "(error)", 0},
    {"firing",          "error=10",          "E@5 E@15",        "error",           "updated",  "error", 0},
    {"firing",          "error=10 nodata=10", "N@5 E@10 E@19",  "firing",          "-",        "(error)", 0},
    {"firing",          "",                  "M@5",             "firing",          "-",        "(condition)", 0},
    {"firing",          "",                  "M@5 M@6",         "normal",          "resolved", "missing_series", 0},
    {"firing",          "",                  "M@5 B@6 M@7",     "firing",          "-",        "(condition)", 0},

    {"recovering",      "for=10 keep=10",    "B@5",             "firing",          "",         "condition", 0},
    {"recovering",      "keep=10",           "X@5",             "firing",          "updated",  "critical_condition", 0},
    {"recovering",      "keep=10",           "C@9",             "recovering",      "-",        "(cleared)", 0},
    {"recovering",      "keep=10",           "C@10",            "normal",          "resolved", "cleared", 0},
    {"recovering",      "keep=10 nodata=10", "N@5",             "recovering",      "-",        "(no_data)", 0},
    {"recovering",      "keep=10 nodata=10", "N@5 N@15",        "no_data",         "updated",  "no_data", 0},
    {"recovering",      "keep=10 error=10",  "E@5",             "recovering",      "-",        "(error)", 0},
    {"recovering",      "keep=10 error=10",  "E@5 E@15",        "error",           "updated",  "error", 0},
    {"recovering",      "keep=10",           "M@5",             "recovering",      "-",        "(cleared)", 0},
    {"recovering",      "keep=10",           "M@5 M@6",         "normal",          "resolved", "missing_series", 0},

    {"no_data",         "",                  "B@5",             "firing",          "updated",  "condition", 0},
    {"no_data",         "for=10",            "B@5",             "pending",         "resolved", "condition", 0},
    {"no_data",         "for=10",            "B@5 B@15",        "firing",          "fired",    "condition", 15},
    {"no_data",         "keep=10",           "C@5",             "normal",          "resolved", "no_data", 0},
    {"no_data",         "",                  "N@5",             "no_data",         "-",        "(no_data)", 0},
    {"no_data",         "error=10",          "E@5",             "no_data",         "-",        "(error)", 0},
    {"no_data",         "error=10",          "E@5 E@15",        "error",           "updated",  "error", 0},
    {"no_data",         "",                  "M@5",             "no_data",         "-",        "(no_data)", 0},
    {"no_data",         "",                  "M@5 M@6",         "normal",          "resolved", "missing_series", 0},

    {"error",           "",                  "B@5",             "firing",          "updated",  "condition", 0},
    {"error",           "for=10",            "B@5",             "pending",         "resolved", "condition", 0},
    {"error",           "keep=10",           "C@5",             "normal",          "resolved", "error", 0},
    {"error",           "nodata=10",         "N@5",             "error",           "-",        "(no_data)", 0},
    {"error",           "nodata=10",         "N@5 N@15",        "no_data",         "updated",  "no_data", 0},
    {"error",           "",                  "E@5",             "error",           "-",        "(error)", 0},
    {"error",           "",                  "M@5",             "error",           "-",        "(error)", 0},
    {"error",           "",                  "M@5 M@6",         "normal",          "resolved", "missing_series", 0},

    {"pending_no_data", "nodata=10",         "B@5",             "firing",          "fired",    "condition", 5},
    {"pending_no_data", "nodata=10 for=10",  "B@5",             "pending",         "",         "condition", kNone},
    {"pending_no_data", "nodata=10 for=10",  "B@5 B@14",        "pending",         "-",        "(condition)", kNone},
    {"pending_no_data", "nodata=10",         "C@5",             "normal",          "",         "cleared", kNone},
    {"pending_no_data", "nodata=10",         "N@9",             "pending_no_data", "-",        "(no_data)", kNone},
    {"pending_no_data", "nodata=10",         "N@10",            "no_data",         "fired",    "no_data", 10},
    {"pending_no_data", "nodata=10 error=10", "E@5",            "pending_error",   "",         "error", kNone},
    {"pending_no_data", "nodata=10 error=10", "E@5 E@14",       "pending_error",   "-",        "(error)", kNone},
    {"pending_no_data", "nodata=10",         "M@5",             "pending_no_data", "-",        "(no_data)", kNone},
    {"pending_no_data", "nodata=10",         "M@5 M@6",         "normal",          "",         "missing_series", kNone},

    {"pending_error",   "error=10",          "B@5",             "firing",          "fired",    "condition", 5},
    {"pending_error",   "error=10 for=10",   "B@5",             "pending",         "",         "condition", kNone},
    {"pending_error",   "error=10",          "C@5",             "normal",          "",         "cleared", kNone},
    {"pending_error",   "error=10 nodata=10", "N@5",            "pending_no_data", "",         "no_data", kNone},
    {"pending_error",   "error=10 nodata=10", "N@5 N@14",       "pending_no_data", "-",        "(no_data)", kNone},
    {"pending_error",   "error=10",          "E@9",             "pending_error",   "-",        "(error)", kNone},
    {"pending_error",   "error=10",          "E@10",            "error",           "fired",    "error", 10},
    {"pending_error",   "error=10",          "M@5",             "pending_error",   "-",        "(error)", kNone},
    {"pending_error",   "error=10",          "M@5 M@6",         "normal",          "",         "missing_series", kNone},
};

// Policies, the second threshold and the longest age of what was last known, in the same form.
const AlertCell kPolicyCells[] = {
    {"normal",     "on_nodata=firing",                 "N@5",         "firing",     "fired",    "no_data", 5},
    {"normal",     "on_nodata=firing for=10",          "N@5",         "pending",    "",         "no_data", kNone},
    {"normal",     "on_error=firing",                  "E@5",         "firing",     "fired",    "error", 5},
    {"firing",     "on_nodata=normal",                 "N@5",         "normal",     "resolved", "no_data", 0},
    {"firing",     "on_nodata=normal keep=10",         "N@5",         "recovering", "",         "no_data", 0},
    {"firing",     "on_error=normal",                  "E@5",         "normal",     "resolved", "error", 0},
    {"normal",     "on_nodata=normal",                 "N@5",         "normal",     "-",        "()", kNone},
    {"firing",     "on_nodata=keep_last age=10 nodata=0", "N@9",      "firing",     "-",        "(condition)", 0},
    {"firing",     "on_nodata=keep_last age=10 nodata=0", "N@10",     "no_data",    "updated",  "no_data", 0},
    {"pending",    "on_nodata=keep_last age=30 for=10", "N@10",       "firing",     "fired",    "condition", 10},
    {"recovering", "on_error=keep_last age=30 keep=10", "E@10",       "normal",     "resolved", "cleared", 0},
    {"normal",     "on_nodata=keep_last age=10 nodata=0", "C@1 N@10", "normal",     "-",        "()", kNone},
    {"normal",     "on_nodata=keep_last age=10 nodata=0", "N@5",      "no_data",    "fired",    "no_data", 5},
    {"normal",     "recovery",                         "C@5",         "normal",     "-",        "()", kNone},
    {"firing",     "recovery",                         "C@5",         "firing",     "-",        "(condition)", 0},
    {"firing",     "recovery",                         "X@4 C@5",     "firing",     "-",        "(critical_condition)", 0},
    {"firing",     "recovery",                         "R@5",         "normal",     "resolved", "cleared", 0},
    {"firing",     "recovery keep=10",                 "R@5 C@6",     "firing",     "",         "condition", 0},
    {"pending",    "recovery for=10",                  "C@5",         "normal",     "",         "cleared", kNone},
    {"firing",     "k=1",                              "M@5",         "normal",     "resolved", "missing_series", 0},
    {"firing",     "k=3",                              "M@5 M@6",     "firing",     "-",        "(condition)", 0},
};

AlertPolicy policyNamed(const QString& name)
{
    static const std::map<QString, AlertPolicy> kNames{{"firing", AlertPolicy::Fire},
                                                       {"normal", AlertPolicy::Resolve},
                                                       {"keep_last", AlertPolicy::KeepLast}};
    return kNames.at(name);
}

AlertTimes timesOf(const char* text)
{
    AlertTimes times{.keepLastMaxUs = 1000};
    for (const QString& part : QString(text).split(' ', Qt::SkipEmptyParts)) {
        const QString name = part.section('=', 0, 0), value = part.section('=', 1);
        if (name == "for") times.forUs = value.toInt();
        if (name == "keep") times.keepFiringUs = value.toInt();
        if (name == "nodata") times.noDataAfterUs = value.toInt();
        if (name == "error") times.errorAfterUs = value.toInt();
        if (name == "age") times.keepLastMaxUs = value.toInt();
        if (name == "k") times.missingAfter = value.toInt();
        if (name == "on_nodata") times.onNoData = policyNamed(value);
        if (name == "on_error") times.onError = policyNamed(value);
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
    void anEditedOrPausedRuleIsNormalAtOnce();
    void keepsItsValueAndLevel();
    void clocksBeginAnewAfterALongGap();
    void saysWhenSilenceMayChangeItNext();
    void damagedBytesAreRefused();

private:
    void check(const AlertCell& cell, bool isSaved);
};

void AlertStateTest::cell_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<bool>("isPolicy");
    const auto add = [](const auto& cells, bool isPolicy) {
        int index = 0;
        for (const AlertCell& cell : cells)
            QTest::addRow("%d %s, %s (%s)", index, cell.from, cell.steps, cell.times) << index++ << isPolicy;
    };
    add(kAlertCells, false);
    add(kPolicyCells, true);
}

void AlertStateTest::check(const AlertCell& cell, bool isSaved)
{
    AlertState state = inPhase(cell.from);
    QCOMPARE(std::string(alertPhaseName(state.phase())), std::string(cell.from));
    const AlertTimes times = timesOf(cell.times);
    std::optional<AlertTransition> change;
    for (const QString& step : QString(cell.steps).split(' ')) {
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
    QCOMPARE(phase, std::string(cell.to));
    QCOMPARE(noticeName(change), std::string(cell.notice));
    const std::string reason(alertReasonName(change ? change->reason : state.reason()));
    QCOMPARE(change ? reason : "(" + reason + ")", std::string(cell.reason));
    const std::int64_t wanted = cell.episode == kNone ? AlertState::kNoEpisode : cell.episode;
    QCOMPARE(change ? change->episodeUs : state.episodeUs(), wanted);
}

void AlertStateTest::cell()
{
    QFETCH(int, index);
    QFETCH(bool, isPolicy);
    check((isPolicy ? kPolicyCells : kAlertCells)[index], false);
}

void AlertStateTest::isTheSameWhenSavedBetweenAllSteps()
{
    QFETCH(int, index);
    QFETCH(bool, isPolicy);
    check((isPolicy ? kPolicyCells : kAlertCells)[index], true);
}

void AlertStateTest::theTableHasEveryCell()
{
    std::set<std::pair<std::string, char>> cells;
    for (const AlertCell& cell : kAlertCells) cells.insert({cell.from, cell.steps[0] == 'X' ? 'B' : cell.steps[0]});
    QCOMPARE(cells.size(), std::size_t{8 * 5});
}

void AlertStateTest::resets_data()
{
    QTest::addColumn<QString>("phase");
    QTest::addColumn<QString>("notice");
    for (const char* phase : {"pending", "pending_no_data", "pending_error"}) QTest::newRow(phase) << phase << "";
    for (const char* phase : {"firing", "recovering", "no_data", "error"})
        QTest::newRow(phase) << phase << "resolved";
    QTest::newRow("normal") << "normal" << "-";
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

void AlertStateTest::anEditedOrPausedRuleIsNormalAtOnce()
{
    AlertState state = inPhase("firing");
    state.reset(AlertReason::Updated);
    const auto change = state.evaluate({}, evaluationOf('B'), 7);
    QCOMPARE(noticeName(change), std::string("fired"));
    QCOMPARE(change->episodeUs, std::int64_t{7});
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

QTEST_GUILESS_MAIN(AlertStateTest)
#include "tst_alert_state.moc"
