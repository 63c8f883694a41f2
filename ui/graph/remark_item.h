#pragma once

#include "ui/document/remarks.h"

#include <QGraphicsItem>

namespace ui {

// Draws a note, or a frame behind the nodes it is round. Belongs to the GraphScene, GUI thread; told where it
// is and what it says. The text is shown as it is written, never as markup.
class RemarkItem : public QGraphicsItem {
public:
    enum { Type = UserType + 3 };
    RemarkItem(RemarkRef ref, Remark remark);
    int type() const override { return Type; }
    const RemarkRef& ref() const { return m_ref; }
    const Remark& remark() const { return m_remark; }
    bool isFrame() const { return m_ref.kind == RemarkKind::Frame; }

    void setRemark(Remark remark);
    QRectF sceneRect() const { return {pos(), m_remark.rect.size()}; }
    QRectF titleRect() const;                     // of a frame, in its own units
    bool isAtHandle(const QPointF& point) const;  // of the scene; where it is resized
    QRectF boundingRect() const override;
    QPainterPath shape() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    void paintFrame(QPainter& painter, double scale) const;
    void paintNote(QPainter& painter, double scale) const;

    RemarkRef m_ref;
    Remark m_remark;
    QString m_text;
};

}  // namespace ui
