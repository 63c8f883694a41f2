#include "ui/graph/minimap.h"

#include "ui/graph/graph_view.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace ui {

Minimap::Minimap(GraphScene& scene, GraphView& view) : QWidget(&view), m_scene(scene), m_view(view)
{
    setAccessibleName(tr("Overview"));
    setCursor(Qt::PointingHandCursor);
    resize(sizeHint());
    connect(&scene, &GraphScene::arranged, this, qOverload<>(&QWidget::update));
    connect(&scene, &QGraphicsScene::selectionChanged, this, qOverload<>(&QWidget::update));
    connect(&theme(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

QRectF Minimap::shown() const { return m_view.mapToScene(m_view.viewport()->rect()).boundingRect(); }

// What is in the pipeline fills the map; the view's frame may reach over its edge.
QTransform Minimap::toMap() const
{
    const QRectF all = m_scene.contents().adjusted(-80, -80, 80, 80);
    const QRectF inner = QRectF(rect()).adjusted(6, 6, -6, -6);
    const double scale = std::min(inner.width() / all.width(), inner.height() / all.height());
    QTransform transform;
    transform.translate(inner.center().x(), inner.center().y());
    transform.scale(scale, scale);
    transform.translate(-all.center().x(), -all.center().y());
    return transform;
}

void Minimap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(theme().color(Tone::Line), 1));
    painter.setBrush(theme().color(Tone::Panel));
    painter.drawRoundedRect(box, 6, 6);
    const QTransform transform = toMap();
    painter.setClipRect(box.adjusted(1, 1, -1, -1));
    const QColor frame = theme().color(Tone::Line);
    QVector<QRectF> chosen;
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (const auto& [ref, remark] : m_scene.remarks())
        painter.fillRect(transform.mapRect(remark->sceneRect()), frame);
    for (const auto& [id, node] : m_scene.nodes()) {
        QRectF card = transform.mapRect(node->card().translated(node->pos()));
        card.setSize(card.size().expandedTo({2, 2}));
        painter.fillRect(card, theme().color(node->face().look.tone));
        if (node->isSelected()) chosen += card.adjusted(-1, -1, 1, 1);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme().color(Tone::Text), 1));
    painter.drawRects(chosen);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(Tone::Accent), 1.5));
    const QRectF seen = transform.mapRect(shown()) & box.adjusted(2, 2, -2, -2);
    painter.drawRoundedRect(seen, 3, 3);
}

void Minimap::go(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton) m_view.lookAt(toMap().inverted().map(event->position()));
    event->accept();
}

}  // namespace ui
