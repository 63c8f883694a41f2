#include "ui/icons.h"
#include "ui/theme.h"
#include "test_main.h"

#include <QApplication>
#include <QDirIterator>

namespace tst_ui_theme {

using namespace ui;

class UiTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textIsReadable_data();
    void textIsReadable();
    void followsTheDesktop();
    void iconsDraw();
};

void UiTheme::textIsReadable_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::newRow("dark") << true;
    QTest::newRow("light") << false;
}

void UiTheme::textIsReadable()
{
    QFETCH(bool, isDark);
    theme().install(*qApp, isDark ? Shade::Dark : Shade::Light);
    for (int surface = 0; surface < kSurfaces; ++surface) {
        const QColor under = theme().color(static_cast<Tone>(surface));
        for (const Tone text : {Tone::Text, Tone::TextSoft})
            QVERIFY2(contrast(theme().color(text), under) >= kTextContrast,
                     qPrintable(QString::number(surface)));
        for (int tone = static_cast<int>(Tone::Text); tone < kTones; ++tone) {
            const QColor text = theme().readable(static_cast<Tone>(tone), static_cast<Tone>(surface));
            QVERIFY2(contrast(text, under) >= kTextContrast,
                     qPrintable(QStringLiteral("%1 on %2").arg(tone).arg(surface)));
        }
    }
    for (const Tone fill : {Tone::Accent, Tone::Ok, Tone::Info, Tone::Warning, Tone::Error, Tone::Idle})
        QVERIFY2(contrast(theme().ink(fill), theme().color(fill)) >= kTextContrast,
                 qPrintable(QString::number(static_cast<int>(fill))));
}

void UiTheme::followsTheDesktop()
{
    QPalette light;
    light.setColor(QPalette::Window, Qt::white);
    QApplication::setPalette(light);
    theme().install(*qApp, {});
    QCOMPARE(theme().shade(), Shade::Light);
    QCOMPARE(theme().color(Tone::Ground), QColor(0xee, 0xf1, 0xf5));
    theme().setShade(Shade::Dark);
    QCOMPARE(theme().color(Tone::Ground), QColor(0x14, 0x17, 0x1c));
    theme().install(*qApp, {});
    QCOMPARE(theme().shade(), Shade::Dark);
}

void UiTheme::iconsDraw()
{
    int count = 0;
    for (QDirIterator it(QStringLiteral(":/icons")); it.hasNext();) {
        it.next();
        const QImage image = iconPixmap(it.fileInfo().baseName(), 24, Qt::red, 2).toImage();
        QCOMPARE(image.width(), 48);
        int drawn = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x) drawn += qAlpha(image.pixel(x, y)) > 0;
        QVERIFY2(drawn > 40, qPrintable(it.fileName()));
        ++count;
    }
    QVERIFY(count >= 20);
}

STREAMWRIGHT_WINDOW_TEST(UiTheme)

}  // namespace tst_ui_theme
#include "tst_ui_theme.moc"
