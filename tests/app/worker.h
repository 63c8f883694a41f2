#pragma once

#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>

#include <algorithm>

// Runs the program as a user would: streamwright-worker of this build. Header only, for the tests in this
// folder.
struct WorkerResult {
    int exitCode = -1;
    bool crashed = false;
    QString output{};
    QString errors{};
};

inline QString workerPath() { return QString(BINARY_DIR) + "/app/streamwright-worker"; }

inline WorkerResult runWorker(const QStringList& arguments, const QString& workingDirectory = {},
                              const QByteArray& input = {}, int timeoutMs = 60'000)
{
    QProcess process;
    process.setWorkingDirectory(workingDirectory);
    process.start(workerPath(), arguments);
    process.write(input);
    process.closeWriteChannel();
    const bool isDone = process.waitForFinished(timeoutMs);
    if (!isDone) process.kill();
    process.waitForFinished();
    return {process.exitCode(), !isDone || process.exitStatus() != QProcess::NormalExit,
            QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

inline QList<QByteArray> sortedLines(const QString& file)
{
    QFile input(file);
    if (!input.open(QIODevice::ReadOnly)) return {};
    QList<QByteArray> lines = input.readAll().split('\n');
    std::sort(lines.begin(), lines.end());
    return lines;
}
