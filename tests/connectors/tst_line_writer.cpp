// labels: asan
#include "connectors/console/line_writer.h"
#include "support/manual_clock.h"
#include "test_main.h"

#include <algorithm>
#include <array>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace tst_line_writer {

using namespace engine;

namespace {

// A pipe whose reader reads when it is told to.
class Pipe {
public:
    Pipe()
    {
        CHECK(::pipe2(m_ends.data(), O_CLOEXEC) == 0);
        CHECK(::fcntl(m_ends[0], F_SETFL, O_NONBLOCK) == 0);
    }
    ~Pipe()
    {
        closeReader();
        ::close(m_ends[1]);
    }
    int writer() const { return m_ends[1]; }
    void closeReader()
    {
        if (m_ends[0] >= 0) ::close(m_ends[0]);
        m_ends[0] = -1;
    }
    std::string read(std::size_t bytesMax)
    {
        std::string bytes(bytesMax, '\0');
        const ssize_t got = ::read(m_ends[0], bytes.data(), bytes.size());
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }

private:
    std::array<int, 2> m_ends{-1, -1};
};

std::string linesOf(Random& random, int count, std::size_t longest)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += std::to_string(i) + std::string(random.below(longest), 'x') + "\n";
    return text;
}

}  // namespace

class LineWriterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void writesAllOnceHoweverItIsRead_data();
    void writesAllOnceHoweverItIsRead();
    void saysWhatItWaitsFor();
    void aTerminalThatNobodyReads();
    void linesOfTwoAreNotMixed();
    void saysWhatFails();

private:
    ManualClock m_clock{};
};

void LineWriterTest::writesAllOnceHoweverItIsRead_data()
{
    QTest::addColumn<int>("longest");
    QTest::addColumn<int>("count");
    QTest::newRow("short lines") << 200 << 3000;
    QTest::newRow("some longer than a pipe takes at once") << 3 * PIPE_BUF << 60;
}

void LineWriterTest::writesAllOnceHoweverItIsRead()
{
    QFETCH(int, longest);
    QFETCH(int, count);
    Random random(11);
    const std::string all = linesOf(random, count, static_cast<std::size_t>(longest));
    Pipe pipe;
    LineWriter writer(pipe.writer(), "standard output");
    writer.text() = all;
    std::string got;
    for (int full = 0; got.size() < all.size();) {
        const Status written = writer.write(m_clock);
        if (!written) QCOMPARE(written.error().code, ErrorCode::Busy);
        const bool isFull = !written;
        // At times all that is there: what a reader finds of a run that was stopped meanwhile.
        const bool readsAll = full % 3 == 0;
        got += pipe.read(readsAll ? 1 << 20 : (1 + random.below(8)) * PIPE_BUF);
        if (isFull && readsAll && longest < PIPE_BUF) QVERIFY(got.ends_with('\n'));
        if (isFull) ++full;
    }
    QVERIFY(got == all);
    QVERIFY(bool(writer.write(m_clock)));
    QVERIFY(writer.text().empty());
}

void LineWriterTest::saysWhatItWaitsFor()
{
    Pipe pipe;
    LineWriter writer(pipe.writer(), "standard output");
    writer.text() = std::string(1 << 17, '\n');
    const auto said = [&] {
        const Status written = writer.write(m_clock);
        return written ? std::string("written") : written.error().message;
    };
    QCOMPARE(said(), std::string());
    m_clock.advance(std::chrono::milliseconds(1999));
    QCOMPARE(said(), std::string());
    m_clock.advance(std::chrono::milliseconds(1));
    const std::string sentence =
        "Nobody takes rows from standard output; let the program that reads it go on.";
    QCOMPARE(said(), sentence);
    // Who reads, however little, is waited for without a word.
    QVERIFY(!pipe.read(2 * PIPE_BUF).empty());
    QCOMPARE(said(), std::string());
    m_clock.advance(std::chrono::seconds(2));
    QCOMPARE(said(), sentence);
    QVERIFY(!pipe.read(1 << 20).empty());
    QCOMPARE(said(), std::string("written"));
}

// One is ready as long as it has any room, however much is to be written.
void LineWriterTest::aTerminalThatNobodyReads()
{
    const int screen = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    QVERIFY(screen >= 0 && ::grantpt(screen) == 0 && ::unlockpt(screen) == 0);
    const int terminal = ::open(::ptsname(screen), O_RDWR | O_NOCTTY | O_CLOEXEC);
    QVERIFY(terminal >= 0);
    constexpr int kLines = 20'000;
    LineWriter writer(terminal, "standard output");
    for (int i = 0; i < kLines; ++i) writer.text() += std::to_string(i) + " of many lines\n";
    Status written = ok();
    for (int i = 0; i < 10; ++i) {
        written = writer.write(m_clock);
        QVERIFY(!written && written.error().code == ErrorCode::Busy);
    }
    qsizetype lines = 0;
    while (lines < kLines) {
        if (!written) written = writer.write(m_clock);
        QVERIFY(written || written.error().code == ErrorCode::Busy);
        std::array<char, 4096> shown;
        for (ssize_t got = 0; (got = ::read(screen, shown.data(), shown.size())) > 0;)
            lines += std::count(shown.begin(), shown.begin() + got, '\n');
    }
    QCOMPARE(lines, qsizetype(kLines));
    ::close(terminal);
    ::close(screen);
}

void LineWriterTest::linesOfTwoAreNotMixed()
{
    Pipe pipe;
    LineWriter first(pipe.writer(), "standard output"), second(pipe.writer(), "standard output");
    first.text() = std::string(1 << 17, 'a') + '\n';
    QVERIFY(!first.write(m_clock));  // in the middle of its line
    second.text() = std::string(1 << 17, 'b') + '\n';
    std::string all;
    while (all.size() < 2 * ((1 << 17) + 1)) {
        all += pipe.read(1 << 16);
        (void)second.write(m_clock);
        (void)first.write(m_clock);
    }
    QVERIFY(all == std::string(1 << 17, 'a') + '\n' + std::string(1 << 17, 'b') + '\n');
}

void LineWriterTest::saysWhatFails()
{
    std::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    pipe.closeReader();
    LineWriter broken(pipe.writer(), "standard output");
    broken.text() = "row\n";
    QCOMPARE(broken.write(m_clock).error().message,
             std::string("Cannot write to standard output: Broken pipe."));
    const int unreadable = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    LineWriter closed(unreadable, "standard output");
    closed.text() = "row\n";
    const Status outcome = closed.write(m_clock);
    ::close(unreadable);
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().code, ErrorCode::Io);
    QCOMPARE(
        outcome.error().message,
        std::string("Cannot write to standard output, which is closed; send it to a file or to a program."));
}

STREAMWRIGHT_TEST(LineWriterTest)

}  // namespace tst_line_writer
#include "tst_line_writer.moc"
