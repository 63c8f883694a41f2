#pragma once

#include "data/schema.h"

#include <QWidget>

namespace ui {

// Names and types of columns, one below the other. Only the lines that are in sight are drawn, so that
// thousands cost no more than ten. Owned by the inspector, GUI thread.
class ColumnList : public QWidget {
    Q_OBJECT
public:
    explicit ColumnList(QWidget* parent);
    void setSchema(engine::SchemaPtr schema);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    int lineHeight() const;
    int nameWidth() const;
    QString nameAt(int index) const;
    int count() const { return m_schema ? static_cast<int>(m_schema->fields().size()) : 0; }
    engine::SchemaPtr m_schema;
};

}  // namespace ui
