// labels: asan
// What stands beside the offset of a decision: it is read back as it was, and nothing else is read.
#include "connectors/kafka/kafka_decision.h"

#include "base/env.h"
#include "test_main.h"

namespace tst_kafka_decision {

using namespace engine;

class KafkaDecisionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isReadBack()
    {
        const Decision decision{Epoch{12}, 3, "00c0ffee00c0ffee"}, fresh{Epoch{1}, 1, {}};
        QCOMPARE(kafkaDecisionText(decision), std::string("v1;e=12;i=3;s=00c0ffee00c0ffee"));
        QCOMPARE(kafkaDecisionText(fresh), std::string("v1;e=1;i=1;s=none"));
        QVERIFY(kafkaDecisionOf(kafkaDecisionText(decision)) == decision);
        QVERIFY(kafkaDecisionOf(kafkaDecisionText(fresh)) == fresh);
        const Decision greatest{Epoch{~std::uint64_t{0}}, ~std::uint64_t{0}, "ffffffffffffffff"};
        QVERIFY(kafkaDecisionOf(kafkaDecisionText(greatest)) == greatest);
        QVERIFY(kafkaDecisionText(greatest).size() <= 200);
    }

    void nothingElseIsRead_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text :
             {"", "v1", "v2;e=1;i=1;s=none", "v1;e=;i=1;s=none", "v1;e=-1;i=1;s=none", "v1;e=01;i=1;s=none",
              "v1;e=1;i=1;s=", "v1;e=1;i=1;s=None", "v1;e=1;i=1;s=0123", "v1;e=1;i=1;s=00C0FFEE00C0FFEE",
              "v1;e=1;i=1;s=00c0ffee00c0ffee ", "v1;e=1;i=1;s=none;x=1", "v1;i=1;e=1;s=none",
              "v1;e=18446744073709551616;i=1;s=none", "v1;e=1 ;i=1;s=none"})
            QTest::newRow(text) << QByteArray(text);
    }
    void nothingElseIsRead()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!kafkaDecisionOf(text.toStdString()));
    }

    // Whatever bytes are changed, what is read is what would be written.
    void isStrict()
    {
        Random random(7);
        for (int i = 0; i < 20'000; ++i) {
            std::string text = "v1;e=12;i=3;s=00c0ffee00c0ffee";
            for (std::uint64_t n = 1 + random.below(3); n > 0; --n)
                text[random.below(text.size())] = static_cast<char>(random.below(128));
            const auto read = kafkaDecisionOf(text);
            QVERIFY(!read || kafkaDecisionText(*read) == text);
        }
    }
};

STREAMWRIGHT_TEST(KafkaDecisionTest)

}  // namespace tst_kafka_decision
#include "tst_kafka_decision.moc"
