#include "test_main.h"
#include "ui/commands/command_palette.h"
#include "ui/commands/command_words.h"
#include "window_fixture.h"

#include <QApplication>

#include <algorithm>

namespace tst_ui_other_words {

using namespace engine;
using namespace ui;

// Commands are found by what they are called elsewhere, too.
class UiOtherWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void paletteByOtherWords_data();
    void paletteByOtherWords();
    void otherWordsAreOfCommands();
};

void UiOtherWords::paletteByOtherWords_data()
{
    QTest::addColumn<QString>("found");
    for (const auto& [typed, found] :
         std::initializer_list<std::pair<const char*, const char*>>{{"restart", "Stop and run again"},
                                                                    {"kill", "Stop"},
                                                                    {"sta", "Run or resume"},
                                                                    {"back", "Undo"},
                                                                    {"revert", "Undo"},
                                                                    {"preferences", "Dark or light"},
                                                                    {"Theme", "Dark or light"},
                                                                    {"remove", "Delete"},
                                                                    {"exit", "Quit"},
                                                                    {"shortcuts", "Keys"},
                                                                    {"comment", "Add a note"},
                                                                    {"layout", "Tidy up"},
                                                                    {"json", "Text beside the canvas"},
                                                                    // A name of its own comes first.
                                                                    {"undo", "Undo"},
                                                                    {"fit", "Fit"}})
        QTest::newRow(typed) << QString::fromLatin1(found);
}

void UiOtherWords::paletteByOtherWords()
{
    QFETCH(const QString, found);
    WindowFixture fixture;
    fixture.add(fake::hotMachines());
    fixture.key(Qt::Key_K, Qt::ControlModifier);
    CommandPalette& palette = fixture.window->commandPalette();
    QTest::keyClicks(&palette.input(), QString::fromLatin1(QTest::currentDataTag()));
    QStringList texts;
    for (int row = 0; row < std::min(palette.model().rowCount(), 4); ++row)
        texts += palette.model().index(row).data().toString();
    QVERIFY2(texts.contains(found), qPrintable(texts.join(QStringLiteral(", "))));
}

void UiOtherWords::otherWordsAreOfCommands()
{
    WindowFixture fixture;
    const CommandRegistry& commands = fixture.window->commands();
    for (auto words = commandWords().begin(); words != commandWords().end(); ++words) {
        const QAction* action = commands.action(words.key());
        QVERIFY2(action, qPrintable(words.key()));
        const QStringList own = action->text().toLower().split(QLatin1Char(' '));
        for (const QString& word : words.value().split(QLatin1Char(' ')))
            QVERIFY2(!own.contains(word), qPrintable(words.key() + QLatin1Char(' ') + word));
    }
}

STREAMWRIGHT_WINDOW_TEST(UiOtherWords)

}  // namespace tst_ui_other_words
#include "tst_ui_other_words.moc"
