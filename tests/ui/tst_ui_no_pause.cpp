#include "no_pause_fixture.h"
#include "test_main.h"

namespace tst_ui_no_pause {

using namespace engine;
using namespace ui;
using namespace no_pause;

// What is done to a document of 500 nodes on the canvas.
class UiNoPause : public NoPauseFixture {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { beginAll(); }
    void init() { begin(); }
    void cleanup() { end(); }
    void selecting();
    void moving();
    void editing();
    void removing();
    void pasting();

private:
    const NodeItem* nearestOther(const std::string& name, int chain) const;
};

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

// Of the chains but one, the node of this name that is nearest to that one's.
const NodeItem* UiNoPause::nearestOther(const std::string& name, int chain) const
{
    const auto nodeOf = [&](int number) {
        return m_window->scene().node(NodeId{name + std::to_string(number)});
    };
    const NodeItem* nearest = nullptr;
    const auto distance = [&](const NodeItem* item) {
        return (item->pos() - nodeOf(chain)->pos()).manhattanLength();
    };
    for (int other = 0; const NodeItem* item = nodeOf(other); ++other)
        if (other != chain && (!nearest || distance(item) < distance(nearest))) nearest = item;
    return nearest;
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
        const NodeItem* to = nearestOther("warm_", 0);
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

STREAMWRIGHT_TEST_RUN((runTest<UiNoPause, MeasuringApplication>))

}  // namespace tst_ui_no_pause
#include "tst_ui_no_pause.moc"
