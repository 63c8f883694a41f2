#include "runtime/thread_executor.h"
#include "test_main.h"

#include <cstdio>
#include <sys/resource.h>
#include <unistd.h>

namespace tst_thread_limits {

using namespace engine;

// In a process that may have no more memory no thread can be started.
class ThreadLimitsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void threadsThatCannotBeStartedAreASentence();
};

namespace {

rlim_t addressSpaceUsed()
{
    long pages = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%ld", &pages) != 1) pages = 0;
        std::fclose(file);
    }
    return static_cast<rlim_t>(pages) * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void ThreadLimitsTest::threadsThatCannotBeStartedAreASentence()
{
    constexpr rlim_t kRoomBytes = 16 << 20;  // for a stack or two
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_AS, &before), 0);
    rlimit narrow = before;
    narrow.rlim_cur = addressSpaceUsed() + kRoomBytes;
    ThreadExecutor executor(64);
    QCOMPARE(::setrlimit(RLIMIT_AS, &narrow), 0);
    const Status released = executor.release();
    QCOMPARE(::setrlimit(RLIMIT_AS, &before), 0);
    QVERIFY(!released);
    QCOMPARE(released.error().code, ErrorCode::Refused);
    QVERIFY2(released.error().message.find("threads could be started") != std::string::npos,
             released.error().message.c_str());
}

STREAMWRIGHT_TEST(ThreadLimitsTest)

}  // namespace tst_thread_limits
#include "tst_thread_limits.moc"
