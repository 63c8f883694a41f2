// labels: asan
// A file that is followed: growth, renaming, cutting short, going on after a stop wherever it came; and
// compressed files.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "connectors/follower.h"

#include <zlib.h>
#endif

#include "test_main.h"

namespace tst_follow_source {

using namespace engine;

namespace {

std::string packed(const std::string& text)
{
    std::string bytes(text.size() + 100, '\0');
    z_stream stream{};
    CHECK(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_out = static_cast<uInt>(bytes.size());
    CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    bytes.resize(stream.total_out);
    deflateEnd(&stream);
    return bytes;
}

}  // namespace

class FollowSourceTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsWhatIsAdded();
    void waitsForAFileThatIsNotThere();
    void finishesARenamedFileFirst();
    void losesNoFileInQuickRenamings();
    void startsAgainWhenCutShort();
    void startsAgainWhenWrittenAnew();
    void goesOnAnywhere();
    void goesOnInACopy();
    void goesOnInARenamedFile();
    void goesOnInAPackedFile();
    void saysWhatIsLostWhileItDidNotRun();
    void readsCompressedFilesFromAnyPlace();
    void saysWhatIsWrongWithACompressedFile();
    void aFollowedFileNeverEndsAndBeats();
};

void FollowSourceTest::readsWhatIsAdded()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\ntwo\n");
    Follower follower(files);
    QCOMPARE(follower.read(), std::string("one\ntwo\n"));
    QCOMPARE(follower.splits()[0].kind, SplitState::AtKnownEnd);
    append(files, "/log/a.log", "three\nfo");
    QCOMPARE(follower.read(), std::string("three\n"));
    append(files, "/log/a.log", "ur\n");
    QCOMPARE(follower.read(), std::string("four\n"));
    QVERIFY(follower.rejects.empty());
}

void FollowSourceTest::waitsForAFileThatIsNotThere()
{
    MemoryFiles files;
    Follower follower(files);
    QVERIFY(bool(follower.status()));
    QCOMPARE(follower.read(), std::string());
    follower.start();
    files.put("/log/a.log", "one\n");
    QCOMPARE(follower.readLater(), std::string("one\n"));
}

void FollowSourceTest::finishesARenamedFileFirst()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\n");
    Follower follower(files);
    follower.read();
    CHECK(files.rename("/log/a.log", "/log/a.log.1"));
    files.put("/log/a.log", "new one\n");
    QCOMPARE(follower.read(), std::string());
    append(files, "/log/a.log.1", "two\nunfinished");  // who writes has not noticed yet
    QCOMPARE(follower.readLater(), std::string("two\nunfinishednew one\n"));
    append(files, "/log/a.log", "new two\n");
    QCOMPARE(follower.read(), std::string("new two\n"));
    QVERIFY(follower.rejects.empty());
}

void FollowSourceTest::losesNoFileInQuickRenamings()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\n");
    Follower follower(files);
    QCOMPARE(follower.readLater(), std::string("one\n"));
    CHECK(files.rename("/log/a.log", "/log/a.log.1"));
    files.put("/log/a.log", "two\n");
    QCOMPARE(follower.look(), std::string());
    CHECK(files.remove("/log/a.log"));
    files.put("/log/a.log", "three\n");
    const std::string first = follower.readLater();
    QCOMPARE(first + follower.readLater(), std::string("two\nthree\n"));
}

void FollowSourceTest::startsAgainWhenCutShort()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\ntwo\nhal");
    Follower follower(files);
    follower.read();
    empty(files, "/log/a.log");
    append(files, "/log/a.log", "new\n");
    QCOMPARE(follower.read(), std::string("new\n"));
    QCOMPARE(follower.rejects.size(), 1u);
    QVERIFY(follower.rejects[0].find("cut short") != std::string::npos);
    follower.start();
    append(files, "/log/a.log", "newer\n");
    QCOMPARE(follower.read(), std::string("newer\n"));
}

// Cut short and grown again beyond where it was: its beginning tells.
void FollowSourceTest::startsAgainWhenWrittenAnew()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\n");
    Follower follower(files);
    follower.read();
    empty(files, "/log/a.log");
    append(files, "/log/a.log", "other\nlines\n");
    QCOMPARE(follower.read(), std::string("other\nlines\n"));
    QCOMPARE(follower.rejects.size(), 1u);
}

void FollowSourceTest::goesOnAnywhere()
{
    MemoryFiles files;
    Follower follower(files);
    std::string written, found;
    for (int i = 0; i < 200; ++i) {
        const std::string text = "line " + std::to_string(i) + (i % 3 ? "\n" : " and ");
        append(files, "/log/a.log", text);
        written += text;
        found += follower.readLater();
        if (i % 5 == 0) follower.start();
        if (i % 40 == 39) {
            CHECK(files.rename("/log/a.log", "/log/a.log." + std::to_string(i)));
            append(files, "/log/a.log", "first of " + std::to_string(i) + "\n");
            written += "first of " + std::to_string(i) + "\n";
            if (i % 80 == 79) follower.start();
        }
    }
    QCOMPARE(found + follower.readLater(), written);
    QVERIFY(follower.rejects.empty());
}

