#pragma once

#include <QApplication>
#include <QThread>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

// Knows the longest that a single event has kept the GUI thread from the next one: at work, or waiting for
// a lock, the disk or another thread. How long it waited for a core does not count, for that is what the
// machine's other programs do. A kernel that does not tell that wait leaves the work alone to be counted.
class MeasuringApplication : public QApplication {
public:
    using QApplication::QApplication;
    ~MeasuringApplication() override { close(m_schedule); }
    bool notify(QObject* receiver, QEvent* event) override
    {
        if (QThread::currentThread() != thread()) return QApplication::notify(receiver, event);
        if (m_depth++) {
            const bool isTaken = QApplication::notify(receiver, event);
            --m_depth;
            return isTaken;
        }
        const double begin = busyMs();
        // Told before: it may be gone behind.
        const QByteArray what = QByteArray(receiver->metaObject()->className()) + ", event " +
            QByteArray::number(static_cast<int>(event->type()));
        const bool isTaken = QApplication::notify(receiver, event);
        --m_depth;
        const double tookMs = busyMs() - begin;
        spentMs += tookMs;
        if (tookMs > longestMs) {
            longestMs = tookMs;
            longest = what;
        }
        return isTaken;
    }
    // Read again where the thread had to wait for a core in between, since the two would not fit together.
    double busyMs() const
    {
        const clockid_t clock = m_schedule >= 0 ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID;
        for (double waited = waitedMs();;) {
            const double now = clockMs(clock), after = waitedMs();
            if (after == waited) return now - waited;
            waited = after;
        }
    }
    void begin() { longestMs = spentMs = 0; }
    double longestMs = 0, spentMs = 0;
    QByteArray longest;  // which it was

private:
    double waitedMs() const
    {
        std::array<char, 96> text{};
        unsigned long long ran = 0, waited = 0;
        if (m_schedule >= 0 && pread(m_schedule, text.data(), text.size() - 1, 0) > 0)
            std::sscanf(text.data(), "%llu %llu", &ran, &waited);
        return static_cast<double>(waited) / 1e6;
    }
    static double clockMs(clockid_t clock)
    {
        timespec now{};
        clock_gettime(clock, &now);
        return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
    }
    int m_schedule = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    int m_depth = 0;
};
