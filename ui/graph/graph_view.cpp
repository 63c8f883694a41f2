#include "ui/graph/graph_view.h"

#include "ui/graph/auto_layout.h"
#include "ui/graph/canvas_actions.h"
#include "ui/graph/canvas_gestures.h"
#include "ui/graph/canvas_signs.h"
#include "ui/graph/minimap.h"
#include "ui/palette/palette_model.h"

#include <QElapsedTimer>
#include <QKeyEvent>
#include <QMenu>
#include <QMimeData>
#include <QMouseEvent>
#include <QPainter>
#include <QScopedValueRollback>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kZoomMost = 3;
constexpr int kAnimationMs = 120;
constexpr double kDots = 24;
constexpr int kMargin = 16;

}  // namespace

GraphView::GraphView(GraphScene& scene, QWidget* parent)
    : QGraphicsView(&scene, parent),
      m_scene(scene),
      m_editor(new CanvasEditor(scene, this)),
      m_wire(new WireDrag(scene.session(), scene, this)),
      m_prompts(new CanvasPrompts(*this, scene, *m_editor, *m_wire)),
      m_gestures(new CanvasGestures(*this, scene, *m_editor, *m_wire, *m_prompts)),
      m_minimap(new Minimap(scene, *this)),
      m_actions(new CanvasActions(*this, *m_editor, *m_prompts, *m_gestures)),
      m_signs(new CanvasSigns(*this))
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setViewportUpdateMode(SmartViewportUpdate);
    setOptimizationFlags(DontSavePainterState | DontAdjustForAntialiasing);
    setTransformationAnchor(NoAnchor);
    setResizeAnchor(NoAnchor);
    setMinimumSize(240, 160);
    setAccessibleName(tr("Pipeline"));
    setFocusPolicy(Qt::StrongFocus);
    setAcceptDrops(true);
    m_animation.setDuration(kAnimationMs);
    m_animation.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_animation, &QVariantAnimation::valueChanged, this,
            [this](const QVariant& value) { setZoom(value.toDouble()); });
    connect(&theme(), &Theme::changed, this, [this] { viewport()->update(); });
    connect(m_editor, &CanvasEditor::said, m_signs, &CanvasSigns::say);
    connect(m_editor, &CanvasEditor::showWanted, this, &GraphView::revealSelected);
    connect(&m_scene.session(), &Session::currentChanged, m_signs, [this] { m_signs->say({}); });
    connect(&m_scene, &GraphScene::arranged, this, &GraphView::placeOverlays);
    placeOverlays();
}

GraphView::~GraphView() = default;

void GraphView::placeOverlays()
{
    // Not across what is written there.
    const PipelineDocument* document = m_scene.document();
    m_signs->place(document && m_scene.nodes().empty() && m_scene.remarks().empty(),
                   document && document->isReadOnly());
    const QSize map = m_minimap->sizeHint();
    const bool hasRoom = width() > 3 * map.width() && height() > 3 * map.height();
    m_minimap->setVisible(m_actions->action(QStringLiteral("canvas.minimap"))->isChecked() && hasRoom &&
                          !m_scene.nodes().empty());
    m_minimap->move(width() - map.width() - kMargin, height() - map.height() - kMargin);
}

void GraphView::zoomBy(double factor)
{
    zoomTo(m_target * factor, QRectF(viewport()->rect()).center(), true);
}

void GraphView::zoomFull() { zoomTo(1, QRectF(viewport()->rect()).center(), true); }

void GraphView::lookAt(const QPointF& point)
{
    m_isFitted = false;
    centerOn(point);
}

void GraphView::pan(const QPoint& by)
{
    m_isFitted = false;
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - by.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() - by.y());
}

void GraphView::escape()
{
    if (!m_gestures->cancel()) m_scene.select(nullptr);
}

