#include "faults/fault_runs.h"

#include <QDateTime>
#include <QRegularExpression>
#include <QUuid>

#include <csignal>

namespace {

using Clock = CommittedReader::Clock;
constexpr int kPartitions = 4, kSlowRate = 10'000, kFullRate = 1'000'000'000, kWithinMs = 60'000;
constexpr std::chrono::milliseconds kOnItsWay(60);  // what was committed before a kill, to its reader

QJsonObject rowOf(const std::string& value)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(value)).object();
}

std::int64_t keyOf(const QJsonObject& row) { return row["k"].toString().mid(1).toLongLong(); }

}  // namespace

void fillTopic(engine::KafkaBroker& broker, const std::string& topic, int partitions,
               const FaultWorkload& workload)
{
    broker.createTopic(topic, partitions);
    std::int64_t next = 0;
    broker.produce(topic, [&](engine::KafkaTestRecord& record) {
        if (next == workload.records()) return false;
        record.value = workload.record(next);
        record.partition = static_cast<int>(next++ % FaultWorkload::kKeys % partitions);
        return true;
    });
}

FaultRuns::FaultRuns(engine::KafkaBroker& broker, const QString& directory, Pipeline pipeline,
                     const FaultWorkload& workload, const QString& input, const QString& output)
    : m_broker(broker),
      m_directory(directory),
      m_pipeline(pipeline),
      m_workload(workload),
      m_input(input),
      m_output(output),
      m_id(QUuid::createUuid().toString(QUuid::WithoutBraces)),
      m_reader(broker.servers(), output.toStdString(), kPartitions)
{
}

QString FaultRuns::document(int rate, const QString& settings) const
{
    const QString servers =
        QString("\"bootstrap_servers\": \"%1\"").arg(QString::fromStdString(m_broker.servers()));
    const QString aggregates = R"("keys": ["k"], "aggregates": [{"function": "count", "name": "count"},
        {"function": "sum", "argument": "a", "name": "total"}])";
    const QString middle = m_pipeline == Windows
        ? QString(
              R"({"id": "middle", "component": "window", "params": {"kind": "tumbling", "size": "1s", %1}})")
              .arg(aggregates)
        : QString(R"({"id": "middle", "component": "over", "params": {"preceding": "2s", %1}})")
              .arg(aggregates);
    writeText(m_directory + "/f.pipeline.json",
              QString(R"({"format": 1, "id": "%1", "name": "Faults",
  "settings": {"guarantee": "exactly_once", "checkpoint_interval": "200ms", "threads": 2%7},
  "nodes": [
    {"id": "input", "component": "kafka_source", "params": {%2, "topic": "%3", "start": "earliest",
      "columns": [{"name": "k", "type": "string"}, {"name": "n", "type": "bigint"},
                  {"name": "a", "type": "bigint"},
                  {"name": "ts", "type": "timestamp", "encoding": "epoch_ms"}],
      "time_column": "ts", "watermark_delay": "1s", "idle_timeout": "0s"}},
    {"id": "pace", "component": "throttle", "params": {"rate": %4}},
    %5,
    {"id": "output", "component": "kafka_sink", "params": {%2, "topic": "%6", "key": "k"}}],
  "edges": [["input.out", "pace.in"], ["pace.out", "middle.in"], ["middle.out", "output.in"]]})")
                  .arg(m_id, servers, m_input, QString::number(rate), middle, m_output, settings));
    return m_directory + "/f.pipeline.json";
}

void FaultRuns::begin(QProcess& worker, const QString& variable, const QString& place,
                      const QString& document)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!place.isEmpty()) environment.insert(variable, place);
    if (m_fault) environment.insert("STREAMWRIGHT_FAULT", QString::number(m_fault));
    worker.setProcessEnvironment(environment);
    worker.setProcessChannelMode(QProcess::MergedChannels);
    worker.start(m_fault ? QString(BINARY_DIR) + "/tests/worker_with_faults" : workerPath(),
                 {"run", document, "--state", m_directory + "/" + m_state});
}

bool FaultRuns::start(const QString& place)
{
    begin(m_worker, "STREAMWRIGHT_KILL_AT", place, document(kSlowRate));
    return m_worker.waitForStarted();
}

// From the kill to the first row that its reader sees after it, and that is new.
void FaultRuns::noteRecovery()
{
    if (!m_killedAt || m_reader.count() <= m_rowsAtKill) return;
    const CommittedReader::Seen first = m_reader.seen()[m_rowsAtKill];
    m_recoverySeconds.push_back(std::chrono::duration<double>(first.at - *m_killedAt).count());
    m_killedAt.reset();
}

void FaultRuns::noteKill(Clock::time_point at)
{
    ++m_kills;
    m_reader.waitUntilQuiet(kOnItsWay);
    noteRecovery();
    m_killedAt = at;
    m_rowsAtKill = m_reader.count();
}

bool FaultRuns::killAfter(int milliseconds)
{
    if (!start({})) return false;
    const bool isOver = m_worker.waitForFinished(milliseconds);
    noteRecovery();
    if (!isOver) m_worker.kill();
    const Clock::time_point killedAt = Clock::now();
    m_worker.waitForFinished();
    m_trouble = QString::fromUtf8(m_worker.readAll());
    if (!isOver) noteKill(killedAt);
    return !isOver;
}

