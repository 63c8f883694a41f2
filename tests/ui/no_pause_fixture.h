#pragma once

#include "test_main.h"

#include "catalog/component.h"
#include "control/server/local_client.h"
#include "measuring_application.h"
#include "window_fixture.h"

namespace no_pause {

using namespace engine;
using namespace ui;

// Sources, filters, windows and sinks that could run, 500 in all, with one mistake if that is wanted.
inline PipelineSpec fiveHundred(const std::string& name)
{
    PipelineSpec spec;
    spec.id = "5c3a7e10-2f64-4b0d-9d1c-7a6f0e8b4d" + std::to_string(10 + name.size());
    spec.name = name;
    for (int i = 0; i < 125; ++i) {
        const std::string tail = "_" + std::to_string(i);
        spec.nodes.push_back(fake::makeNode("sensors" + tail, "generator_source", "Sensors" + tail,
                                            {{"preset", "sensors"}, {"rate", 10}, {"keys", 100}}));
        spec.nodes.push_back(
            fake::makeNode("warm" + tail, "filter", "Warm" + tail, {{"condition", "temperature > 20"}}));
        spec.nodes.push_back(fake::makeNode(
            "mean" + tail, "window", "Mean" + tail,
            {{"kind", "tumbling"},
             {"size", "1s"},
             {"keys", {"sensor_id"}},
             {"aggregates", {{{"function", "avg"}, {"argument", "temperature"}, {"name", "mean"}}}}}));
        spec.nodes.push_back(fake::makeNode("result" + tail, "discard_sink", "Result" + tail));
        spec.edges.push_back(fake::link("sensors" + tail, "warm" + tail));
        spec.edges.push_back(fake::link("warm" + tail, "mean" + tail));
        spec.edges.push_back(fake::link("mean" + tail, "result" + tail));
    }
    return spec;
}

// A window over the engine itself with documents of 500 nodes, real events and real painting: no event keeps
// the GUI thread longer than kEventMs, and none is answered later than kAnswerMs, which is what is promised,
// in a build that is hardly optimised. Counted is work and waiting, but not the waiting for a core
// (MeasuringApplication), and of three times the least: other tests run beside this one, and the bound is on
// what the window does and not on how many programs share the machine.
class NoPauseFixture : public QObject {
protected:
    void beginAll();
    void begin();
    void end();
    static constexpr double kEventMs = 50, kAnswerMs = 100;
    using Act = std::function<void()>;
    void step(const char* name, const Act& prepare, const Act& act);
    void settle();
    void open(PipelineSpec spec);
    void key(int key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(m_window->windowHandle(), static_cast<Qt::Key>(key), modifiers);
    }
    void undo() { key(Qt::Key_Z, Qt::ControlModifier); }
    void redo() { key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); }
    int edits() { return m_session->current()->document->undoStack().index(); }
    QPoint at(const char* node)
    {
        const NodeItem* item = m_window->scene().node(NodeId{node});
        return m_window->view().mapFromScene(item->pos() + QPointF(100, 20));
    }
    void click(const char* node)
    {
        QTest::mouseClick(m_window->view().viewport(), Qt::LeftButton, {}, at(node));
    }
    void move(const QPoint& to);
    void drag(const QPoint& from, const QPoint& to, int steps);

    Catalog m_catalog;
    QTemporaryDir m_folder;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

inline void NoPauseFixture::beginAll()
{
    theme().install(*qApp, Shade::Dark);
    qputenv("XDG_STATE_HOME", m_folder.path().toUtf8());
    addBuiltinComponents(m_catalog);
}

inline void NoPauseFixture::begin()
{
    const QString own = m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction()));
    m_session = std::make_unique<Session>(makeLocalClient(m_catalog));
    m_window = std::make_unique<MainWindow>(*m_session, Storage{own, own + QStringLiteral("/window.ini")});
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

inline void NoPauseFixture::end()
{
    m_window.reset();
    m_session.reset();
}

inline void NoPauseFixture::open(PipelineSpec spec)
{
    m_session->add(std::make_unique<PipelineDocument>(stateFromSpec(std::move(spec))));
    m_window->showPage(MainWindow::Design);
    m_window->view().setFocus();
    settle();
}

// Until the engine has said what it thinks of the last edit, files are read and written, and all is painted.
inline void NoPauseFixture::settle()
{
    const OpenDocument* open = m_session->current();
    QTRY_VERIFY(!open || open->analysisTaken == open->analysisAsked);
    m_window->documents().worker().finish();
    for (int i = 0; i < 5; ++i) QCoreApplication::processEvents();
}

// The least of three, so that what the machine does to caches and clocks does not count.
inline void NoPauseFixture::step(const char* name, const Act& prepare, const Act& act)
{
    auto& application = *static_cast<MeasuringApplication*>(qApp);
    double longestMs = 1e9, answerMs = 1e9;
    QByteArray longest;
    for (int i = 0; i < 3; ++i) {
        if (prepare) prepare();
        settle();
        application.begin();
        act();
        QCoreApplication::sendPostedEvents();
        answerMs = std::min(answerMs, application.spentMs);
        settle();
        if (application.longestMs < longestMs) longest = application.longest;
        longestMs = std::min(longestMs, application.longestMs);
    }
    const QByteArray told = QByteArray(name) + ": longest event " + QByteArray::number(longestMs, 'f', 1) +
        " ms (" + longest + "), answered after " + QByteArray::number(answerMs, 'f', 1) + " ms";
    qInfo("%s", told.constData());
    QVERIFY2(longestMs < kEventMs && answerMs < kAnswerMs, told);
}

inline void NoPauseFixture::move(const QPoint& to)
{
    QWidget* viewport = m_window->view().viewport();
    QMouseEvent event(QEvent::MouseMove, to, viewport->mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
    qApp->notify(viewport, &event);
    QCoreApplication::processEvents();
}

inline void NoPauseFixture::drag(const QPoint& from, const QPoint& to, int steps)
{
    QWidget* viewport = m_window->view().viewport();
    QTest::mousePress(viewport, Qt::LeftButton, {}, from);
    for (int i = 1; i <= steps; ++i) move(from + (to - from) * i / steps);
    QTest::mouseRelease(viewport, Qt::LeftButton, {}, to);
}

}  // namespace no_pause