// As an editor saves, or a sink that goes on after a stop.
void FollowSourceTest::goesOnInACopy()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\ntwo\n");
    Follower follower(files);
    follower.read();
    CHECK(files.rename("/log/a.log", "/log/a.log~"));
    files.put("/log/a.log", "one\ntwo\nthree\n");
    QCOMPARE(follower.readLater(), std::string("three\n"));
    CHECK(files.rename("/log/a.log", "/log/a.log~"));
    files.put("/log/a.log", "one\nTWO\nthree\nfour\n");
    QCOMPARE(follower.readLater(), std::string("one\nTWO\nthree\nfour\n"));
}

void FollowSourceTest::goesOnInARenamedFile()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\ntwo\n");
    Follower follower(files);
    follower.read();
    append(files, "/log/a.log", "three\n");
    CHECK(files.rename("/log/a.log", "/log/a-2026-11-21.log"));
    files.put("/log/a.log", "new\n");
    follower.start();
    QCOMPARE(follower.readLater(), std::string("three\nnew\n"));
    QVERIFY(follower.rejects.empty());
}

void FollowSourceTest::goesOnInAPackedFile()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\ntwo\n");
    Follower follower(files);
    follower.read();
    CHECK(files.remove("/log/a.log"));
    files.put("/log/a.log.1.gz", packed("one\ntwo\nthree\n"));
    files.put("/log/a.log", "new\n");
    follower.start();
    QCOMPARE(follower.readLater(), std::string("three\nnew\n"));
    QVERIFY(follower.rejects.empty());
}

void FollowSourceTest::saysWhatIsLostWhileItDidNotRun()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\ntwo\n");
    Follower follower(files);
    follower.read();
    CHECK(files.remove("/log/a.log"));
    files.put("/log/a.log", "new\n");
    follower.start();
    QVERIFY(bool(follower.status()));
    QCOMPARE(follower.read(), std::string("new\n"));
    QCOMPARE(follower.rejects.size(), 1u);
    QVERIFY(follower.rejects[0].find("may be lost") != std::string::npos);
    QVERIFY(follower.rejects[0].find("byte 8") != std::string::npos);
}

void FollowSourceTest::readsCompressedFilesFromAnyPlace()
{
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "line number " + std::to_string(i * 7919) + "\n";
    MemoryFiles files;
    files.put("/log/a.gz", packed(text.substr(0, 40'000)) + packed(text.substr(40'000)));
    files.put("/log/b.txt", "plain\n");
    Follower whole(files, R"({"path": "/log/a.gz"})");
    QVERIFY(whole.read() == text);
    QCOMPARE(whole.splits()[0].kind, SplitState::Ended);
    Follower both(files, R"({"path": "/log/*"})");
    QCOMPARE(both.read().size(), text.size() + 6);
    auto file = files.openToRead("/log/a.gz");
    std::unique_ptr<ReadableFile> raw = std::move(*file);
    char byte = 0;
    QCOMPARE(*raw->readAt(0, &byte, 1), std::size_t(1));
    QVERIFY(text[0] != byte);
}

void FollowSourceTest::saysWhatIsWrongWithACompressedFile()
{
    MemoryFiles files;
    const std::string whole = packed("some text that is long enough to be cut\n");
    files.put("/log/a.gz", whole.substr(0, whole.size() - 12));
    Follower cut(files, R"({"path": "/log/a.gz"})");
    const std::string said = bool(cut.status()) ? cut.read() : cut.status().error().message;
    QVERIFY2(said.find("ends in the middle") != std::string::npos, said.c_str());
    files.put("/log/a.gz", whole.substr(0, 12) + "rubbish" + whole.substr(19));
    Follower damaged(files, R"({"path": "/log/a.gz"})");
    const std::string other = bool(damaged.status()) ? damaged.read() : damaged.status().error().message;
    QVERIFY2(other.find("/log/a.gz") != std::string::npos, other.c_str());
}

void FollowSourceTest::aFollowedFileNeverEndsAndBeats()
{
    MemoryFiles files;
    files.put("/log/a.log", "one\n");
    Follower followed(files), once(files, R"({"path": "/log/a.log"})");
    QVERIFY(followed.binding().source.isEndless && followed.binding().source.heartbeat);
    QVERIFY(!once.binding().source.isEndless && !once.binding().source.heartbeat);
    // A file that others are read before is not silent.
    QVERIFY(followed.binding().source.idleTimeoutUs > 0 && once.binding().source.idleTimeoutUs == 0);
    Follower silent(files, R"({"path": "/log/a.log", "follow": true, "watermark_heartbeat": false})");
    QVERIFY(!silent.binding().source.heartbeat);
}

STREAMWRIGHT_TEST(FollowSourceTest)

}  // namespace tst_follow_source
#include "tst_follow_source.moc"
