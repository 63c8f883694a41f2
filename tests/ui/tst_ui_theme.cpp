#include "ui/icons.h"
#include "ui/theme.h"
#include "test_main.h"
#include "window_fixture.h"

#include <QApplication>
#include <QDirIterator>
#include <QGlyphRun>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QTextLayout>
#include <QToolButton>
#include <QWindow>

namespace tst_ui_theme {

using namespace engine;
using namespace ui;

class UiTheme : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void textIsReadable_data();
    void textIsReadable();
    void followsTheDesktop();
    void goesBackToTheDesktop();
    void looksAsIfItHadBeenTheFirst();
    void focusedButtonsHaveARing_data() { textIsReadable_data(); }
    void focusedButtonsHaveARing();
    void enterPressesButtons();
    void iconsDraw();
    void codeIsDrawnAsItIsTyped();
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

void UiTheme::goesBackToTheDesktop()
{
    const auto paletteOf = [](const QColor& window) {
        QPalette palette;
        palette.setColor(QPalette::Window, window);
        return palette;
    };
    theme().install(*qApp, Shade::Dark);
    QVERIFY(!theme().followsDesktop());
    theme().takeDesktop(paletteOf(Qt::white));
    QCOMPARE(theme().shade(), Shade::Dark);
    theme().followDesktop();  // which is light here
    QCOMPARE(theme().shade(), Shade::Light);
    theme().takeDesktop(paletteOf(Qt::black));
    QCOMPARE(theme().shade(), Shade::Dark);
    // The desktop says to windows that it has changed.
    QWidget window;
    window.show();
    QEvent changed(QEvent::ThemeChange);
    QApplication::sendEvent(window.windowHandle(), &changed);
    QCOMPARE(theme().shade(), Shade::Light);
    QCOMPARE(QApplication::palette().color(QPalette::Window), theme().color(Tone::Panel));
    theme().setShade(Shade::Dark);
    QApplication::sendEvent(window.windowHandle(), &changed);
    QCOMPARE(theme().shade(), Shade::Dark);
}

// Round the whole button, and seen on it: no frame round its text.
// A window whose colours were changed, and one that is made behind that, like one that never had others.
void UiTheme::looksAsIfItHadBeenTheFirst()
{
    // Grabbed twice, since what is drawn first may ask for another layout.
    const auto pictureOf = [](WindowFixture& fixture) {
        const OpenDocument& open = *fixture.session->current();
        (void)QTest::qWaitFor([&] { return open.analysisTaken == open.analysisAsked; }, 30'000);
        for (int i = 0; i < 5; ++i) QCoreApplication::processEvents();
        (void)fixture.window->grab();
        for (int i = 0; i < 5; ++i) QCoreApplication::processEvents();
        return fixture.window->grab().toImage();
    };
    theme().install(*qApp, Shade::Light);
    QImage first;
    {
        WindowFixture fixture;
        fixture.add(fake::hotMachines());
        first = pictureOf(fixture);
    }
    theme().setShade(Shade::Dark);
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    QVERIFY(pictureOf(fixture) != first);
    theme().setShade(Shade::Light);
    QVERIFY(pictureOf(fixture) == first);
    QLineEdit parentless;
    parentless.ensurePolished();
    QCOMPARE(parentless.palette().color(QPalette::Base), theme().color(Tone::Ground));
    WindowFixture later;
    later.add(fake::hotMachines());
    QVERIFY(pictureOf(later) == first);
}

void UiTheme::focusedButtonsHaveARing()
{
    QFETCH(bool, isDark);
    constexpr double kSignContrast = 3;
    theme().install(*qApp, isDark ? Shade::Dark : Shade::Light);
    QWidget window;
    auto* row = new QHBoxLayout(&window);
    auto* run = new QPushButton(QStringLiteral("Run"), &window);
    run->setObjectName(QStringLiteral("run"));
    auto* stop = new QPushButton(QStringLiteral("Stop"), &window);
    auto* fold = new QToolButton(&window);
    fold->setText(QStringLiteral("More"));
    auto* other = new QLineEdit(&window);
    for (QWidget* widget : std::initializer_list<QWidget*>{run, stop, fold, other}) row->addWidget(widget);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    for (QAbstractButton* button : std::initializer_list<QAbstractButton*>{run, stop, fold}) {
        other->setFocus();
        const QImage before = button->grab().toImage();
        button->setFocus(Qt::TabFocusReason);
        const QImage after = button->grab().toImage();
        const QRect inside = before.rect().adjusted(4, 4, -4, -4);
        int ring = 0;
        for (int y = 0; y < before.height(); ++y)
            for (int x = 0; x < before.width(); ++x) {
                const QColor was = before.pixelColor(x, y), is = after.pixelColor(x, y);
                if (!inside.contains(x, y))
                    ring += contrast(was, is) >= kSignContrast;
                else if (button != fold)  // which is filled where it has the focus
                    QCOMPARE(is, was);
            }
        QVERIFY2(ring > before.width() + before.height(), qPrintable(button->text()));
    }
}

void UiTheme::enterPressesButtons()
{
    theme().install(*qApp, Shade::Dark);
    QWidget window;
    for (QAbstractButton* button :
         std::initializer_list<QAbstractButton*>{new QPushButton(&window), new QToolButton(&window)}) {
        int pressed = 0;
        connect(button, &QAbstractButton::clicked, this, [&] { ++pressed; });
        button->ensurePolished();
        for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space}) QTest::keyClick(button, key);
        QCOMPARE(pressed, 3);
        // Not by every key with it, nor again and again while it is held.
        QTest::keyClick(button, Qt::Key_Return, Qt::ControlModifier);
        QKeyEvent held(QEvent::KeyPress, Qt::Key_Return, {}, QStringLiteral("\r"), true);
        QApplication::sendEvent(button, &held);
        QCOMPARE(pressed, 3);
        button->setEnabled(false);
        QTest::keyClick(button, Qt::Key_Return);
        QCOMPARE(pressed, 3);
    }
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

void UiTheme::codeIsDrawnAsItIsTyped()
{
    const auto glyphs = [](const QString& text) {
        QTextLayout layout(text, theme().mono(TypeSize::Body));
        layout.beginLayout();
        layout.createLine();
        layout.endLayout();
        QList<quint32> all;
        for (const QGlyphRun& run : layout.glyphRuns()) all += run.glyphIndexes();
        return all;
    };
    for (const char* text : {">=", "<=", "<>", "!=", "==", "->", "||", "--", "::", "/*", "www"}) {
        QList<quint32> single;
        for (const char* letter = text; *letter; ++letter) single += glyphs(QString(QLatin1Char(*letter)));
        QVERIFY2(glyphs(QString::fromLatin1(text)) == single, text);
    }
}

STREAMWRIGHT_WINDOW_TEST(UiTheme)

}  // namespace tst_ui_theme
#include "tst_ui_theme.moc"
