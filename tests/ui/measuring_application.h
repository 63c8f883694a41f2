#pragma once

#include <QApplication>
#include <QThread>

#include <algorithm>
#include <ctime>

// Knows the longest that a single event has kept the GUI thread at work, whatever else the machine does.
class MeasuringApplication : public QApplication {
public:
    using QApplication::QApplication;
    bool notify(QObject* receiver, QEvent* event) override
    {
        if (QThread::currentThread() != thread()) return QApplication::notify(receiver, event);
        if (m_depth++) {
            const bool isTaken = QApplication::notify(receiver, event);
            --m_depth;
            return isTaken;
        }
        const double begin = threadMs();
        // Told before: it may be gone behind.
        const QByteArray what = QByteArray(receiver->metaObject()->className()) + ", event " +
            QByteArray::number(static_cast<int>(event->type()));
        const bool isTaken = QApplication::notify(receiver, event);
        --m_depth;
        const double tookMs = threadMs() - begin;
        spentMs += tookMs;
        if (tookMs > longestMs) {
            longestMs = tookMs;
            longest = what;
        }
        return isTaken;
    }
    static double threadMs()
    {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    }
    void begin() { longestMs = spentMs = 0; }
    double longestMs = 0, spentMs = 0;
    QByteArray longest;  // which it was

private:
    int m_depth = 0;
};
