#include "no_pause_fixture.h"
#include "test_main.h"
#include "ui/commands/command_palette.h"
#include "ui/documents/text_view.h"
#include "ui/graph/canvas_prompts.h"
#include "ui/graph/search_popup.h"

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QWheelEvent>

#include <cmath>

namespace tst_ui_no_pause_window {

using namespace engine;
using namespace ui;
using namespace no_pause;

// What is done to the window while such a document is open.
class UiNoPauseWindow : public NoPauseFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { beginAll(); }
    void init() { begin(); }
    void cleanup() { end(); }
    void looking();
    void otherColours();
    void tabsAndFiles();
    void text();
    void searching();
    void running();
};

void UiNoPauseWindow::looking()
{
    open(fiveHundred("One"));
    GraphView& view = m_window->view();
    const auto full = [&] {
        key(Qt::Key_1);
        QTRY_COMPARE(view.zoom(), 1.0);
    };
    step("fit", full, [&] { key(Qt::Key_0); });
    step("zoom by a key", full, [&] {
        key(Qt::Key_Minus);
        QTRY_COMPARE(view.zoom(), 0.8);
    });
    step("zoom by the wheel", full, [&] {
        QWheelEvent wheel(QPointF(300, 200), view.viewport()->mapToGlobal(QPointF(300, 200)), {}, {0, -240},
                          Qt::NoButton, {}, Qt::NoScrollPhase, false);
        qApp->notify(view.viewport(), &wheel);
        QTRY_COMPARE(view.zoom(), std::pow(1.0015, -240));
    });
    const auto design = [&] { key(Qt::Key_2, Qt::AltModifier); };
    step("home", design, [&] { key(Qt::Key_1, Qt::AltModifier); });
    step("jobs", design, [&] { key(Qt::Key_3, Qt::AltModifier); });
    step("alerts", design, [&] { key(Qt::Key_4, Qt::AltModifier); });
    step("design", [&] { key(Qt::Key_1, Qt::AltModifier); }, design);
    const auto tab = [&](Qt::Key which) { return [this, which] { key(which, Qt::ControlModifier); }; };
    step("problems", tab(Qt::Key_1), tab(Qt::Key_2));
    step("log", tab(Qt::Key_1), tab(Qt::Key_3));
    step("chart and rows", tab(Qt::Key_3), tab(Qt::Key_1));
    step("inspector", {}, [&] { key(Qt::Key_I, Qt::ControlModifier); });
    step("keys", [&] { key(Qt::Key_Escape); }, [&] { key(Qt::Key_F1); });
    key(Qt::Key_Escape);
    step("resize", {}, [&] { m_window->resize(m_window->width() - 20, m_window->height() - 10); });
}

void UiNoPauseWindow::otherColours()
{
    open(fiveHundred("One"));
    step("other colours", {}, [&] { key(Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier); });
}

