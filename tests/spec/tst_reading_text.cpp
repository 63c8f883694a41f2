#include "spec/reading_text.h"
#include "test_main.h"

#include <limits>

namespace tst_reading_text {

class ReadingTextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void valuesAreRead_data();
    void valuesAreRead();
};

void ReadingTextTest::valuesAreRead_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    using Limits = std::numeric_limits<double>;
    const double none = Limits::quiet_NaN(), endless = Limits::infinity();
    const std::pair<double, const char*> all[]{{78.4869, "78.49"},
                                               {78.5, "78.50"},
                                               {-78.4869, "-78.49"},
                                               {99.996, "100"},
                                               {9.9999, "10"},
                                               {999.96, "1000"},
                                               {0, "0"},
                                               {-0.0, "0"},
                                               {78, "78"},
                                               {1'234'567, "1234567"},
                                               {1'234'567.891, "1234567.9"},
                                               {1234.04, "1234"},
                                               {0.125, "0.1250"},
                                               {0.0012345, "0.001235"},
                                               {0.000012345, "1.234e-05"},
                                               {1.5e300, "1.5e+300"},
                                               {none, "NaN"},
                                               {-endless, "-Infinity"}};
    for (const auto& [value, text] : all) QTest::newRow(text) << value << QString::fromLatin1(text);
}

void ReadingTextTest::valuesAreRead()
{
    QFETCH(double, value);
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(engine::readingText(value)), text);
}

STREAMWRIGHT_TEST(ReadingTextTest)

}  // namespace tst_reading_text
#include "tst_reading_text.moc"