bool FaultRuns::killAt(const QString& place)
{
    if (!start(place)) return false;
    const bool isOver = m_worker.waitForFinished(kWithinMs);
    const Clock::time_point killedAt = Clock::now();
    if (!isOver) m_worker.kill();
    m_worker.waitForFinished();
    m_trouble = QString::fromUtf8(m_worker.readAll());
    if (!isOver || m_worker.exitStatus() != QProcess::CrashExit || m_worker.exitCode() != SIGKILL)
        return false;
    const bool isInFlight = place.contains('+');
    ++m_killsAt[place.section(':', 0, 0) + (isInFlight ? ", a little later" : "")];
    noteKill(killedAt);
    return true;
}

namespace {

// Whether it came to the place where it stops itself.
bool waitUntilStopped(QProcess& process)
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < kWithinMs && !process.waitForFinished(10)) {
        QFile status(QString("/proc/%1/stat").arg(process.processId()));
        if (!status.open(QIODevice::ReadOnly)) continue;
        const QByteArray text = status.readAll();
        if (text.mid(text.lastIndexOf(')') + 2, 1) == "T") return true;
    }
    return false;
}

void goOn(const QProcess& process) { ::kill(static_cast<pid_t>(process.processId()), SIGCONT); }

}  // namespace

bool FaultRuns::takeOverFromZombie()
{
    constexpr int kEndsWithinMs = 5000;
    QProcess zombie;
    begin(zombie, "STREAMWRIGHT_STOP_AT", "send_offsets:12", document(kSlowRate, ", \"restart\": \"never\""));
    if (!waitUntilStopped(zombie)) return false;
    const QString copy = m_state + "_copy";
    QDir().mkpath(m_directory + "/" + copy);
    for (const QString& name : QDir(m_directory + "/" + m_state).entryList(QDir::Files))
        QFile::copy(m_directory + "/" + m_state + "/" + name, m_directory + "/" + copy + "/" + name);
    m_state = copy;
    begin(m_worker, "STREAMWRIGHT_STOP_AT", "fenced", document(kSlowRate));
    const bool isStopped = waitUntilStopped(m_worker);
    goOn(zombie);
    const bool isOver = zombie.waitForFinished(kEndsWithinMs);
    zombie.kill();
    zombie.waitForFinished();
    m_reader.waitUntilQuiet(kOnItsWay);
    goOn(m_worker);
    const std::size_t before = m_reader.count();
    QElapsedTimer timer;
    timer.start();
    while (m_reader.count() <= before && timer.elapsed() < kWithinMs && !m_worker.waitForFinished(10)) { }
    m_worker.kill();
    m_worker.waitForFinished();
    m_trouble = QString::fromUtf8(zombie.readAll() + m_worker.readAll());
    // The copy is the pipeline's state from here on.
    m_state = "state";
    const bool isTaken =
        QDir(m_directory).rename(m_state, "state_of_zombie") && QDir(m_directory).rename(copy, m_state);
    return isStopped && isOver && isTaken;
}

bool FaultRuns::surviveBrokerRestart()
{
    if (!start({})) return false;
    const auto comesMore = [&](std::size_t before) {
        QElapsedTimer timer;
        timer.start();
        while (m_reader.count() <= before && timer.elapsed() < kWithinMs)
            if (m_worker.waitForFinished(10)) return false;
        return m_reader.count() > before;
    };
    const bool isRunning = comesMore(m_reader.count());
    m_broker.stop();
    const bool isBack = m_broker.start().empty();
    const Clock::time_point backAt = Clock::now();
    const std::size_t before = m_reader.count();
    const bool goesOn = isRunning && isBack && comesMore(before);
    if (goesOn)
        m_recoverySeconds.push_back(
            std::chrono::duration<double>(m_reader.seen()[before].at - backAt).count());
    m_worker.kill();
    const Clock::time_point killedAt = Clock::now();
    m_worker.waitForFinished();
    m_trouble = QString::fromUtf8(m_worker.readAll());
    if (goesOn) noteKill(killedAt);
    return goesOn;
}

QString FaultRuns::firstMistake() const
{
    std::map<std::int64_t, std::int64_t> last;
    for (const CommittedReader::Seen& each : m_reader.seen()) {
        const QJsonObject row = rowOf(each.value);
        std::int64_t& n = last[keyOf(row)];
        if (row["n"].toInteger() != n + 1)
            return QString("key %1: %2 behind %3").arg(keyOf(row)).arg(row["n"].toInteger()).arg(n);
        ++n;
    }
    return {};
}

bool FaultRuns::finish()
{
    RunningWorker last(m_directory, document(kFullRate));
    const bool isRead =
        last.waitFor([&] { return last.rowsIn() >= 0 && last.counter("lag") == 0; }, 2 * kWithinMs);
    const int exitCode = last.finish();
    m_trouble = last.errors();
    if (!isRead || exitCode != 0) return false;
    m_reader.waitUntilQuiet(std::chrono::seconds(1));
    noteRecovery();
    return true;
}