void UiNoPauseWindow::tabsAndFiles()
{
    open(fiveHundred("One"));
    open(fiveHundred("Other"));
    step("next tab", {}, [&] { key(Qt::Key_Tab, Qt::ControlModifier); });
    step("a click at a tab", {}, [&] {
        DocumentTabs& tabs = m_window->design().tabs();
        const OpenDocument* before = m_session->current();
        const int other = 1 - tabs.currentIndex();
        QTest::mouseClick(&tabs, Qt::LeftButton, {}, tabs.tabRect(other).center() - QPoint(20, 0));
        QVERIFY(m_session->current() != before);
    });
    const QString path = m_folder.filePath(QStringLiteral("large.pipeline.json"));
    QVERIFY(WindowFixture::write(path, QByteArray::fromStdString(writePipeline(fiveHundred("File!!")))));
    step("open a file", [&] {
        if (m_session->documents().size() > 2) key(Qt::Key_W, Qt::ControlModifier);
        QTRY_COMPARE(m_session->documents().size(), 2u);
    }, [&] {
        bool isOpen = false;
        m_window->openFile(path, [&](OpenDocument* opened) { isOpen = opened != nullptr; });
        QTRY_VERIFY(isOpen);
    });
    step("close a tab", [&] {
        if (m_session->documents().size() == 3) return;
        m_window->openFile(path);
        QTRY_COMPARE(m_session->documents().size(), 3u);
    }, [&] {
        key(Qt::Key_W, Qt::ControlModifier);
        QTRY_COMPARE(m_session->documents().size(), 2u);
    });
    m_window->openFile(path);
    QTRY_COMPARE(m_session->documents().size(), 3u);
    m_window->view().setFocus();
    const auto edit = [&] {
        click("warm_3");
        key(Qt::Key_E, Qt::ControlModifier);
    };
    step("save", edit, [&] {
        key(Qt::Key_S, Qt::ControlModifier);
        QTRY_VERIFY(!m_session->current()->document->isModified());
    });
    step("edit and its draft", {}, [&] {
        QSignalSpy kept(&m_window->documents(), &Documents::draftsChanged);
        edit();
        QVERIFY(kept.wait(30'000));
    });
}

void UiNoPauseWindow::text()
{
    open(fiveHundred("One"));
    TextView& text = m_window->design().text();
    QPlainTextEdit& editor = text.editor();
    step("show the text", [&] {
        if (text.isVisible()) key(Qt::Key_T, Qt::ControlModifier);
        QVERIFY(!text.isVisible());
    }, [&] {
        key(Qt::Key_T, Qt::ControlModifier);
        QVERIFY(text.isVisible());
        QTRY_VERIFY(editor.document()->characterCount() > 50'000);
    });
    QTRY_VERIFY(!editor.isReadOnly());
    char digit = '3';
    step("type in the text", [&] {
        editor.setTextCursor(editor.document()->find(QStringLiteral("temperature > 2")));
        editor.setFocus();
    }, [&] {
        const int before = edits();
        QTest::keyClicks(&editor, QStringLiteral("temperature > 4") + QLatin1Char(digit++));
        QTRY_VERIFY(edits() > before);
    });
    step("undo beside the text", [&] { m_window->view().setFocus(); }, [&] {
        undo();
        m_window->documents().worker().finish();
    });
}

void UiNoPauseWindow::searching()
{
    open(fiveHundred("One"));
    step("find a component", {}, [&] {
        key(Qt::Key_F, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("wind"));
    });
    step("a command", {}, [&] {
        key(Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(&m_window->commandPalette().input(), QStringLiteral("zoom out"));
        key(Qt::Key_Return);
    });
    const auto select = [&] {
        m_window->view().setFocus();
        click("warm_3");
    };
    QLineEdit& field = m_window->view().prompts().popup().field();
    step("add by search", select, [&] {
        key(Qt::Key_Tab);
        QTest::keyClicks(&field, QStringLiteral("filt"));
        QTest::keyClick(&field, Qt::Key_Return);
    });
    QCOMPARE(m_session->current()->document->spec().nodes.size(), 503u);
    step("connect by search", select, [&] {
        key(Qt::Key_C);
        QTest::keyClicks(&field, QStringLiteral("result_77"));
        QTest::keyClick(&field, Qt::Key_Return);
        undo();
    });
}

void UiNoPauseWindow::running()
{
    open(fiveHundred("One"));
    const auto stop = [&] {
        if (m_session->current()->isActive()) key(Qt::Key_F5, Qt::ShiftModifier);
        QTRY_VERIFY(!m_session->current()->isActive());
    };
    const auto run = [&] {
        if (!m_session->current()->isActive()) key(Qt::Key_F5);
        QTRY_VERIFY(m_session->current()->hasTelemetry);
        QTRY_COMPARE(m_session->current()->state(), JobState::Running);
    };
    step("run", stop, [&] {
        run();
        for (int i = 0; i < 20; ++i) {
            QSignalSpy told(m_session.get(), &Session::telemetry);
            QVERIFY(told.wait(30'000));
        }
    });
    run();
    step("select while it runs", [&] { key(Qt::Key_Escape); }, [&] { click("warm_3"); });
    step("edit while it runs", [&] { click("warm_3"); }, [&] { key(Qt::Key_E, Qt::ControlModifier); });
    step("jobs while it runs", [&] { key(Qt::Key_2, Qt::AltModifier); },
         [&] { key(Qt::Key_3, Qt::AltModifier); });
    key(Qt::Key_2, Qt::AltModifier);
    step("stop", run, stop);
}

STREAMWRIGHT_TEST_RUN((runTest<UiNoPauseWindow, MeasuringApplication>))

}  // namespace tst_ui_no_pause_window
#include "tst_ui_no_pause_window.moc"
