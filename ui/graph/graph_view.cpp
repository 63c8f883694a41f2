#include "ui/graph/graph_view.h"

#include <QElapsedTimer>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kZoomLeast = 0.05, kZoomMost = 3;
constexpr int kAnimationMs = 120;
constexpr double kDots = 24;

}  // namespace

GraphView::GraphView(GraphScene& scene, QWidget* parent) : QGraphicsView(&scene, parent), m_scene(scene)
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
    m_animation.setDuration(kAnimationMs);
    m_animation.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_animation, &QVariantAnimation::valueChanged, this,
            [this](const QVariant& value) { setZoomAt(value.toDouble(), m_anchor); });
    connect(&theme(), &Theme::changed, this, [this] { viewport()->update(); });
}

void GraphView::updateBounds()
{
    // Room round the items, so that any of them can be brought to the middle.
    const double width = viewport()->width() / zoom(), height = viewport()->height() / zoom();
    setSceneRect(m_scene.itemsBoundingRect().adjusted(-width, -height, width, height));
}

void GraphView::fit()
{
    m_isFitted = true;
    m_animation.stop();
    const QRectF items = m_scene.itemsBoundingRect().adjusted(-24, -24, 24, 24);
    const double wanted =
        std::min(viewport()->width() / items.width(), viewport()->height() / items.height());
    const double chosen = std::clamp(wanted, kZoomLeast, 1.0);
    setTransform(QTransform::fromScale(chosen, chosen));
    m_target = zoom();
    updateBounds();
    centerOn(items.center());
    Q_EMIT zoomChanged(zoom());
}

void GraphView::zoomBy(double factor)
{
    zoomTo(m_target * factor, QRectF(viewport()->rect()).center(), true);
}

void GraphView::reveal(QGraphicsItem* item)
{
    const QRectF rect = item->sceneBoundingRect();
    const QRectF seen = mapToScene(viewport()->rect()).boundingRect();
    if (!seen.contains(rect)) {
        m_isFitted = false;
        ensureVisible(rect, 48, 48);
    }
}

void GraphView::zoomTo(double zoomWanted, const QPointF& anchor, bool isAnimated)
{
    m_isFitted = false;
    m_target = std::clamp(zoomWanted, kZoomLeast, kZoomMost);
    m_anchor = anchor;
    m_animation.stop();
    if (!isAnimated || !isVisible()) return setZoomAt(m_target, anchor);
    m_animation.setStartValue(zoom());
    m_animation.setEndValue(m_target);
    m_animation.start();
}

void GraphView::setZoomAt(double zoomNow, const QPointF& anchor)
{
    const QPointF under = mapToScene(anchor.toPoint());
    setTransform(QTransform::fromScale(zoomNow, zoomNow));
    updateBounds();
    const QPointF moved = mapFromScene(under) - anchor;
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
        m_isFitted = false;
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - event->pixelDelta().x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - event->pixelDelta().y());
        return;
    }
    const bool isAnimated = event->pixelDelta().isNull();
    const double from = isAnimated ? m_target : zoom();
    zoomTo(from * std::pow(1.0015, event->angleDelta().y()), event->position(), isAnimated);
}

void GraphView::keyPressEvent(QKeyEvent* event)
{
    const auto key = static_cast<Qt::Key>(event->key());
    if (key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Up || key == Qt::Key_Down) {
        if (NodeItem* next = m_scene.neighbour(key)) {
            m_scene.select(next);
            reveal(next);
        }
    } else if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        Q_EMIT activated();
    } else if (key == Qt::Key_Escape) {
        m_scene.select(nullptr);
    } else {
        QGraphicsView::keyPressEvent(event);
        return;
    }
    event->accept();
}

void GraphView::mousePressEvent(QMouseEvent* event)
{
    const bool isOnGround = event->button() == Qt::LeftButton && !itemAt(event->pos());
    if (event->button() == Qt::MiddleButton || isOnGround) {
        m_isPanning = true;
        m_panFrom = event->pos();
        setCursor(Qt::ClosedHandCursor);
        if (isOnGround) m_scene.select(nullptr);
        event->accept();
        return;
    }
    QGraphicsView::mousePressEvent(event);
}

void GraphView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_isPanning) return QGraphicsView::mouseMoveEvent(event);
    m_isFitted = false;
    const QPoint way = event->pos() - m_panFrom;
    m_panFrom = event->pos();
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - way.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() - way.y());
}

void GraphView::mouseReleaseEvent(QMouseEvent* event)
{
    if (!m_isPanning) return QGraphicsView::mouseReleaseEvent(event);
    m_isPanning = false;
    unsetCursor();
}

void GraphView::resizeEvent(QResizeEvent* event)
{
    QGraphicsView::resizeEvent(event);
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