void GraphView::selectNeighbour(Qt::Key arrow, bool isMore)
{
    const EdgeItem* edge = isMore ? nullptr : m_scene.selectedEdge();
    if (edge && (arrow == Qt::Key_Up || arrow == Qt::Key_Down))
        return m_editor->selectEdge(arrow == Qt::Key_Down ? 1 : -1);
    NodeItem* next = edge
        ? m_scene.node(arrow == Qt::Key_Left ? edge->edge().from.node : edge->edge().to.node)
        : m_scene.neighbour(arrow);
    if (!next) return;
    if (isMore && !next->isSelected())
        m_scene.toggle(next);
    else
        m_scene.select(next);
    reveal(next);
}

void GraphView::addComponent(const std::string& component)
{
    m_prompts->addChosen(component);
    setFocus();
}

QPointF GraphView::pointer() const
{
    const QPoint at = viewport()->mapFromGlobal(QCursor::pos());
    if (viewport()->underMouse() && viewport()->rect().contains(at)) return mapToScene(at);
    return m_editor->freeSpot(mapToScene(viewport()->rect().center()));
}

std::optional<QPointF> GraphView::pastePoint() const
{
    if (viewport()->underMouse()) return pointer();
    const auto bounds = m_editor->clipboardBounds();
    if (!bounds || mapToScene(viewport()->rect()).boundingRect().intersects(*bounds)) return {};
    return pointer();
}

void GraphView::zoomTo(double zoomWanted, const QPointF& anchor, bool isAnimated)
{
    m_isFitted = false;
    // From below the least, where fitting may lead, the way in is as continuous as any.
    m_target = std::clamp(zoomWanted, std::min(kZoomLeast, m_target), kZoomMost);
    m_anchor = anchor;
    m_anchored = viewportTransform().inverted().map(anchor);
    m_animation.stop();
    if (!isAnimated || !theme().isAnimated || !isVisible()) return setZoom(m_target);
    m_animation.setStartValue(zoom());
    m_animation.setEndValue(m_target);
    m_animation.start();
}

// By the point that the anchor was put on, and not by the one that is there now: places are whole pixels, so
// that from step to step it would drift away.
void GraphView::setZoom(double zoomNow)
{
    const QScopedValueRollback isZooming(m_isZooming, true);
    setTransform(QTransform::fromScale(zoomNow, zoomNow));
    updateBounds();
    const QPointF moved = viewportTransform().map(m_anchored) - m_anchor;
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() +
                                    static_cast<int>(std::lround(moved.x())));
    verticalScrollBar()->setValue(verticalScrollBar()->value() + static_cast<int>(std::lround(moved.y())));
    Q_EMIT zoomChanged(zoomNow);
}

void GraphView::wheelEvent(QWheelEvent* event)
{
    event->accept();
    const bool isTouchpad = !event->pixelDelta().isNull() && event->phase() != Qt::NoScrollPhase;
    if (isTouchpad && !(event->modifiers() & Qt::ControlModifier)) {
        pan(event->pixelDelta());
        return;
    }
    const bool isAnimated = event->pixelDelta().isNull();
    const double from = isAnimated ? m_target : zoom();
    zoomTo(from * std::pow(1.0015, event->angleDelta().y()), event->position(), isAnimated);
}

// Every key of the canvas is an action's. Taken here and not left to the shortcut map: while the canvas has
// the focus its keys come before those of the window, and Tab would go to the next widget.
bool GraphView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        const bool isSpace = key->key() == Qt::Key_Space && key->modifiers() == Qt::NoModifier;
        QAction* action = m_actions->actionFor(*key);
        if (action || isSpace) {
            event->accept();
            if (event->type() == QEvent::ShortcutOverride) return true;
            if (isSpace)
                m_gestures->setSpaceHeld(true);
            else
                m_actions->run(*action);
            return true;
        }
    }
    const bool isLeft = event->type() == QEvent::Hide || event->type() == QEvent::WindowDeactivate;
    if (isLeft) m_gestures->cancel();
    // Who has gone elsewhere lets go of the key there.
    if (isLeft || event->type() == QEvent::FocusOut) m_gestures->setSpaceHeld(false);
    return QGraphicsView::event(event);
}

