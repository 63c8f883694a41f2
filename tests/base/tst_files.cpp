// labels: asan tsan
#include "base/file_system.h"
#include "test_main.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <atomic>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace tst_files {

using namespace engine;

// The disk itself, through FileSystem.
class FilesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whoLooksAtALockChangesNothing();
    void whoLooksAtALockIsInNobodysWay();
    void aWholeFileKeepsItsPermissions();
    void aLinkIsWrittenThrough();
    void whatIsNoFileIsNotReplaced();
    void readsToABound();

private:
    std::string path(const char* name) const { return m_directory.filePath(name).toStdString(); }
    static void put(const std::string& path, const QByteArray& bytes)
    {
        QFile file(QString::fromStdString(path));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    static unsigned modeOf(const std::string& path) { return systemFiles().info(path)->mode; }

    QTemporaryDir m_directory;
};

void FilesTest::whoLooksAtALockChangesNothing()
{
    FileSystem& files = systemFiles();
    const std::string lock = path("looked_at");
    QVERIFY(!files.lockHolder(lock));
    QVERIFY(!files.exists(lock));
    {
        const auto held = files.lock(lock, "4711");
        QVERIFY(held);
        QCOMPARE(files.lockHolder(lock).value_or(""), std::string("4711"));
        const auto second = files.lock(lock, "4712");
        QVERIFY(!second);
        QCOMPARE(second.error().where, std::string("4711"));
    }
    QVERIFY(!files.lockHolder(lock));
    QCOMPARE(*files.readAll(lock), std::string("4711"));
}

// A look that lasts until somebody wants the lock, and has opened it.
void FilesTest::whoLooksAtALockIsInNobodysWay()
{
    const QString lock = m_directory.filePath("taken");
    put(lock.toStdString(), "1");
    const auto opened = [&lock] {
        int count = 0;
        for (const QFileInfo& file : QDir("/proc/self/fd").entryInfoList(QDir::Files | QDir::System))
            count += file.symLinkTarget() == lock;
        return count;
    };
    const int look = ::open(qPrintable(lock), O_RDONLY | O_CLOEXEC);
    QVERIFY(look >= 0);
    QCOMPARE(::flock(look, LOCK_SH | LOCK_NB), 0);
    std::atomic<bool> isOver = false;
    std::thread looking([&] {
        while (!isOver && opened() < 2) std::this_thread::yield();
        ::flock(look, LOCK_UN);
    });
    const bool isTaken = bool(systemFiles().lock(lock.toStdString(), "1"));
    isOver = true;
    looking.join();
    ::close(look);
    QVERIFY(isTaken);
}

void FilesTest::aWholeFileKeepsItsPermissions()
{
    put(path("private"), "old");
    QCOMPARE(::chmod(path("private").c_str(), 0640), 0);
    QVERIFY(bool(systemFiles().writeAtomically(path("private"), "new")));
    QCOMPARE(*systemFiles().readAll(path("private")), std::string("new"));
    QCOMPARE(modeOf(path("private")), 0640u);
}

void FilesTest::aLinkIsWrittenThrough()
{
    QVERIFY(bool(systemFiles().makeDirectories(path("far"))));
    put(path("far/real"), "old");
    QVERIFY(QFile::link("far/real", QString::fromStdString(path("near"))));
    QVERIFY(QFile::link("near", QString::fromStdString(path("nearer"))));
    QVERIFY(bool(systemFiles().writeAtomically(path("nearer"), "new")));
    QVERIFY(QFileInfo(QString::fromStdString(path("nearer"))).isSymLink());
    QVERIFY(QFileInfo(QString::fromStdString(path("near"))).isSymLink());
    QCOMPARE(*systemFiles().readAll(path("far/real")), std::string("new"));
}

void FilesTest::whatIsNoFileIsNotReplaced()
{
    QCOMPARE(::mkfifo(path("pipe").c_str(), 0600), 0);
    const Status written = systemFiles().writeAtomically(path("pipe"), "new");
    QVERIFY(!written);
    QVERIFY(written.error().message.find("is no ordinary file") != std::string::npos);
    struct stat about { };
    QCOMPARE(::stat(path("pipe").c_str(), &about), 0);
    QVERIFY(S_ISFIFO(about.st_mode));
}

void FilesTest::readsToABound()
{
    put(path("long"), QByteArray(1 << 20, 'x'));
    QCOMPARE(systemFiles().readAll(path("long"), 100'000)->size(), std::size_t{100'000});
    QCOMPARE(systemFiles().readAll(path("long"))->size(), std::size_t{1} << 20);
}

STREAMWRIGHT_TEST(FilesTest)

}  // namespace tst_files
#include "tst_files.moc"
