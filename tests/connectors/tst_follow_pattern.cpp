// labels: asan
// Files of a pattern that are followed: each line once, whatever names they get and whenever it goes on.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "connectors/follower.h"
#endif

#include "test_main.h"

namespace tst_follow_pattern {

using namespace engine;

namespace {

// No raw string: moc would take it for the beginning of a comment.
constexpr const char* kLogs = "{\"path\": \"/log/*.log\", \"follow\": true}";
constexpr const char* kNumbered = R"({"path": "/log/app.log*", "follow": true})";

// As logrotate does: app.log.1 becomes app.log.2, and app.log becomes app.log.1.
void rotate(MemoryFiles& files, int highest, const std::string& text)
{
    for (int i = highest; i > 0; --i)
        if (const std::string path = "/log/app.log." + std::to_string(i); files.exists(path))
            CHECK(files.rename(path, "/log/app.log." + std::to_string(i + 1)));
    CHECK(files.rename("/log/app.log", "/log/app.log.1"));
    files.put("/log/app.log", text);
}

}  // namespace

class FollowPatternTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findsNewFilesOfAPattern();
    void aRestartReadsNoFinishedFileAgain();
    void manyRenamedFilesStayRead();
    void namesThatAreHandedOnAreReadOnce();
    void whatComesAfterAnEmptySuccessorIsRead();
    void whatIsDeletedIsLetGo();
    void whatIsRenamedIsNotLetGo();
};

void FollowPatternTest::findsNewFilesOfAPattern()
{
    MemoryFiles files;
    files.put("/log/a.log", "a\n");
    Follower follower(files, R"({"path": "/log/*.log", "follow": true})");
    follower.read();
    files.put("/log/b.log", "b\n");
    QCOMPARE(follower.readLater(), std::string("b\n"));
    CHECK(files.rename("/log/a.log", "/log/a-old.log"));  // fits the pattern, and was read
    files.put("/log/a.log", "new\n");
    QCOMPARE(follower.readLater(), std::string("new\n"));
    QCOMPARE(follower.readLater(), std::string());
    QCOMPARE(follower.splits().size(), 2u);
}

void FollowPatternTest::aRestartReadsNoFinishedFileAgain()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\n");
    Follower follower(files, kLogs);
    follower.read();
    CHECK(files.rename("/log/a.log", "/log/a-old.log"));
    files.put("/log/a.log", "two\n");
    QCOMPARE(follower.readLater(), std::string("two\n"));
    follower.start();
    QCOMPARE(follower.readLater(), std::string());
    append(files, "/log/a.log", "three\n");
    QCOMPARE(follower.readLater(), std::string("three\n"));
    QCOMPARE(follower.splits().size(), 1u);
    QVERIFY(follower.rejects.empty());
}

void FollowPatternTest::manyRenamedFilesStayRead()
{
    MemoryFiles files;
    files.put("/log/a.log", "0\n");
    Follower follower(files, kLogs);
    follower.read();
    for (int i = 1; i <= 20; ++i) {
        CHECK(files.rename("/log/a.log", "/log/a-" + std::to_string(i) + ".log"));
        files.put("/log/a.log", std::to_string(i) + "\n");
        QCOMPARE(follower.readLater(), std::to_string(i) + "\n");
        if (i % 7 == 0) follower.start();
    }
    QCOMPARE(follower.readLater(), std::string());
}

void FollowPatternTest::namesThatAreHandedOnAreReadOnce()
{
    MemoryFiles files;
    files.put("/log/app.log", "now\n");
    files.put("/log/app.log.1", "before\n");
    Follower follower(files, kNumbered);
    QCOMPARE(follower.read(), std::string("now\nbefore\n"));
    for (int i = 1; i <= 4; ++i) {
        rotate(files, i, "later " + std::to_string(i) + "\n");
        QCOMPARE(follower.readLater(), "later " + std::to_string(i) + "\n");
        if (i % 2 == 0) follower.start();
    }
    QCOMPARE(follower.readLater(), std::string());
    QVERIFY(follower.rejects.empty());
}

// Who writes goes on with the old file until it has something for the new one.
void FollowPatternTest::whatComesAfterAnEmptySuccessorIsRead()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\n");
    Follower follower(files);
    follower.read();
    CHECK(files.rename("/log/a.log", "/log/a.log.1"));
    files.put("/log/a.log", "");
    QCOMPARE(follower.readLater(), std::string());
    append(files, "/log/a.log.1", "two\n");
    append(files, "/log/a.log", "three\n");
    QCOMPARE(follower.readLater(), std::string("two\nthree\n"));
}

void FollowPatternTest::whatIsDeletedIsLetGo()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\nhalf");
    files.put("/log/b.log", "two\n");
    Follower follower(files, kLogs);
    QCOMPARE(follower.read(), std::string("one\ntwo\n"));
    CHECK(files.remove("/log/a.log"));
    QCOMPARE(follower.readLater(), std::string());
    QCOMPARE(follower.splits()[0].kind, SplitState::AtKnownEnd);
    follower.pass(std::chrono::minutes(2));
    QCOMPARE(follower.readLater(), std::string("half"));
    QCOMPARE(follower.splits()[0].kind, SplitState::Ended);
    QCOMPARE(follower.splits()[1].kind, SplitState::AtKnownEnd);
    files.put("/log/a.log", "three\n");
    QCOMPARE(follower.readLater(), std::string("three\n"));
    QCOMPARE(follower.splits().size(), 3u);
    follower.start();
    QVERIFY(bool(follower.status()));
    QCOMPARE(follower.splits().size(), 2u);
    QCOMPARE(follower.readLater(), std::string());
}

// Who writes it may still have it open, and gives its name to a new one later.
void FollowPatternTest::whatIsRenamedIsNotLetGo()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\n");
    Follower follower(files, kLogs);
    follower.read();
    CHECK(files.rename("/log/a.log", "/log/a.log.1"));
    follower.readLater();
    follower.pass(std::chrono::minutes(2));
    follower.readLater();
    append(files, "/log/a.log.1", "two\n");
    QCOMPARE(follower.readLater(), std::string("two\n"));
    files.put("/log/a.log", "three\n");
    QCOMPARE(follower.readLater(), std::string("three\n"));
    QCOMPARE(follower.splits().size(), 1u);
}

STREAMWRIGHT_TEST(FollowPatternTest)

}  // namespace tst_follow_pattern
#include "tst_follow_pattern.moc"
