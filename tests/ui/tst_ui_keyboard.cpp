#include "canvas_fixture.h"
#include "ui/commands/command_palette.h"
#include "ui/overlay/notice_bar.h"
#include "ui/overlay/overlay.h"
#include "ui/pages/jobs_page.h"
#include "test_main.h"

#include <QListView>
#include <QMenu>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeView>

namespace tst_ui_keyboard {

using namespace engine;
using namespace ui;

// That what the mouse can reach, keys can: edges, notes, lists, menus, files, jobs.
class UiKeyboard : public CanvasFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme().install(*qApp, Shade::Dark); }
    void init() { begin(); }
    void cleanup() { end(); }
    void edges();
    void remarks();
    void dockTabs();
    void escapeGoesBackToTheCanvas();
    void paletteSearch();
    void mainMenu();
    void recentFilesAreCommands();
    void focusIsSeen();
    void pipelineIsRenamed();
    void runCommandsMeanTheChosenJob();
    void tabGoesRoundWithoutEditing();
    void partsOneAfterTheOther();
    void noticeIsAnswered();

private:
    void run()
    {
        m_session->run();
        QTRY_VERIFY(m_session->current()->job.has_value());
        m_far->tick();
        QVERIFY(m_session->current()->hasTelemetry);
    }
    EdgeSpec chosen() { return scene().selectedEdge() ? scene().selectedEdge()->edge() : EdgeSpec{}; }
    void press(int code, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(m_window->windowHandle(), static_cast<Qt::Key>(code), modifiers);
    }
};

void UiKeyboard::edges()
{
    open(fake::hotMachines());
    scene().select(node("per_second"));
    press(Qt::Key_E);
    QCOMPARE(chosen(), fake::link("per_second", "too_hot"));
    QVERIFY2(m_window->dock().title().contains(QStringLiteral("Per second → out")),
             qPrintable(m_window->dock().title()));
    press(Qt::Key_E);
    QCOMPARE(chosen(), fake::link("per_second", "hot_sensors"));
    press(Qt::Key_E);
    QCOMPARE(chosen(), fake::link("all", "per_second"));
    press(Qt::Key_E);
    QCOMPARE(chosen(), fake::link("per_second", "too_hot"));
    press(Qt::Key_E, Qt::ShiftModifier);
    QCOMPARE(chosen(), fake::link("all", "per_second"));
    press(Qt::Key_Left);
    QCOMPARE(scene().selectedNode(), node("all"));
    press(Qt::Key_E);
    press(Qt::Key_Right);
    QCOMPARE(scene().selectedNode(), node("per_second"));
    // Into it, and away with it.
    press(Qt::Key_E);
    press(Qt::Key_Tab);
    type(QStringLiteral("sample"));
    key(Qt::Key_Return);
    QVERIFY(has(fake::link("per_second", "sample")) && has(fake::link("sample", "too_hot")));
    press(Qt::Key_E);
    QCOMPARE(chosen(), fake::link("sample", "too_hot"));
    press(Qt::Key_Delete);
    QVERIFY(!has(fake::link("sample", "too_hot")));
    scene().select(node("machines"));
    press(Qt::Key_Delete);
    scene().select(nullptr);
    press(Qt::Key_E);
    QVERIFY(scene().selectedEdge());
}

