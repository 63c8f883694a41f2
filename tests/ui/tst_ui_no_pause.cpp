#include "no_pause_fixture.h"
#include "ui/commands/command_palette.h"
#include "ui/documents/text_view.h"
#include "ui/graph/search_popup.h"

#include <QClipboard>
#include <QDir>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QTextBlock>
#include <QWheelEvent>

#include <cmath>

namespace tst_ui_no_pause {

using namespace engine;
using namespace ui;

class UiNoPause : public QObject, private NoPauseFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { makeWindow(); }
    void cleanup();
    void selecting();
    void moving();
    void editing();
    void removing();
    void pasting();
    void looking();
    void tabsAndFiles();
    void text();
    void searching();
    void running();
};

void UiNoPause::initTestCase()
{
    theme().install(*qApp, Shade::Dark);
    qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
    addBuiltinComponents(m_catalog);
}

void UiNoPause::cleanup()
{
    m_window.reset();
    m_session.reset();
}

void UiNoPause::selecting()
{
    open(fiveHundred("One"));
    m_window->view().fit();
    const auto none = [&] { key(Qt::Key_Escape); };
    const auto all = [&] { key(Qt::Key_A, Qt::ControlModifier); };
    step("select a node", none, [&] { click("warm_3"); });
    step("select another", [&] { click("warm_3"); }, [&] { click("mean_60"); });
    step("select an edge", none, [&] {
        click("warm_3");
        key(Qt::Key_E);
    });
    step("select all", none, all);
    step("select nothing", all, none);
    step("next node", {}, [&] { key(Qt::Key_N); });
    const QPoint corner(m_window->view().viewport()->width() - 2, m_window->view().viewport()->height() - 2);
    step("select by a band", none, [&] { drag({2, 2}, corner, 8); });
}

void UiNoPause::moving()
{
    open(fiveHundred("One"));
    m_window->view().fit();
    const auto drags = [&] { drag(at("warm_3"), at("warm_3") + QPoint(40, 30), 8); };
    step("drag a node", {}, drags);
    const auto all = [&] { key(Qt::Key_A, Qt::ControlModifier); };
    step("drag all", all, drags);
    step("move all by a key", all, [&] { key(Qt::Key_Right, Qt::ShiftModifier); });
    step("align all", all, [&] { key(Qt::Key_Up, Qt::AltModifier | Qt::ShiftModifier); });
    step("tidy all", all, [&] { key(Qt::Key_L); });
    step("undo of tidying", [&] { key(Qt::Key_L); }, [&] { undo(); });
    step("tidy", [&] {
        undo();
        key(Qt::Key_Escape);
    }, [&] { key(Qt::Key_L); });
}

void UiNoPause::editing()
{
    open(fiveHundred("One"));
    const auto select = [&] { click("warm_3"); };
    const auto disable = [&] { key(Qt::Key_E, Qt::ControlModifier); };
    step("disable", select, disable);
    step("undo", disable, [&] { undo(); });
    step("redo", [&] { undo(); }, [&] { redo(); });
    step("rename", [&] {
        undo();
        select();
    }, [&] {
        const int before = edits();
        key(Qt::Key_F2);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("Other"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Return);
        QVERIFY(edits() > before);
    });
    char digit = '3';
    step("type in a form", [&] {
        m_window->view().setFocus();
        select();
        key(Qt::Key_Return);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_A, Qt::ControlModifier);
    }, [&] {
        QWidget* field = QApplication::focusWidget();
        const auto before = m_session->current()->document->snapshot();
        QTest::keyClicks(field, QStringLiteral("humidity > 2") + QLatin1Char(digit++));
        if (QWidget* popup = QApplication::activePopupWidget()) popup->hide();
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(m_session->current()->document->snapshot() != before);
    });
    m_window->view().setFocus();
    step("disable all", [&] { key(Qt::Key_A, Qt::ControlModifier); }, disable);
    step("add a frame", {}, [&] {
        key(Qt::Key_F);
        key(Qt::Key_Return);
    });
    undo();
    m_window->view().setFocus();
    key(Qt::Key_1);
    QTRY_COMPARE(m_window->view().zoom(), 1.0);
    step("draw a wire", [&] {
        key(Qt::Key_Escape);
        m_window->scene().select(m_window->scene().node(NodeId{"sensors_0"}));
        m_window->view().centerOn(m_window->scene().node(NodeId{"warm_0"}));
    }, [&] {
        const NodeItem* from = m_window->scene().node(NodeId{"sensors_0"});
        const NodeItem* to = m_window->scene().node(NodeId{"warm_1"});
        const int before = edits();
        drag(m_window->view().mapFromScene(from->outputAt("out")),
             m_window->view().mapFromScene(to->inputAt("in")), 8);
        QVERIFY(edits() > before);
        undo();
    });
}

void UiNoPause::removing()
{
    open(fiveHundred("One"));
    const auto select = [&] {
        if (m_session->current()->document->spec().nodes.size() < 500) undo();
        click("warm_3");
    };
    const auto remove = [&] { key(Qt::Key_Delete); };
    const auto reconnect = [&] { key(Qt::Key_Delete, Qt::ControlModifier); };
    step("delete a node", select, remove);
    step("delete and reconnect", select, reconnect);
    step("delete all", [&] {
        select();
        key(Qt::Key_A, Qt::ControlModifier);
    }, remove);
    QVERIFY(m_session->current()->document->spec().nodes.empty());
    undo();
    step("undo of delete all", [&] { redo(); }, [&] { undo(); });
    QCOMPARE(m_session->current()->document->spec().nodes.size(), 500u);
    step("reconnect round 250", [&] {
        select();
        QList<QGraphicsItem*> items;
        for (const auto& [id, item] : m_window->scene().nodes())
            if (id.value.starts_with("warm") || id.value.starts_with("mean")) items += item;
        m_window->scene().select(items);
    }, reconnect);
    QCOMPARE(m_session->current()->document->spec().edges.size(), 125u);
}

void UiNoPause::pasting()
{
    open(fiveHundred("One"));
    const auto all = [&] {
        if (m_session->current()->document->spec().nodes.size() != 500) undo();
        key(Qt::Key_A, Qt::ControlModifier);
    };
    step("copy 500 nodes", all, [&] { key(Qt::Key_C, Qt::ControlModifier); });
    step("paste 500 nodes", all, [&] { key(Qt::Key_V, Qt::ControlModifier); });
    QCOMPARE(m_session->current()->document->spec().nodes.size(), 1000u);
    step("duplicate 500 nodes", all, [&] { key(Qt::Key_D, Qt::ControlModifier); });
    QCOMPARE(m_session->current()->document->spec().nodes.size(), 1000u);
    step("cut 500 nodes", all, [&] { key(Qt::Key_X, Qt::ControlModifier); });
    QCOMPARE(m_session->current()->document->spec().nodes.size(), 0u);
}

void UiNoPause::looking()
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

void UiNoPause::tabsAndFiles()
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

void UiNoPause::text()
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

void UiNoPause::searching()
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

void UiNoPause::running()
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

STREAMWRIGHT_TEST_RUN((runTest<UiNoPause, MeasuringApplication>))

}  // namespace tst_ui_no_pause
#include "tst_ui_no_pause.moc"
