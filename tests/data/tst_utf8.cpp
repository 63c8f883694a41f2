// labels: asan
// Any bytes as a preview that is UTF-8: cut between characters, U+FFFD for what is none.
#ifndef Q_MOC_RUN  // moc cannot read all standard headers
#include "data/utf8.h"

#include "base/env.h"
#endif

#include "test_main.h"

namespace tst_utf8 {

using namespace engine;

class Utf8Test : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cutsBehindWholeCharacters();
    void replacesWhatIsNone_data();
    void replacesWhatIsNone();
    void anyBytesBecomeUtf8();
};

void Utf8Test::cutsBehindWholeCharacters()
{
    const std::string text = "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80";  // 1, 2, 3 and 4 bytes
    const std::size_t ends[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (std::size_t most = 0; most < std::size(ends); ++most)
        QCOMPARE(utf8Preview(text, most), text.substr(0, ends[most]));
}

void Utf8Test::replacesWhatIsNone_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("replaced");
    QTest::newRow("lone continuation") << QByteArray("\x80") << 1;
    QTest::newRow("lead without the rest") << QByteArray("\xE2\x82") << 2;
    QTest::newRow("overlong slash") << QByteArray("\xC0\xAF") << 2;
    QTest::newRow("overlong in three") << QByteArray("\xE0\x80\xAF") << 3;
    QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << 3;
    QTest::newRow("above U+10FFFF") << QByteArray("\xF4\x90\x80\x80") << 4;
    QTest::newRow("no lead at all") << QByteArray("\xFF\xFE") << 2;
}

void Utf8Test::replacesWhatIsNone()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, replaced);
    std::string expected = "<";
    for (int i = 0; i < replaced; ++i) expected += "\xEF\xBF\xBD";
    QCOMPARE(utf8Preview("<" + bytes.toStdString() + ">", 100), expected + ">");
}

void Utf8Test::anyBytesBecomeUtf8()
{
    Random random(4);
    for (int round = 0; round < 3000; ++round) {
        std::string bytes;
        for (std::uint64_t i = random.below(40); i > 0; --i)
            bytes += static_cast<char>(random.below(3) ? 0x80 + random.below(128) : random.below(128));
        const std::string text = utf8Preview(bytes, 64);
        QVERIFY(text.size() <= 64);
        QCOMPARE(QString::fromStdString(text).toStdString(), text);
    }
}

STREAMWRIGHT_TEST(Utf8Test)

}  // namespace tst_utf8
#include "tst_utf8.moc"
