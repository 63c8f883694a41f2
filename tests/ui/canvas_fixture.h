#pragma once

#include "fake_transport.h"
#include "ui/graph/auto_layout.h"
#include "ui/graph/canvas_actions.h"
#include "ui/graph/canvas_signs.h"
#include "ui/graph/inline_editor.h"
#include "ui/graph/search_popup.h"
#include "ui/main_window.h"

#include <QApplication>
#include <QLineEdit>
#include <QTest>

// A shown window with a played engine, and real mouse and key events on its canvas.
class CanvasFixture : public QObject {
protected:
    void begin();
    void end();
    void open(engine::PipelineSpec spec);
    ui::PipelineDocument& document() { return *m_session->current()->document; }
    ui::GraphView& view() { return m_window->view(); }
    ui::GraphScene& scene() { return m_window->scene(); }
    ui::NodeItem* node(const char* id) { return scene().node(engine::NodeId{id}); }
    bool has(const engine::EdgeSpec& edge) { return scene().edge(edge) != nullptr; }
    void key(int code, Qt::KeyboardModifiers modifiers = {});
    void type(const QString& text) { QTest::keyClicks(&view().prompts().popup().field(), text); }
    QPoint at(const QPointF& point) { return view().mapFromScene(point); }
    void drag(const QPointF& from, const QPointF& to, Qt::KeyboardModifiers modifiers = {});
    void press(const QPointF& from);
    void moveTo(const QPointF& to, Qt::KeyboardModifiers modifiers = {});
    void release(const QPointF& to);
    static QPointF middleOf(const ui::NodeItem* item) { return item->pos() + QPointF(100, 20); }

    std::unique_ptr<ui::Session> m_session;
    fake::FakeTransport* m_far = nullptr;
    std::unique_ptr<ui::MainWindow> m_window;
};

inline void CanvasFixture::begin()
{
    auto transport = std::make_unique<fake::FakeTransport>(100'000);
    m_far = transport.get();
    m_session = std::make_unique<ui::Session>(
        std::make_unique<engine::EngineClient>(fake::catalog(), std::move(transport)));
    m_window = std::make_unique<ui::MainWindow>(*m_session);
    m_window->show();
    m_window->activateWindow();
}

inline void CanvasFixture::end()
{
    m_window.reset();
    m_session.reset();
}

inline void CanvasFixture::open(engine::PipelineSpec spec)
{
    auto document = std::make_unique<ui::PipelineDocument>(ui::stateFromSpec(std::move(spec)));
    document->setClock([] { return std::int64_t{0}; });  // a busy machine makes no pauses
    m_session->add(std::move(document));
    QCoreApplication::processEvents();
    view().setFocus();
}

inline void CanvasFixture::key(int code, Qt::KeyboardModifiers modifiers)
{
    QWidget* focus = QApplication::focusWidget();
    QTest::keyClick(focus ? focus : &view(), static_cast<Qt::Key>(code), modifiers);
}

inline void CanvasFixture::press(const QPointF& from)
{
    QTest::mousePress(view().viewport(), Qt::LeftButton, {}, at(from));
}

inline void CanvasFixture::moveTo(const QPointF& to, Qt::KeyboardModifiers modifiers)
{
    QMouseEvent move(QEvent::MouseMove, at(to), view().viewport()->mapToGlobal(at(to)), Qt::NoButton,
                     Qt::LeftButton, modifiers);
    QApplication::sendEvent(view().viewport(), &move);
}

inline void CanvasFixture::release(const QPointF& to)
{
    QTest::mouseRelease(view().viewport(), Qt::LeftButton, {}, at(to));
}

inline void CanvasFixture::drag(const QPointF& from, const QPointF& to, Qt::KeyboardModifiers modifiers)
{
    press(from);
    moveTo((from + to) / 2, modifiers);
    moveTo(to, modifiers);
    release(to);
}