QString FaultRuns::Verdict::text() const
{
    return QString("%1 rows, %2 lost, %3 repeated, %4 wrong, %5 out of order")
        .arg(rows)
        .arg(lost)
        .arg(repeated)
        .arg(wrong)
        .arg(disordered);
}

FaultRuns::Verdict FaultRuns::verdict() const
{
    return m_pipeline == Windows ? windowsVerdict() : lookBackVerdict();
}

// O3: the windows are those of one pass over all records.
FaultRuns::Verdict FaultRuns::windowsVerdict() const
{
    Verdict verdict;
    const auto wanted = m_workload.windows();
    std::set<std::pair<std::int64_t, std::int64_t>> found;
    for (const CommittedReader::Seen& each : m_reader.seen()) {
        const QJsonObject row = rowOf(each.value);
        const auto start = QDateTime::fromString(row["window_start"].toString(), Qt::ISODateWithMs);
        const std::pair<std::int64_t, std::int64_t> place{keyOf(row), start.toMSecsSinceEpoch()};
        ++verdict.rows;
        if (!found.insert(place).second) ++verdict.repeated;
        const auto sums = wanted.find(place);
        const FaultWorkload::Sums is{row["count"].toInteger(), row["total"].toInteger()};
        if (sums == wanted.end() || sums->second != is) ++verdict.wrong;
    }
    for (const auto& [place, sums] : wanted) verdict.lost += !found.contains(place);
    return verdict;
}

// O1: each key's records come once, in their order. O2: with sums that only a state of that very place gives.
FaultRuns::Verdict FaultRuns::lookBackVerdict() const
{
    Verdict verdict;
    std::map<std::int64_t, std::set<std::int64_t>> found;
    for (const CommittedReader::Seen& each : m_reader.seen()) {
        const QJsonObject row = rowOf(each.value);
        const std::int64_t key = keyOf(row), n = row["n"].toInteger();
        auto& numbers = found[key];
        ++verdict.rows;
        if (!numbers.empty() && n < *numbers.rbegin()) ++verdict.disordered;
        if (!numbers.insert(n).second) ++verdict.repeated;
        const FaultWorkload::Sums is{row["count"].toInteger(), row["total"].toInteger()};
        if (m_workload.lookBack(key, n) != is) ++verdict.wrong;
    }
    for (std::int64_t i = 0; i < m_workload.records(); ++i)
        verdict.lost += !found[i % FaultWorkload::kKeys].contains(i / FaultWorkload::kKeys + 1);
    return verdict;
}

QString FaultRuns::recoveries() const
{
    if (m_recoverySeconds.empty()) return "none measured";
    std::vector<double> sorted = m_recoverySeconds;
    std::sort(sorted.begin(), sorted.end());
    const auto at = [&](double share) {
        return QString::number(
            sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))], 'f', 2);
    };
    return QString("%1 measured, p50 %2 s, p95 %3 s, max %4 s")
        .arg(sorted.size())
        .arg(at(0.5), at(0.95), at(1));
}

namespace {

struct Decided {
    qint64 epoch = 0, incarnation = 0;
};

// The log of decisions as the broker keeps it: every version of the entry, oldest first.
std::vector<Decided> decisionsOf(engine::KafkaBroker& broker, const QString& pipeline)
{
    const QByteArray group = (pipeline + ".0").toUtf8();
    static const QRegularExpression text("v1;e=(\\d+);i=(\\d+);s=");
    std::vector<Decided> found;
    const CommittedReader log(broker.servers(), "__consumer_offsets", 1);
    log.waitUntilQuiet(std::chrono::seconds(1), 1);
    for (const CommittedReader::Seen& record : log.seen()) {
        if (!QByteArray::fromStdString(record.key).contains(group)) continue;
        const auto match = text.match(QString::fromLatin1(QByteArray::fromStdString(record.value)));
        if (match.hasMatch())
            found.push_back({match.captured(1).toLongLong(), match.captured(2).toLongLong()});
    }
    return found;
}

}  // namespace

// O6: no epoch is decided twice, and none of an incarnation that another has followed.
QString FaultRuns::decisions() const
{
    Decided before;
    for (const Decided& each : decisionsOf(m_broker, m_id)) {
        if (each.epoch <= before.epoch || each.incarnation < before.incarnation)
            return QString("epoch %1 of incarnation %2 was decided behind epoch %3 of incarnation %4")
                .arg(each.epoch)
                .arg(each.incarnation)
                .arg(before.epoch)
                .arg(before.incarnation);
        before = each;
    }
    return before.epoch > 0 ? QString() : QString("there is no decision at all");
}

std::size_t FaultRuns::decided() const { return decisionsOf(m_broker, m_id).size(); }

qint64 FaultRuns::abortedRows() const
{
    const CommittedReader all(m_broker.servers(), m_output.toStdString(), kPartitions, CommittedReader::All);
    all.waitUntilQuiet(std::chrono::seconds(1), m_reader.count());
    return static_cast<qint64>(all.count()) - static_cast<qint64>(m_reader.count());
}