void GraphView::keyReleaseEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) m_gestures->setSpaceHeld(false);
    QGraphicsView::keyReleaseEvent(event);
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    m_gestures->press(event);
    event->accept();
}

void GraphView::mouseDoubleClickEvent(QMouseEvent* event)
{
    m_gestures->doublePress(event);
    event->accept();
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_gestures->move(event)) QGraphicsView::mouseMoveEvent(event);
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    m_gestures->release(event);
    event->accept();
}

void GraphView::contextMenuEvent(QContextMenuEvent* event)
{
    openMenu();
    event->accept();
}

void GraphView::openMenu()
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QList<QGraphicsItem*> items = m_scene.selectedItems();
    m_actions->fillMenu(*menu, items.isEmpty() ? nullptr : items.front());
    const QPoint at = viewport()->mapFromGlobal(QCursor::pos());
    QPoint shown = viewport()->rect().contains(at) ? at : viewport()->rect().center();
    if (!items.isEmpty() && !viewport()->underMouse())
        shown = mapFromScene(items.front()->sceneBoundingRect().center());
    menu->popup(viewport()->mapToGlobal(shown));
}

bool GraphView::takesComponent(QDropEvent& event)
{
    const bool isTaken = event.mimeData()->hasFormat(QLatin1String(kComponentMimeType)) &&
        m_scene.document() && !m_scene.document()->isReadOnly();
    event.setAccepted(isTaken);
    if (isTaken) event.setDropAction(Qt::CopyAction);
    return isTaken;
}

void GraphView::dragEnterEvent(QDragEnterEvent* event) { takesComponent(*event); }

void GraphView::dragMoveEvent(QDragMoveEvent* event)
{
    if (!takesComponent(*event)) return;
    const QByteArray id = event->mimeData()->data(QLatin1String(kComponentMimeType));
    m_gestures->hoverComponent(id.toStdString(), event->position().toPoint(), event->modifiers());
}

void GraphView::dragLeaveEvent(QDragLeaveEvent*) { m_gestures->leaveComponent(); }

void GraphView::dropEvent(QDropEvent* event)
{
    if (!takesComponent(*event)) return;
    const QByteArray id = event->mimeData()->data(QLatin1String(kComponentMimeType));
    m_gestures->dropComponent(id.toStdString(), event->position().toPoint(), event->modifiers());
}

void GraphView::scrollContentsBy(int dx, int dy)
{
    QGraphicsView::scrollContentsBy(dx, dy);
    if (!m_isZooming) m_anchor += QPointF(dx, dy);  // what is moved while it is zoomed goes on from there
    m_minimap->update();
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
    placeOverlays();
    if (m_isFitted && !m_scene.nodes().empty())
        fit();
    else
        updateBounds();
}

void GraphView::paintEvent(QPaintEvent* event)
{
    QElapsedTimer timer;
    timer.start();
    QGraphicsView::paintEvent(event);
    ++m_paints;
    m_paintMs += static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void GraphView::drawBackground(QPainter* painter, const QRectF& rect)
{
    painter->fillRect(rect, theme().color(Tone::Ground));
    if (zoom() < 0.4) return;
    QVector<QPointF> dots;
    for (double y = std::floor(rect.top() / kDots) * kDots; y < rect.bottom(); y += kDots)
        for (double x = std::floor(rect.left() / kDots) * kDots; x < rect.right(); x += kDots)
            dots.append({x, y});
    QColor color = theme().color(Tone::Line);
    color.setAlphaF(0.55f);
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->setPen(QPen(color, 0));
    painter->drawPoints(dots.constData(), static_cast<int>(dots.size()));
}

}  // namespace ui