void UiKeyboard::remarks()
{
    open(fake::hotMachines());
    press(Qt::Key_R);
    QVERIFY(view().signs().said().contains(QStringLiteral("no notes")));
    press(Qt::Key_T);
    key(Qt::Key_Escape);
    scene().select(QList<QGraphicsItem*>{node("sensors"), node("hot")});
    press(Qt::Key_F);
    key(Qt::Key_Escape);
    scene().select(nullptr);
    press(Qt::Key_R);
    const RemarkRef note{RemarkKind::Note, 0}, frame{RemarkKind::Frame, 0};
    QCOMPARE(scene().selectedRemarks(), std::set<RemarkRef>{note});
    const QRectF before = scene().remarks().at(note)->sceneRect();
    press(Qt::Key_Down, Qt::ShiftModifier);
    const QRectF moved = scene().remarks().at(note)->sceneRect();
    QVERIFY(moved.top() > before.top() && moved.size() == before.size());
    press(Qt::Key_Right, Qt::AltModifier);
    press(Qt::Key_Right, Qt::AltModifier);
    press(Qt::Key_Down, Qt::AltModifier);
    const QRectF larger = scene().remarks().at(note)->sceneRect();
    QVERIFY(larger.width() > moved.width() && larger.height() > moved.height());
    QCOMPARE(larger.topLeft(), moved.topLeft());
    press(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(scene().remarks().at(note)->sceneRect(), moved);
    for (int i = 0; i < 60; ++i) press(Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(scene().remarks().at(note)->sceneRect().width(), kRemarkLeast);
    // A frame takes along what lies in it, as it does for the mouse.
    scene().select(scene().remarks().at(note));
    press(Qt::Key_R);
    QCOMPARE(scene().selectedRemarks(), std::set<RemarkRef>{frame});
    const QPointF hot = node("hot")->pos(), known = node("known")->pos();
    press(Qt::Key_Up, Qt::ShiftModifier);
    QVERIFY(node("hot")->pos().y() < hot.y());
    QCOMPARE(node("known")->pos(), known);
}

void UiKeyboard::dockTabs()
{
    m_far->diagnostics = {{Diagnostic::Warning, NodeId{"hot"}, "", "", "One.", {}},
                          {Diagnostic::Warning, NodeId{"known"}, "", "", "Two.", {}}};
    open(fake::hotMachines());
    QTRY_COMPARE(m_window->dock().problems().rowCount(), 2);
    press(Qt::Key_2, Qt::ControlModifier);
    auto* list = qobject_cast<QListView*>(QApplication::focusWidget());
    QVERIFY(list && list->model() == &m_window->dock().problems());
    QCOMPARE(list->currentIndex().row(), 0);
    press(Qt::Key_Down);
    QCOMPARE(list->currentIndex().row(), 1);
    press(Qt::Key_Return);
    QCOMPARE(scene().selectedNode(), node("known"));
    QCOMPARE(m_window->dock().title(), QStringLiteral("Problems 2"));
    run();
    Q_EMIT m_session->logged({{}, 1, {}, "one"});
    Q_EMIT m_session->logged({{}, 1, {}, "two"});
    press(Qt::Key_3, Qt::ControlModifier);
    list = qobject_cast<QListView*>(QApplication::focusWidget());
    QVERIFY(list && list->model() == &m_window->dock().logLines());
    QCOMPARE(m_window->dock().title(), QStringLiteral("Log"));
    const int row = list->currentIndex().row();
    press(Qt::Key_Up);
    QCOMPARE(list->currentIndex().row(), row - 1);
}

void UiKeyboard::escapeGoesBackToTheCanvas()
{
    open(fake::hotMachines());
    scene().select(node("hot"));
    press(Qt::Key_Return);
    QVERIFY(m_window->design().inspector().isAncestorOf(QApplication::focusWidget()));
    press(Qt::Key_Escape);
    QVERIFY(view().hasFocus());
    QVERIFY(node("hot")->isSelected());
    press(Qt::Key_F, Qt::ControlModifier);
    QVERIFY(m_window->design().palette().input().hasFocus());
    press(Qt::Key_Escape);
    QVERIFY(view().hasFocus());
}

void UiKeyboard::paletteSearch()
{
    open(fake::hotMachines());
    PalettePanel& palette = m_window->design().palette();
    scene().select(node("too_hot"));
    press(Qt::Key_F, Qt::ControlModifier);
    QTest::keyClicks(&palette.input(), QStringLiteral("sampl"));
    press(Qt::Key_Return);
    QVERIFY(has(fake::link("too_hot", "sample")));
    QVERIFY(view().hasFocus());
    scene().select(nullptr);
    press(Qt::Key_F, Qt::ControlModifier);
    QTest::keyClicks(&palette.input(), QStringLiteral("file"));
    press(Qt::Key_Down);
    QVERIFY(palette.tree().hasFocus());
    QCOMPARE(palette.tree().currentIndex().data().toString(), QStringLiteral("File"));
    press(Qt::Key_Up);
    QVERIFY(palette.input().hasFocus());
    press(Qt::Key_Down);
    press(Qt::Key_Return);
    QVERIFY(scene().selectedNode());
    QCOMPARE(document().spec().find(scene().selectedNode()->id())->component, std::string("file_source"));
    // What fits nothing says so, and Enter does nothing.
    const auto count = document().spec().nodes.size();
    press(Qt::Key_F, Qt::ControlModifier);
    QTest::keyClicks(&palette.input(), QStringLiteral("quux"));
    press(Qt::Key_Return);
    QCOMPARE(document().spec().nodes.size(), count);
    press(Qt::Key_Escape);
    QCOMPARE(palette.input().text(), QString());
}

void UiKeyboard::mainMenu()
{
    open(fake::hotMachines());
    press(Qt::Key_F10);
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu && menu->actions().size() >= 4);
    QTest::keyClick(menu, Qt::Key_Down);
    QCOMPARE(menu->activeAction(), menu->actions().front());
    QTest::keyClick(menu, Qt::Key_Escape);
    QVERIFY(!QApplication::activePopupWidget());
}

void UiKeyboard::recentFilesAreCommands()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a&b recent.pipeline.json"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(writePipeline(fake::hotMachines())));
    file.close();
    m_window->openFile(path);
    QTRY_VERIFY(m_session->current());
    m_window->documents().close(*m_session->current());
    QVERIFY(!m_session->current());
    press(Qt::Key_K, Qt::ControlModifier);
    CommandPalette& palette = m_window->commandPalette();
    QTest::keyClicks(&palette.input(), QStringLiteral("recent.pip"));
    QCOMPARE(palette.model().index(0).data().toString(), path);
    press(Qt::Key_Return);
    QTRY_VERIFY(m_session->current());
    QCOMPARE(m_session->current()->document->path(), path);
    for (const char* name : {"Chart", "Rows", "Chart and rows"}) {
        press(Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(&palette.input(), QLatin1String(name));
        QCOMPARE(palette.model().index(0).data().toString(), QLatin1String(name));
        press(Qt::Key_Return);
        QVERIFY(!m_window->overlay().card());
    }
}

void UiKeyboard::focusIsSeen()
{
    open(fake::hotMachines());
    for (const Shade shade : {Shade::Dark, Shade::Light}) {
        theme().setShade(shade);
        const QColor ring = theme().readable(Tone::Accent, Tone::Panel);
        for (QToolButton* button : m_window->topBar().findChildren<QToolButton*>()) {
            const auto ringed = [&] {
                const QImage image = button->grab().toImage();
                int count = 0;
                for (int x = 0; x < image.width(); ++x) count += image.pixelColor(x, 0) == ring;
                return count;
            };
            view().setFocus();
            QCOMPARE(ringed(), 0);
            button->setFocus(Qt::TabFocusReason);
            QVERIFY2(ringed() > button->width() / 2, qPrintable(button->accessibleName()));
        }
    }
    theme().setShade(Shade::Dark);
}

void UiKeyboard::pipelineIsRenamed()
{
    open(fake::hotMachines());
    TopBar& top = m_window->topBar();
    press(Qt::Key_F2, Qt::ShiftModifier);
    QVERIFY(top.nameEdit().hasFocus());
    QCOMPARE(top.nameEdit().selectedText(), QStringLiteral("Hot machines"));
    QTest::keyClicks(&top.nameEdit(), QStringLiteral("Cold machines"));
    press(Qt::Key_Return);
    QCOMPARE(document().name(), QStringLiteral("Cold machines"));
    QVERIFY(view().hasFocus());
    press(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(document().name(), QStringLiteral("Hot machines"));
    DocumentTabs& tabs = m_window->design().tabs();
    QTest::mouseDClick(&tabs, Qt::LeftButton, {}, tabs.tabRect(0).center());
    QVERIFY(top.nameEdit().hasFocus());
    QTest::keyClicks(&top.nameEdit(), QStringLiteral("Nothing"));
    press(Qt::Key_Escape);
    QCOMPARE(document().name(), QStringLiteral("Hot machines"));
    QVERIFY(!top.nameEdit().isVisible());
    QVERIFY(view().hasFocus());
    tabs.setFocus();
    press(Qt::Key_F2);
    QVERIFY(top.nameEdit().hasFocus());
    top.nameEdit().clear();
    press(Qt::Key_Return);
    QCOMPARE(document().name(), QStringLiteral("Hot machines"));
}

void UiKeyboard::runCommandsMeanTheChosenJob()
{
    open(fake::hotMachines());
    run();
    const JobId first = *m_session->current()->job;
    open(fake::largeDocument(10));
    run();
    QVERIFY(*m_session->current()->job != first);
    press(Qt::Key_3, Qt::AltModifier);
    JobsPage& page = m_window->jobs();
    QTRY_COMPARE(page.model().rowCount(), 2);
    page.choose(first);
    for (const QPushButton* button : m_window->topBar().findChildren<QPushButton*>())
        QVERIFY(!button->isVisible() || button->objectName() == QLatin1String("search"));
    m_far->orders.clear();
    press(Qt::Key_F9);
    QCOMPARE(m_far->orders.size(), std::size_t{1});
    QVERIFY(m_far->orders[0] == std::pair(first, JobAction::Pause));
    press(Qt::Key_2, Qt::AltModifier);
    QTRY_COMPARE(m_session->current()->state(), JobState::Paused);
    press(Qt::Key_F5);
    QVERIFY(m_far->orders.back() == std::pair(*m_session->current()->job, JobAction::Resume));
}

void UiKeyboard::tabGoesRoundWithoutEditing()
{
    open(fake::hotMachines());
    press(Qt::Key_F, Qt::ControlModifier);
    bool wasThere = false, hasLeft = false;
    for (int i = 0; i < 40; ++i) {
        press(Qt::Key_Tab);
        wasThere |= view().hasFocus();
        hasLeft |= wasThere && m_window->design().inspector().isAncestorOf(QApplication::focusWidget());
    }
    QCOMPARE(document().undoStack().count(), 0);
    QVERIFY(wasThere && hasLeft);
}

void UiKeyboard::partsOneAfterTheOther()
{
    open(fake::hotMachines());
    DesignPage& design = m_window->design();
    const std::vector<QWidget*> parts{&design.view(),      &design.inspector(), &design.dock(),
                                      &m_window->topBar(), &design.palette(),   &design.tabs()};
    const auto partInFocus = [&]() -> std::ptrdiff_t {
        const QWidget* focused = QApplication::focusWidget();
        const auto found = std::find_if(parts.begin(), parts.end(), [focused](const QWidget* part) {
            return part == focused || part->isAncestorOf(focused);
        });
        return found - parts.begin();
    };
    for (const Qt::KeyboardModifier modifier : {Qt::NoModifier, Qt::ShiftModifier}) {
        view().setFocus();
        std::set<std::ptrdiff_t> seen;
        int steps = 0;
        do {
            press(Qt::Key_F6, modifier);
            QVERIFY(QApplication::focusWidget());
            seen.insert(partInFocus());
        } while (!view().hasFocus() && ++steps < 20);
        QVERIFY(view().hasFocus());
        for (std::size_t part = 0; part < parts.size(); ++part)
            QVERIFY2(seen.contains(static_cast<std::ptrdiff_t>(part)), qPrintable(QString::number(part)));
    }
    QCOMPARE(document().undoStack().count(), 0);
}

void UiKeyboard::noticeIsAnswered()
{
    open(fake::hotMachines());
    int answered = 0;
    NoticeBar& notices = m_window->notices();
    const QAction* command = m_window->commands().action(QStringLiteral("view.notice"));
    QVERIFY(!command->isEnabled());
    notices.say(NoticeBar::Told, QStringLiteral("Two"));
    notices.say(NoticeBar::Told, QStringLiteral("One"), {{QStringLiteral("Yes"), [&] { ++answered; }}});
    QVERIFY(command->isEnabled());
    press(Qt::Key_J, Qt::ControlModifier | Qt::ShiftModifier);
    press(Qt::Key_Escape);
    QVERIFY(view().hasFocus());
    press(Qt::Key_J, Qt::ControlModifier | Qt::ShiftModifier);
    // A newer one waits while this one is being answered.
    notices.say(NoticeBar::Trouble, QStringLiteral("Newer"));
    QCOMPARE(notices.text(), QStringLiteral("One"));
    press(Qt::Key_Return);
    QCOMPARE(answered, 1);
    QCOMPARE(notices.text(), QStringLiteral("Newer"));
    press(Qt::Key_Return);
    QCOMPARE(notices.text(), QStringLiteral("Two"));
    press(Qt::Key_Return);
    QCOMPARE(notices.waiting(), 0);
    QVERIFY(view().hasFocus());
}

STREAMWRIGHT_WINDOW_TEST(UiKeyboard)

}  // namespace tst_ui_keyboard
#include "tst_ui_keyboard.moc"
