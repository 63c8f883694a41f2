#pragma once

#include "app/worker.h"
#include "support/kafka_broker.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <csignal>
#include <functional>

// streamwright-worker running one document in a directory of its own, watched by the figures that it writes.
// Header only, for the tests in this folder.
class RunningWorker {
public:
    RunningWorker(const QString& directory, const QString& document, const QStringList& more = {"--drain"})
        : m_metricsFile(directory + "/metrics.json"), m_state(directory + "/state")
    {
        QFile::remove(m_metricsFile);
        m_process.start(
            workerPath(),
            QStringList{"run", document, "--state", m_state, "--metrics", m_metricsFile} + more);
    }
    ~RunningWorker() { kill(); }

    void send(int signal) { ::kill(static_cast<pid_t>(m_process.processId()), signal); }
    // Whether it ran until then.
    bool kill()
    {
        m_process.kill();
        m_process.waitForFinished();
        return m_process.exitStatus() == QProcess::CrashExit && m_process.exitCode() == SIGKILL;
    }
    QJsonObject figures() const  // replaced once a second
    {
        QFile file(m_metricsFile);
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                              : QJsonObject();
    }
    QJsonObject node(const QString& name) const
    {
        const QJsonArray nodes = figures()["nodes"].toArray();
        for (const QJsonValue& each : nodes)
            if (each["node"].toString() == name) return each.toObject();
        return {};
    }
    qint64 rowsIn() const { return qint64(node("input")["rows_in"].toDouble(-1)); }
    qint64 counter(const QString& name) const
    {
        return qint64(node("input")["counters"].toObject()[name].toDouble(-1));
    }
    // False when it did not come about in time, or the program has ended.
    bool waitFor(const std::function<bool()>& condition, int timeoutMs = 60'000)
    {
        QElapsedTimer timer;
        timer.start();
        while (!condition()) {
            const bool isOver = timer.elapsed() > timeoutMs || m_process.waitForFinished(20);
            takeErrors();
            if (isOver) return condition();
        }
        return true;
    }
    bool comesToACheckpoint()
    {
        return waitFor([&] { return !QDir(m_state).entryList({"manifest-*"}, QDir::Files).isEmpty(); });
    }
    bool hasSaid(const QString& text)
    {
        takeErrors();
        return m_errors.contains(text);
    }
    // The most memory that it has had so far.
    qint64 peakBytes() const
    {
        QFile status(QString("/proc/%1/status").arg(m_process.processId()));
        if (!status.open(QIODevice::ReadOnly)) return -1;
        for (const QByteArray& line : status.readAll().split('\n'))
            if (line.startsWith("VmHWM:"))
                return line.mid(6).trimmed().split(' ').first().toLongLong() * 1024;
        return -1;
    }
    // Whether it comes to so many rows, and to a good end when it is asked for.
    bool readsAndEnds(qint64 rows)
    {
        return waitFor([&] { return rowsIn() >= rows; }) && finish() == 0;
    }
    // Asks for the end, and waits for it.
    int finish()
    {
        m_process.terminate();
        return wait();
    }
    int wait()
    {
        const bool isDone = m_process.waitForFinished(60'000);
        takeErrors();
        return isDone && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
    }
    const QString& errors() const { return m_errors; }

private:
    void takeErrors() { m_errors += QString::fromUtf8(m_process.readAllStandardError()); }
    QProcess m_process;
    QString m_metricsFile, m_state, m_errors;
};

inline void writeText(const QString& path, const QString& text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(text.toUtf8()), text.toUtf8().size());
}

// The lines of all files of a pattern, sorted.
inline QList<QByteArray> linesOf(const QString& directory, const QString& pattern)
{
    QList<QByteArray> lines;
    for (const QString& name : QDir(directory).entryList({pattern}, QDir::Files)) {
        QFile file(directory + "/" + name);
        if (!file.open(QIODevice::ReadOnly)) continue;
        for (const QByteArray& line : file.readAll().split('\n'))
            if (!line.isEmpty()) lines << line;
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

// What the figures of a run say at a node: what it waits for, or what it has failed by.
inline QString troubleOf(const QString& node, const QString& metricsFile)
{
    QFile file(metricsFile);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QJsonArray nodes = QJsonDocument::fromJson(file.readAll()).object()["nodes"].toArray();
    for (const QJsonValue& each : nodes)
        if (each["node"].toString() == node)
            return each["waits_for"].toString() + each["problem"].toString();
    return {};
}

// A kafka_source "input" with these further parameters, then other nodes and edges.
inline const QString kNumberColumn = R"([{"name": "n", "type": "bigint"}])";

inline QString kafkaDocument(const QString& servers, const QString& topic, const QString& params,
                             const QString& nodes, const QString& edges,
                             const QString& columns = kNumberColumn,
                             const QString& checkpointInterval = "200ms")
{
    return QString(R"({"format": 1, "id": "0c1f3a52-9f1e-4c6b-8a3d-2b7e5d9c4f10", "name": "Kafka",
  "settings": {"checkpoint_interval": "%7"},
  "nodes": [
    {"id": "input", "component": "kafka_source", "params": {"bootstrap_servers": "%1", "topic": "%2", %3
      "columns": %6}}, %4],
  "edges": [%5]})")
        .arg(servers, topic, params, nodes, edges, columns, checkpointInterval);
}

inline QString fileSink(const QString& path)
{
    return QString(R"({"id": "output", "component": "file_sink",
      "params": {"path": "%1", "format": "json"}})")
        .arg(path);
}

// A broker for all tests of a class, and for each a directory and a document in it. Header only, for the
// tests in this folder.
class KafkaRuns {
public:
    std::string startBroker()  // empty, or what was wrong
    {
        m_broker = std::make_unique<engine::KafkaBroker>();
        return m_broker->start();
    }
    engine::KafkaBroker& broker() const { return *m_broker; }
    QString servers() const { return QString::fromStdString(m_broker->servers()); }
    void beginDirectory()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QVERIFY(m_directory->isValid());
    }
    QString directory() const { return m_directory->path(); }
    QString path(const QString& name) const { return directory() + "/" + name; }
    QString write(const QString& document) const
    {
        writeText(path("k.pipeline.json"), document);
        return path("k.pipeline.json");
    }

private:
    std::unique_ptr<engine::KafkaBroker> m_broker;
    std::unique_ptr<QTemporaryDir> m_directory;
};
